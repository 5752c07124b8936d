// SPDX-License-Identifier: Apache-2.0
//
// Backtest evaluates a rule group over the past, before it is saved: which alerts would have fired,
// when, and which series recording rules would have written. Nothing is stored.
//
//   SB_ASSIGN_OR_RETURN(BacktestResult result,
//                       Backtest(env.clock(), store, language, group, {start_ms, end_ms, 60'000}));
//
// kInvalidArgument for a group that does not hold or a range that is empty; kResourceExhausted for
// more than kBacktestEvaluationsMax evaluations; kCancelled when `alive` says so.
//
// Threads: a function; may run long.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alert/rules/memory_store.h"
#include "alert/rules/rule_group.h"

namespace sb::rules {

inline constexpr int64_t kBacktestEvaluationsMax = 200'000;

struct BacktestRange {
  int64_t start_ms = 0;
  int64_t end_ms = 0;  // inclusive
  int64_t step_ms = 60'000;
};

// One alert from its beginning to its end.
struct AlertEpisode {
  model::LabelSet labels;
  int64_t pending_ms = 0;
  int64_t firing_ms = 0;  // 0: it never fired
  int64_t ended_ms = 0;   // 0: still there at the end of the range
};

struct BacktestResult {
  uint64_t evaluations = 0;
  std::vector<AlertEpisode> episodes;  // by beginning, then labels
  uint64_t series = 0;                 // of recording rules
  uint64_t samples = 0;
  std::vector<std::string> errors;  // distinct, at most 10
  // What the rules wrote, stale markers included.
  std::unique_ptr<MemoryStore> written;
};

base::Result<BacktestResult> Backtest(const base::Clock& clock, store::QuerierFactory& store,
                                      const ExpressionLanguage& language,
                                      const RuleGroupSpec& group, const BacktestRange& range,
                                      const std::function<bool()>& is_cancelled = nullptr);

}  // namespace sb::rules
