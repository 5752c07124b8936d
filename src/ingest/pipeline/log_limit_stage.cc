// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

constexpr size_t kBudgetsMax = 10'000;

// A token bucket for each value of a label. When there are too many values, the rest share one.
class LimitStage final : public LogStage {
 public:
  LimitStage(const LogStageConfig& config, base::Env* env)
      : rate_(config.limit),
        burst_(config.burst > 0 ? config.burst : std::max(config.limit, 1.0)),
        by_(config.by),
        env_(env) {}

  StageVerdict Apply(LogEdit* edit) const override {
    const std::string key(by_.empty() ? std::string_view() : edit->Label(by_));
    const int64_t now_ns = env_->clock().MonotonicNs();
    base::MutexLock lock(mutex_);
    auto found = budgets_.find(key);
    if (found == budgets_.end()) {
      found = budgets_.size() < kBudgetsMax
                  ? budgets_.emplace(key, Budget{burst_, now_ns}).first
                  : budgets_.try_emplace("", Budget{burst_, now_ns}).first;
    }
    Budget& budget = found->second;
    budget.tokens =
        std::min(burst_, budget.tokens + rate_ * static_cast<double>(now_ns - budget.at_ns) / 1e9);
    budget.at_ns = now_ns;
    if (budget.tokens < 1) {
      return StageVerdict::kLimited;
    }
    budget.tokens -= 1;
    return StageVerdict::kKeep;
  }

 private:
  struct Budget {
    double tokens = 0;
    int64_t at_ns = 0;
  };
  const double rate_;
  const double burst_;
  const std::string by_;
  base::Env* const env_;
  mutable base::Mutex mutex_;
  mutable std::unordered_map<std::string, Budget> budgets_ SB_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<LogStage> MakeLimitStage(const LogStageConfig& config, base::Env* env) {
  return std::make_unique<LimitStage>(config, env);
}

}  // namespace sb::ingest
