// SPDX-License-Identifier: Apache-2.0
//
// Comparing what the engine answers with what an `eval` of a test script expects.
#pragma once

#include <string>

#include "base/status.h"
#include "query/engine/result.h"
#include "query/promql/testing/test_script.h"

namespace sb::promql {

// Floats equal within a relative 1e-6; every NaN but the stale one equals every other.
bool AlmostEqual(double a, double b);

// What is wrong, or "" if nothing is. `result` may be a failure.
std::string CheckResult(const EvalCommand& eval, const base::Result<query::QueryResult>& result,
                        std::string_view query);

// The points of a range query at `time_ms` against an instant expectation; annotations are not
// looked at.
std::string CheckPoints(const EvalCommand& eval, const query::Matrix& matrix, int64_t time_ms);
std::string CheckSorted(const query::Matrix& matrix);

}  // namespace sb::promql
