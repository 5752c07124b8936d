// SPDX-License-Identifier: Apache-2.0
//
// Backfill evaluates the recording rules of a group over the past and stores what they give, so
// that a new rule has a history from its first day. Alerting rules are left out.
//
//   SB_ASSIGN_OR_RETURN(BackfillResult result,
//                       Backfill(clock, store, promql, group, range, keep_history));
//
// The range is done in slices, each stored before the next is begun: what rules of a later slice
// read is what earlier ones wrote. kInvalidArgument for a group without recording rules;
// kResourceExhausted for more than kBackfillEvaluationsMax evaluations; errors of `keep`.
//
// Threads: a function; may run long.
#pragma once

#include <functional>

#include "alert/rules/backtest.h"

namespace sb::rules {

inline constexpr int64_t kBackfillEvaluationsMax = 5'000'000;

struct BackfillResult {
  uint64_t evaluations = 0;
  uint64_t series = 0;  // of all slices
  uint64_t samples = 0;
  std::vector<std::string> errors;  // of rules that failed somewhere, distinct, at most 10
};

// Makes what a slice wrote durable.
using KeepHistory = std::function<base::Status(const MemoryStore& written)>;

base::Result<BackfillResult> Backfill(const base::Clock& clock, store::QuerierFactory& store,
                                      const ExpressionLanguage& language,
                                      const RuleGroupSpec& group, const BacktestRange& range,
                                      const KeepHistory& keep,
                                      const std::function<bool()>& is_cancelled = nullptr);

}  // namespace sb::rules
