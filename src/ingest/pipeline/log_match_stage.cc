// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "ingest/pipeline/log_pipeline.h"
#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

class MatchStage final : public LogStage {
 public:
  // Null: drops what comes here.
  explicit MatchStage(std::shared_ptr<const LogPipeline> inner) : inner_(std::move(inner)) {}

  StageVerdict Apply(LogEdit* edit) const override {
    return inner_ == nullptr ? StageVerdict::kDropped : inner_->Run(edit);
  }

 private:
  const std::shared_ptr<const LogPipeline> inner_;
};

}  // namespace

std::unique_ptr<LogStage> MakeMatchStage(std::shared_ptr<const LogPipeline> inner) {
  return std::make_unique<MatchStage>(std::move(inner));
}

}  // namespace sb::ingest
