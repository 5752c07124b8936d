// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/backfill.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sb::rules {
namespace {

// What one slice may evaluate: its results are in memory until they are stored.
constexpr int64_t kSliceEvaluations = 20'000;
constexpr size_t kErrorsMax = 10;

}  // namespace

base::Result<BackfillResult> Backfill(const base::Clock& clock, store::QuerierFactory& store,
                                      const ExpressionLanguage& language,
                                      const RuleGroupSpec& group, const BacktestRange& range,
                                      const KeepHistory& keep,
                                      const std::function<bool()>& is_cancelled) {
  RuleGroupSpec recording = group;
  std::erase_if(recording.rules, [](const RuleSpec& rule) { return rule.record.empty(); });
  if (recording.rules.empty()) {
    return base::InvalidArgument("no recording rules in group: " + group.name);
  }
  if (range.step_ms <= 0 || range.end_ms < range.start_ms) {
    return base::InvalidArgument("the range to fill is empty");
  }
  const auto rules = static_cast<int64_t>(recording.rules.size());
  const int64_t steps = (range.end_ms - range.start_ms) / range.step_ms + 1;
  if (steps > kBackfillEvaluationsMax / rules) {
    return base::ResourceExhausted(
        fmt::format("{} evaluations of {} rules are more than {}: take a larger step or a shorter "
                    "range",
                    steps, rules, kBackfillEvaluationsMax));
  }
  const int64_t slice_ms = std::max<int64_t>(1, kSliceEvaluations / rules) * range.step_ms;
  BackfillResult result;
  std::set<model::LabelSet> series;
  std::set<std::string> errors;
  for (int64_t start = range.start_ms; start <= range.end_ms; start += slice_ms) {
    const int64_t end = std::min(range.end_ms, start + slice_ms - range.step_ms);
    SB_ASSIGN_OR_RETURN(const BacktestResult slice,
                        Backtest(clock, store, language, recording, {start, end, range.step_ms},
                                 is_cancelled));
    SB_RETURN_IF_ERROR(keep(*slice.written));
    result.evaluations += slice.evaluations;
    result.samples += slice.samples;
    for (const auto& entry : slice.written->entries()) {
      series.insert(entry->labels);
    }
    errors.insert(slice.errors.begin(), slice.errors.end());
  }
  result.series = series.size();
  result.errors.assign(errors.begin(), errors.end());
  result.errors.resize(std::min(result.errors.size(), kErrorsMax));
  return result;
}

}  // namespace sb::rules
