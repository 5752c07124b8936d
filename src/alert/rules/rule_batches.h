// SPDX-License-Identifier: Apache-2.0
//
// Which rules of a group may be evaluated together: runs of consecutive rules none of which reads
// what another one of the run writes. Evaluating a run at once, then writing, gives what evaluating
// and writing rule by rule gives.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "alert/rules/rule.h"

namespace sb::rules {

// The first rule of each run, and the number of rules at the end: {0, 3, 4}.
std::vector<size_t> IndependentRuns(const std::vector<std::unique_ptr<Rule>>& rules);

// Whether `inputs` may read a series of metric `name` that `writer` writes.
bool MayRead(const ExpressionInputs& inputs, const Rule& writer);

}  // namespace sb::rules
