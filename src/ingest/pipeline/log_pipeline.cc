// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_pipeline.h"

#include <utility>

namespace sb::ingest {
namespace {

base::Result<std::unique_ptr<LogStage>> MakeStage(const LogStageConfig& config, base::Env* env,
                                                  LogMetrics* metrics) {
  if (config.match.is_stage) {
    SB_ASSIGN_OR_RETURN(auto inner, LogPipeline::Make(config.match.stages, env, metrics));
    return MakeMatchStage(std::move(inner));
  }
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
  if (!config.metric.empty()) {
    return MakeMetricStage(config, metrics);
  }
  return base::InvalidArgument("a stage of logs.pipeline does nothing");
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
    SB_ASSIGN_OR_RETURN(step.selector, RecordSelector::Parse(config.match.selector));
    SB_ASSIGN_OR_RETURN(step.stage, MakeStage(config, env, metrics));
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
