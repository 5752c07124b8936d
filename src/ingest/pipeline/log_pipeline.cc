// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_pipeline.h"

#include <utility>

namespace sb::ingest {
namespace {

std::unique_ptr<LogStage> MakeStage(const LogStageConfig& config, base::Env* env,
                                    LogMetrics* metrics) {
  if (!config.parse.empty()) {
    return MakeParseStage(config);
  }
  if (!config.labels.empty()) {
    return MakeLabelStage(config);
  }
  if (!config.drop.empty()) {
    return MakeDropStage(config);
  }
  if (!config.redact.empty()) {
    return MakeRedactStage(config);
  }
  if (config.limit > 0) {
    return MakeLimitStage(config, env);
  }
  return config.metric.empty() ? nullptr : MakeMetricStage(config, metrics);
}

}  // namespace

base::Result<std::shared_ptr<const LogPipeline>> LogPipeline::Make(
    const std::vector<LogStageConfig>& stages, base::Env* env, LogMetrics* metrics) {
  if (stages.empty()) {
    return std::shared_ptr<const LogPipeline>();
  }
  auto pipeline = std::make_shared<LogPipeline>();
  for (const LogStageConfig& config : stages) {
    Step step;
    SB_ASSIGN_OR_RETURN(step.selector, StreamSelector::Parse(config.match));
    step.stage = MakeStage(config, env, metrics);
    if (step.stage == nullptr) {
      return base::InvalidArgument("a stage of logs.pipeline does nothing");
    }
    pipeline->steps_.push_back(std::move(step));
  }
  return std::shared_ptr<const LogPipeline>(std::move(pipeline));
}

StageVerdict LogPipeline::Run(LogEdit* edit) const {
  for (const Step& step : steps_) {
    if (!step.selector.Matches(*edit)) {
      continue;
    }
    if (const StageVerdict verdict = step.stage->Apply(edit); verdict != StageVerdict::kKeep) {
      return verdict;
    }
  }
  return StageVerdict::kKeep;
}

}  // namespace sb::ingest
