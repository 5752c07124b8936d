// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

class RedactStage final : public LogStage {
 public:
  explicit RedactStage(const LogStageConfig& config)
      : regex_(config.redact, re2::RE2::Quiet), with_(config.with) {}

  StageVerdict Apply(LogEdit* edit) const override {
    Redact(&edit->record.line, edit);
    for (LogField& field : edit->record.metadata) {
      Redact(&field.value, edit);
    }
    return StageVerdict::kKeep;
  }

 private:
  // Most lines have nothing to hide and are not copied.
  void Redact(std::string_view* text, LogEdit* edit) const {
    if (!re2::RE2::PartialMatch(re2::StringPiece(text->data(), text->size()), regex_)) {
      return;
    }
    std::string copy(*text);
    re2::RE2::GlobalReplace(&copy, regex_, with_);
    *text = edit->Hold(std::move(copy));
  }

  const re2::RE2 regex_;
  const std::string with_;
};

}  // namespace

std::unique_ptr<LogStage> MakeRedactStage(const LogStageConfig& config) {
  return std::make_unique<RedactStage>(config);
}

}  // namespace sb::ingest
