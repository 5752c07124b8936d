// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

class DropStage final : public LogStage {
 public:
  explicit DropStage(const LogStageConfig& config) : regex_(config.drop, re2::RE2::Quiet) {}

  StageVerdict Apply(LogEdit* edit) const override {
    const re2::StringPiece line(edit->record.line.data(), edit->record.line.size());
    return re2::RE2::PartialMatch(line, regex_) ? StageVerdict::kDropped : StageVerdict::kKeep;
  }

 private:
  const re2::RE2 regex_;
};

}  // namespace

std::unique_ptr<LogStage> MakeDropStage(const LogStageConfig& config) {
  return std::make_unique<DropStage>(config);
}

}  // namespace sb::ingest
