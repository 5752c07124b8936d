// SPDX-License-Identifier: Apache-2.0
//
// What the grammar does not say: argument counts and types, vector matching only between vectors,
// selectors that would select everything. Drops the matching of operations that are not between
// vectors, and makes set operations many-to-many.
//
// Source: checkAST in promql/parser/parse.go of the reference, including the order of the checks.
#pragma once

#include <optional>
#include <string_view>

#include "query/promql/ast.h"
#include "query/promql/parser.h"

namespace sb::promql {

// The first error in the tree, which came from `query`.
std::optional<ParseError> CheckTypes(Expr* expr, std::string_view query);

}  // namespace sb::promql
