// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "ingest/pipeline/log_metrics.h"
#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

class MetricStage final : public LogStage {
 public:
  MetricStage(const LogStageConfig& config, LogMetrics* metrics)
      : config_(config), metrics_(metrics) {}

  StageVerdict Apply(LogEdit* edit) const override {
    double value = 1;
    if (!config_.value.empty()) {
      const std::string_view text = edit->Field(config_.value);
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
      // Lines without the number have nothing to say to this metric.
      if (parsed.ec != std::errc() || parsed.ptr == text.data()) {
        return StageVerdict::kKeep;
      }
    }
    LogMetrics::Labels labels;
    for (const std::string& name : config_.by_labels) {
      if (const std::string_view text = edit->Field(name); !text.empty()) {
        labels.emplace_back(name, text);
      }
    }
    if (config_.buckets.empty()) {
      metrics_->Count(config_.metric, labels, value > 0 ? value : 0);
    } else {
      metrics_->Observe(config_.metric, labels, value, config_.buckets);
    }
    return StageVerdict::kKeep;
  }

 private:
  const LogStageConfig config_;
  LogMetrics* const metrics_;
};

}  // namespace

std::unique_ptr<LogStage> MakeMetricStage(const LogStageConfig& config, LogMetrics* metrics) {
  return std::make_unique<MetricStage>(config, metrics);
}

}  // namespace sb::ingest
