// SPDX-License-Identifier: Apache-2.0
//
// LabelTemplate is the Go template of line_format and label_format, with the functions that LogQL
// knows beside Go's own.
//
//   SB_ASSIGN_OR_RETURN(LabelTemplate t, LabelTemplate::Parse("{{.method}} {{.path | lower}}"));
//   SB_RETURN_IF_ERROR(t.Execute({&entries, line, time_ns, now_ns}, &out));
//
// A template of texts and `{{.label}}` alone runs without the interpreter. Errors are Go's texts
// ("template: line:1:2: executing …"). Bounded by kOutputBytesMax and kStepsMax.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/logql/line_labels.h"

namespace sb::gotemplate {
class TemplateSet;
}

namespace sb::logql {

class LabelTemplate {
 public:
  static constexpr size_t kOutputBytesMax = 1 << 20;
  static constexpr int64_t kStepsMax = 200'000;

  // What one execution sees.
  struct Input {
    const std::vector<LineLabels::Entry>* labels = nullptr;
    std::string_view line;  // __line__
    int64_t time_ns = 0;    // __timestamp__
    int64_t now_ns = 0;
  };

  static base::Result<LabelTemplate> Parse(std::string_view text);
  ~LabelTemplate();
  LabelTemplate(LabelTemplate&&) noexcept;
  LabelTemplate& operator=(LabelTemplate&&) noexcept;

  base::Status Execute(const Input& input, std::string* out) const;
  // The labels that it reads; false if it cannot be known, such as for `{{.}}`.
  bool UsedLabels(std::vector<std::string>* names) const;

 private:
  class Labels;
  struct Part {
    bool is_label = false;
    std::string text;
  };
  LabelTemplate();
  static bool SplitSimple(std::string_view text, std::vector<Part>* parts);

  bool is_simple_ = false;
  std::vector<Part> parts_;
  std::unique_ptr<gotemplate::TemplateSet> set_;
  std::shared_ptr<Labels> labels_;
};

}  // namespace sb::logql
