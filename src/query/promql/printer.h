// SPDX-License-Identifier: Apache-2.0
//
// Syntax tree to query text. Printing is normalised: keywords in lower case, grouping before the
// parentheses, matchers sorted, durations in their largest units; parsing the text again gives the
// same tree.
//
//   Print(*expr)         sum by (a) (rate(x[5m]))              one line
//   PrintPretty(*expr)   what exceeds 100 columns is broken into lines, indented by two blanks
//
// Source: promql/parser/{printer,prettier}.go of the reference (`String`, `Pretty`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "query/promql/ast.h"

namespace sb::promql {

std::string Print(const Expr& expr);
std::string PrintPretty(const Expr& expr);

// 5400000 -> "1h30m"; 0 -> "0s". Units y w d h m s ms, the large ones only where they divide
// evenly. Negative durations get a sign.
std::string PrintDuration(int64_t ms);

// Shortest decimal digits without exponent, "NaN", "+Inf", "-Inf": numbers in query text.
std::string PrintNumber(double value);

// A Go string literal in double quotes.
std::string QuoteString(std::string_view text);

// [a-zA-Z_][a-zA-Z0-9_]*, and for metric names also colons: what needs no quotes.
bool IsPlainLabelName(std::string_view name);
bool IsPlainMetricName(std::string_view name);

}  // namespace sb::promql
