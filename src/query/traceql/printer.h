// SPDX-License-Identifier: Apache-2.0
//
// A syntax tree as text: Parse(Print(query)) is the same tree. Operators below others stand in
// parentheses, so the text needs no precedence.
#pragma once

#include <string>

#include "query/traceql/ast.h"

namespace sb::traceql {

std::string Print(const Query& query);
std::string Print(const FieldExpr& expr);
std::string Print(const Literal& literal);
std::string Print(const ScalarExpr& expr);
std::string Print(const MetricsExpr& expr);
std::string Print(const SpansetExpr& expr);
std::string Print(const Pipeline& pipeline);

}  // namespace sb::traceql
