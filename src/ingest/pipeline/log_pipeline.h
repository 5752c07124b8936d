// SPDX-License-Identifier: Apache-2.0
//
// LogPipeline runs the configured stages on a record, in order, until one drops it.
//
//   auto pipeline = LogPipeline::Make(configs, env, &metrics);
//   StageVerdict verdict = pipeline->Run(&edit);
//
// Threads: immutable; Run on many threads at once.
#pragma once

#include <memory>
#include <vector>

#include "base/status.h"
#include "ingest/pipeline/log_stage.h"
#include "ingest/pipeline/record_selector.h"

namespace sb::ingest {

class LogPipeline {
 public:
  // Null for no stages. kInvalidArgument for a stage that its check would have refused.
  static base::Result<std::shared_ptr<const LogPipeline>> Make(
      const std::vector<LogStageConfig>& stages, base::Env* env, LogMetrics* metrics);
  StageVerdict Run(LogEdit* edit) const;

 private:
  struct Step {
    RecordSelector selector;
    std::unique_ptr<LogStage> stage;
  };
  std::vector<Step> steps_;
};

}  // namespace sb::ingest
