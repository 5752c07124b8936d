// SPDX-License-Identifier: Apache-2.0
//
// LogStage is one step of the configured pipeline (log_stage_config.h). Factories make stages out
// of a configuration that was checked when it was read.
//
// Threads: Apply runs on many threads at once.
#pragma once

#include <cstdint>
#include <memory>

#include "base/env.h"
#include "ingest/pipeline/log_edit.h"
#include "ingest/pipeline/log_stage_config.h"

namespace sb::ingest {

class LogMetrics;
class LogPipeline;

enum class StageVerdict : uint8_t { kKeep, kDropped, kLimited };

class LogStage {
 public:
  virtual ~LogStage() = default;
  virtual StageVerdict Apply(LogEdit* edit) const = 0;
};

std::unique_ptr<LogStage> MakeParseStage(const LogStageConfig& config);
std::unique_ptr<LogStage> MakeLabelStage(const LogStageConfig& config);
std::unique_ptr<LogStage> MakeDropStage(const LogStageConfig& config);
std::unique_ptr<LogStage> MakeRedactStage(const LogStageConfig& config);
std::unique_ptr<LogStage> MakeLimitStage(const LogStageConfig& config, base::Env* env);
// Runs `inner`; null: drops.
std::unique_ptr<LogStage> MakeMatchStage(std::shared_ptr<const LogPipeline> inner);
// Counts into `metrics`, which outlives the stage.
std::unique_ptr<LogStage> MakeMetricStage(const LogStageConfig& config, LogMetrics* metrics);

}  // namespace sb::ingest
