// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_stage.h"

namespace sb::ingest {
namespace {

class LabelStage final : public LogStage {
 public:
  explicit LabelStage(const LogStageConfig& config)
      : labels_(config.labels.begin(), config.labels.end()) {}

  StageVerdict Apply(LogEdit* edit) const override {
    for (const auto& [name, value] : labels_) {
      if (!value.starts_with('$')) {
        edit->SetLabel(name, value);
      } else if (const std::string_view field = edit->Field(std::string_view(value).substr(1));
                 !field.empty()) {
        edit->SetLabel(name, field);
      }
    }
    return StageVerdict::kKeep;
  }

 private:
  const std::vector<std::pair<std::string, std::string>> labels_;
};

}  // namespace

std::unique_ptr<LogStage> MakeLabelStage(const LogStageConfig& config) {
  return std::make_unique<LabelStage>(config);
}

}  // namespace sb::ingest
