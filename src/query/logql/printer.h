// SPDX-License-Identifier: Apache-2.0
//
// A LogQL tree as text: the canonical one-line form that rules and logs show, and the form of
// format_query, which is broken into lines where it is longer than a width.
//
//   Print(*expr)            // sum by (a)(rate({x="y"} |= "z"[5m]))
//   PrintPretty(*expr)
//
// Both parse back to an equal tree; literals are exact (sizes are not rounded). Threads: pure.
#pragma once

#include <cstddef>
#include <string>

#include "query/logql/ast.h"

namespace sb::logql {

inline constexpr size_t kPrettyWidth = 100;

std::string Print(const Expr& expr);
std::string PrintPretty(const Expr& expr, size_t width = kPrettyWidth);

std::string Print(const Stage& stage);        // "| json", `|= "a" or "b"`
std::string Print(const LabelFilter& filter);  // `( a="b" or c>1 )`
std::string PrintSelector(const std::vector<model::Matcher>& matchers);
// As Go's %v.
std::string FormatNumber(double value);

}  // namespace sb::logql
