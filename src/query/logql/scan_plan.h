// SPDX-License-Identifier: Apache-2.0
//
// ScanPlan divides the work of a log query between store and pipeline: what the store can decide on
// encoded columns goes into its EventFilter, the rest stays as stages.
//
//   ScanPlan plan = PlanScan(log);
//   options.matchers = plan.matchers; options.filter = plan.filter;
//   Pipeline::Compile(plan.stages)
//
// Line filters before the first stage that changes the line move over as a whole. Conditions on
// labels stay, and the store gets a weaker form: no row that the pipeline would keep is left out.
// A condition `level="error"` behind a parser can only hold where the line, the stream or the
// metadata has that text, so that a word index helps there, too.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "model/matcher.h"
#include "query/logql/ast.h"
#include "query/logql/pipeline.h"
#include "query/logql/recognised_id.h"
#include "store/interface/event_filter.h"

namespace sb::logql {

struct ScanPlan {
  std::vector<model::Matcher> matchers;
  store::EventFilter filter;
  std::vector<Stage> stages;      // what is left to the pipeline
  std::vector<RecognisedId> ids;  // that the query asks for: their columns are to be read
};

ScanPlan PlanScan(const LogExpr& log);

// The labels that `stages` and `unwrap` read, added to `names`; false if it may be any.
bool AddLabelsRead(const std::vector<Stage>& stages, const Unwrap* unwrap,
                   std::vector<std::string>* names);
// Whether a stage looks at the line's text.
bool ReadsLine(const Stage& stage);

}  // namespace sb::logql
