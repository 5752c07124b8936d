// SPDX-License-Identifier: Apache-2.0
//
// Comparing the engine with the oracle on one query.
//
//   std::string problem = CompareWithOracle(store, query);          // "" if they agree
//   RandomQuery small = ShrinkQuery(query, still_differs);
//
// They agree if both fail or both answer, with the same values bit by bit (any NaN equals any
// other, histograms with the same populated buckets and hints), the same labels, and as many
// warnings and infos. Only the order of an instant vector is not compared, except behind sort
// functions.
#pragma once

#include <string>

#include "query/promql/testing/oracle_data.h"

namespace sb::promql {

std::string CompareWithOracle(TestStore& store, const RandomQuery& query);

// Replaces subtrees by parts of themselves and drops modifiers for as long as the evaluators still
// differ. The result differs too.
RandomQuery ShrinkQuery(TestStore& store, const RandomQuery& query);

}  // namespace sb::promql
