// SPDX-License-Identifier: Apache-2.0
//
// Syntax tree to query text. Printing is normalised: keywords in lower case, grouping before the
// parentheses, matchers sorted, durations in their largest units; parsing the text again gives the
// same tree.
//
//   Print(*expr)         sum by (a) (rate(x[5m]))              one line
//   PrintPretty(*expr)   what exceeds 100 columns is broken into lines, indented by two blanks
//
// The text is that of the reference, except where that would not parse to the same tree again.
// Source: promql/parser/{printer,prettier}.go of the reference (`String`, `Pretty`).
#pragma once

#include <cstdint>
#include <string>

#include "query/promql/ast.h"

namespace sb::promql {

std::string Print(const Expr& expr);
std::string PrintPretty(const Expr& expr);

// The node without its operands: `sum by (a) `, `+ on (b)`, `[5m:] offset 1m`, as the UI's tree has
// it.
std::string PrintShort(const Expr& expr);

// 5400000 -> "1h30m"; 0 -> "0s". Units y w d h m s ms; years and weeks only where they divide
// evenly, as 90d is easier to read than 12w6d. Negative durations get a sign.
std::string PrintDuration(int64_t ms);

// Shortest decimal digits without exponent, "NaN", "+Inf", "-Inf": numbers in query text.
std::string PrintNumber(double value);

}  // namespace sb::promql
