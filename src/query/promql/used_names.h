// SPDX-License-Identifier: Apache-2.0
//
// Which metrics and labels a query speaks of: for completion, and for finding out what is never
// asked.
#pragma once

#include <string>
#include <vector>

#include "query/promql/ast.h"

namespace sb::promql {

struct UsedNames {
  std::vector<std::string> metrics;  // sorted; only names given exactly, not by pattern
  std::vector<std::string> labels;   // sorted; of matchers, groupings and vector matching
};

UsedNames FindUsedNames(const Expr& expr);

}  // namespace sb::promql
