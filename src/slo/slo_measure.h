// SPDX-License-Identifier: Apache-2.0
//
// Counts the events of an objective in windows of equal length, from the metrics.
//
//   SB_ASSIGN_OR_RETURN(const Counts counts,
//                       CountEvents(measuring, objective, {first_ms, last_ms, kHourMs}));
//
// Increments are taken from the last sample before each window, so that neighbouring windows add up
// to what a window over both gives: no event is counted twice or lost. Ratios know no events;
// seconds are counted instead. What the engine says when it fails.
//
// Threads: pure functions, but for the metrics they read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "model/label_set.h"
#include "query/promql/engine.h"
#include "slo/budget_history.h"
#include "slo/objective.h"
#include "store/interface/querier.h"

namespace sb::slo {

// All outlive it.
struct Measuring {
  const base::Clock& clock;
  store::QuerierFactory& metrics;
  const promql::Engine& engine;
};

// Rows of a range query without what is not finite, by the end of each step.
using Rows = std::vector<std::pair<model::LabelSet, std::vector<std::pair<int64_t, double>>>>;
base::Result<Rows> QueryRows(const Measuring& with, const std::string& query,
                             const promql::RangeTimes& times);

// The query of an objective's events over one window, as counts: rates times the window's seconds.
std::string CountQuery(const std::string& query, int64_t window_s);

// By group and by the end of the window.
using Counts = std::map<model::LabelSet, std::map<int64_t, Events>>;
// The windows are `step_ms` long, whole seconds, and end at start_ms, start_ms + step_ms, …
base::Result<Counts> CountEvents(const Measuring& with, const Objective& objective,
                                 const promql::RangeTimes& ends);

}  // namespace sb::slo
