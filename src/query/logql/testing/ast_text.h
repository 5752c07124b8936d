// SPDX-License-Identifier: Apache-2.0
//
// The tree of a query in the neutral JSON of the conformance data, in canonical form (keys sorted).
//
// Threads: pure function.
#pragma once

#include <string>

#include "query/logql/ast.h"

namespace sb::logql {

std::string AstText(const Expr& expr);

}  // namespace sb::logql
