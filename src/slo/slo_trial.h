// SPDX-License-Identifier: Apache-2.0
//
// TryOnHistory tells what an objective would have given before it is kept: budgets of the last week
// and of the whole time looked at, and when each of its alerts would have fired.
//
//   SB_ASSIGN_OR_RETURN(const SloTrial trial, TryOnHistory(measuring, objective, {.days = 28}));
//
// Events are counted in windows of five minutes, and so are alerts evaluated: what is shorter is
// not seen. kCancelled when `is_cancelled` says so; what the engine says when a query fails.
//
// Threads: a function; may run long.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "slo/budget_history.h"
#include "slo/objective.h"
#include "slo/slo_measure.h"

namespace sb::slo {

inline constexpr int64_t kTrialDaysMax = 90;
inline constexpr size_t kTrialGroupsMax = 20;
inline constexpr int64_t kTrialStepMs = 300'000;

struct TrialFiring {
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // 0: it still would
};

struct TrialAlert {
  std::string severity;  // "page", "ticket"
  AlertWindow window;
  std::vector<TrialFiring> firings;  // by time
};

struct TrialGroup {
  model::LabelSet labels;
  Events week;   // the last seven days
  Events whole;  // all days looked at
  std::vector<BurnDownPoint> burn_down;
  std::vector<TrialAlert> alerts;
};

struct SloTrial {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t first_event_ms = 0;      // 0: there was none
  std::vector<TrialGroup> groups;  // those with most errors first
  size_t groups_left_out = 0;
  std::vector<std::string> warnings;
};

struct TrialOptions {
  int64_t days = 28;
  std::function<bool()> is_cancelled = nullptr;
};
base::Result<SloTrial> TryOnHistory(const Measuring& with, const Objective& objective,
                                    const TrialOptions& options);

}  // namespace sb::slo
