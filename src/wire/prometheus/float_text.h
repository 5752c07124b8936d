// SPDX-License-Identifier: Apache-2.0
//
// Numbers of the exposition formats, which are the numbers of Go's strconv package.
//
// Parsing takes what strconv.ParseFloat takes, except what the reference's scrape parser refuses on
// top: no `_`, no hexadecimal floats. "NaN", "Inf", "+inf", "-Infinity" in any case are numbers; a
// number that overflows is refused, one that underflows is zero.
//
// Writing gives the shortest digits that read back to the same bits, laid out like Go's
// FormatFloat(v, 'g', -1, 64): with an exponent of at least two digits below 1e-04 and from 1e+06
// on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::wire {

// False if `text` is not a number; `value` is then untouched. NaN becomes the canonical NaN.
bool ParseFloatText(std::string_view text, double* value);

// False unless `text` is a decimal integer in the range of int64.
bool ParseInt64Text(std::string_view text, int64_t* value);

// `1`, `0.25`, `1e+06`, `NaN`, `+Inf`, `-Inf`.
void AppendFloatText(std::string* out, double value);

// The same with `.0` where there is neither a point nor an exponent: `1.0`. Values of the labels
// `le` and `quantile` are written so.
void AppendOpenMetricsFloat(std::string* out, double value);

}  // namespace sb::wire
