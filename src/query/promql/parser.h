// SPDX-License-Identifier: Apache-2.0
//
// Query text to syntax tree.
//
//   base::Result<ExprPtr> expr = ParseExpr("sum(rate(x[5m])) by (job)");
//   if (!expr.ok()) …  // kInvalidArgument, "1:5: parse error: unexpected …", as users search for
//   it
//
//   ParseError error;
//   ExprPtr expr = ParseExpr(query, &error);   // null on failure; the error has its PositionRange
//
// The whole language of Prometheus 3.14 is on, what the reference has behind flags included.
// Nesting is bounded by kExprDepthMax and the text by kQueryBytesMax, so hostile input costs time
// linear in its length. Wording and positions of errors are those of the reference.
//
// Threads: functions without state.
// Source: promql/parser/{lex,parse}.go and generated_parser.y of the reference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "query/promql/ast.h"

namespace sb::promql {

inline constexpr size_t kQueryBytesMax = 1 << 20;

struct ParseError {
  PositionRange range;
  std::string message;  // without position

  // "1:5: parse error: message"
  std::string ToString(std::string_view query) const;
};

base::Result<ExprPtr> ParseExpr(std::string_view query);
ExprPtr ParseExpr(std::string_view query, ParseError* error);

// A vector selector without modifiers, as in the match[] parameters: `up{job="a"}`. Whether it may
// match everything is for the caller to say.
base::Result<std::vector<model::Matcher>> ParseMetricSelector(std::string_view selector);

// One label set: `up{job="a"}`, `{"a.b", c="d"}`.
base::Result<model::LabelSet> ParseMetric(std::string_view metric);

}  // namespace sb::promql
