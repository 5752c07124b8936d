// SPDX-License-Identifier: Apache-2.0
//
// Numbers as Go's strconv.FormatFloat(v, 'f', -1, 64) writes them: the shortest digits that read
// back to the same bits, filled up with zeros, never an exponent: 1e23 is
// 100000000000000000000000, where std::to_chars(…, std::chars_format::fixed) gives the exact value,
// 99999999999999991611392.
//
//   std::string text;
//   AppendPlainFloat(0.1, &text);
//
// Threads: pure function.
#pragma once

#include <string>

namespace sb::encoding {

// NaN, Inf and -Inf are written as std::to_chars does ("nan", "inf", "-inf"): callers have their
// own words for them.
void AppendPlainFloat(double value, std::string* out);

}  // namespace sb::encoding
