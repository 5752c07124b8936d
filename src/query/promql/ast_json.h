// SPDX-License-Identifier: Apache-2.0
//
// Syntax tree to JSON, in the shape of /api/v1/parse_query:
//
//   {"args":[…],"func":{"argTypes":["matrix"],"name":"rate",…},"type":"call"}
//
// Keys are sorted, times are milliseconds, what is not set is null. Bytes that are not UTF-8 become
// U+FFFD.
// Source: web/api/v1/translate_ast.go of the reference.
#pragma once

#include <string>

#include "query/promql/ast.h"

namespace sb::promql {

std::string AstToJson(const Expr& expr);

}  // namespace sb::promql
