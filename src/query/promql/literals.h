// SPDX-License-Identifier: Apache-2.0
//
// Literals of the query language to values. Wording of errors as Go's strconv and the reference's
// duration parser have it, since users see it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::promql {

// A string token with its quotes ('…', "…", `…`), as the lexer accepts it.
std::string UnquoteString(std::string_view token);

// Go's integer and float syntax: 1_000, 0x1F, 017 (octal), 1e-3, .5, Inf, NaN.
base::Result<double> ParseNumber(std::string_view text);

// 1h30m, 100ms: units y w d h m s ms in this order, each at most once. At most about 292 years.
base::Result<int64_t> ParseDurationMs(std::string_view text);

// Seconds to whole milliseconds, towards zero once rounded to nanoseconds; `seconds` must be within
// what DurationSecondsInRange accepts.
int64_t SecondsToMs(double seconds);
bool DurationSecondsInRange(double seconds);

}  // namespace sb::promql
