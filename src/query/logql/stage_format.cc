// SPDX-License-Identifier: Apache-2.0
//
// | line_format and | label_format. A template that fails leaves line or label as it was and sets
// __error__.
#include <string>
#include <utility>
#include <vector>

#include "query/logql/label_template.h"
#include "query/logql/stage_runners.h"

namespace sb::logql {
namespace {

// The labels as a template sees them: errors are labels, too.
void AppendErrors(const LineLabels& labels, std::vector<LineLabels::Entry>* out) {
  if (labels.has_error()) {
    out->push_back({kErrorLabel, labels.error(), LabelOrigin::kParsed});
  }
  if (!labels.error_details().empty()) {
    out->push_back({kErrorDetailsLabel, labels.error_details(), LabelOrigin::kParsed});
  }
}

void SetTemplateError(const base::Status& status, LineLabels* labels) {
  labels->SetError(kTemplateError, labels->Store(status.message()));
}

class LineFormatRunner final : public StageRunner {
 public:
  LineFormatRunner(LabelTemplate format, int64_t now_ns)
      : template_(std::move(format)), now_ns_(now_ns) {}

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    const std::vector<LineLabels::Entry>* entries = &labels.entries();
    if (labels.has_error() || !labels.error_details().empty()) {
      with_errors_ = *entries;
      AppendErrors(labels, &with_errors_);
      entries = &with_errors_;
    }
    buffer_.clear();
    const base::Status status =
        template_.Execute({entries, line->text, line->time_ns, now_ns_}, &buffer_);
    if (!status.ok()) {
      SetTemplateError(status, &labels);
      return true;
    }
    line->text = labels.Store(buffer_);
    return true;
  }

 private:
  const LabelTemplate template_;
  const int64_t now_ns_;
  std::string buffer_;
  std::vector<LineLabels::Entry> with_errors_;
};

class LabelFormatRunner final : public StageRunner {
 public:
  static RunnerResult Make(const Stage& stage, int64_t now_ns) {
    auto runner = std::make_unique<LabelFormatRunner>();
    runner->now_ns_ = now_ns;
    for (const LabelFormat& format : stage.formats) {
      Part part{format.label, format.source, {}};
      if (format.is_template) {
        SB_ASSIGN_OR_RETURN(LabelTemplate parsed, LabelTemplate::Parse(format.source));
        part.format = std::make_unique<LabelTemplate>(std::move(parsed));
      }
      runner->parts_.push_back(std::move(part));
    }
    return std::unique_ptr<StageRunner>(std::move(runner));
  }

  bool Run(LogLine* line) override {
    LineLabels& labels = line->labels;
    // Templates see the labels as they were before the first one of the stage.
    bool has_snapshot = false;
    for (const Part& part : parts_) {
      if (part.format == nullptr) {
        if (const std::string_view* value = labels.Find(part.source); value != nullptr) {
          const std::string_view moved = *value;
          labels.Remove(part.source);
          labels.Set(part.label, moved);
        }
        continue;
      }
      if (!has_snapshot) {
        snapshot_ = labels.entries();
        AppendErrors(labels, &snapshot_);
        has_snapshot = true;
      }
      buffer_.clear();
      const base::Status status =
          part.format->Execute({&snapshot_, line->text, line->time_ns, now_ns_}, &buffer_);
      if (!status.ok()) {
        SetTemplateError(status, &labels);
        continue;
      }
      labels.Set(part.label, labels.Store(buffer_));
    }
    return true;
  }

 private:
  struct Part {
    std::string label;
    std::string source;                     // of a move
    std::unique_ptr<LabelTemplate> format;  // else null
  };
  std::vector<Part> parts_;
  int64_t now_ns_ = 0;
  std::vector<LineLabels::Entry> snapshot_;
  std::string buffer_;
};

}  // namespace

RunnerResult MakeFormat(const Stage& stage, const PipelineOptions& options) {
  if (stage.kind == Stage::Kind::kLabelFormat) {
    return LabelFormatRunner::Make(stage, options.now_ns);
  }
  SB_ASSIGN_OR_RETURN(LabelTemplate parsed, LabelTemplate::Parse(stage.text));
  return std::unique_ptr<StageRunner>(
      std::make_unique<LineFormatRunner>(std::move(parsed), options.now_ns));
}

}  // namespace sb::logql
