// SPDX-License-Identifier: Apache-2.0
//
// Numbers as the reference reads and writes them in labels.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sb::promql {

// As Go's strconv.ParseFloat: decimal, hexadecimal with exponent, "Inf", "+infinity", "NaN" in any
// case. The whole text has to be a number; overflow is none.
std::optional<double> ParseGoFloat(std::string_view text);

// Shortest digits with at least one fractional digit or an exponent: "0.5", "1.0", "1e+06", "+Inf".
std::string OpenMetricsFloat(double v);

// Shortest digits without exponent: "1000000000000000000000" for 1e21.
std::string PlainFloat(double v);

}  // namespace sb::promql
