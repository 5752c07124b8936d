// SPDX-License-Identifier: Apache-2.0
#include "query/logql/label_template.h"

#include <optional>
#include <utility>

#include "query/logql/lexer.h"
#include "query/logql/template_functions.h"
#include "template/template_set.h"
#include "template/value.h"

namespace sb::logql {

// The data of a template: a map[string]string over the labels of the line that is being formatted.
class LabelTemplate::Labels final : public gotemplate::Object {
 public:
  void Point(const std::vector<LineLabels::Entry>* labels) { labels_ = labels; }

  Shape shape() const override { return Shape::kMap; }
  std::string TypeName() const override { return "map[string]string"; }
  size_t Size() const override { return labels_->size(); }
  gotemplate::Value At(size_t index) const override {
    return gotemplate::Value((*labels_)[index].value);
  }
  gotemplate::Value KeyAt(size_t index) const override {
    return gotemplate::Value((*labels_)[index].name);
  }
  std::optional<gotemplate::Value> Field(std::string_view name) const override {
    for (const LineLabels::Entry& entry : *labels_) {
      if (entry.name == name) {
        return gotemplate::Value(entry.value);
      }
    }
    return std::nullopt;
  }
  gotemplate::Value MissingKey() const override { return gotemplate::Value(""); }

 private:
  const std::vector<LineLabels::Entry>* labels_ = nullptr;
};

const gotemplate::FunctionTable& TemplateFunctions() {
  static const gotemplate::FunctionTable* const kTable = [] {
    auto* table = new gotemplate::FunctionTable();
    AddTextFunctions(table);
    AddSearchFunctions(table);
    AddNumberFunctions(table);
    AddTimeFunctions(table);
    return table;
  }();
  return *kTable;
}

LabelTemplate::LabelTemplate() = default;
LabelTemplate::~LabelTemplate() = default;
LabelTemplate::LabelTemplate(LabelTemplate&&) noexcept = default;
LabelTemplate& LabelTemplate::operator=(LabelTemplate&&) noexcept = default;

// Only texts and `{{.label}}`.
bool LabelTemplate::SplitSimple(std::string_view text, std::vector<Part>* parts) {
  while (!text.empty()) {
    const size_t open = text.find("{{");
    if (open > 0) {
      parts->push_back({false, std::string(text.substr(0, open))});
    }
    if (open == std::string_view::npos) {
      return true;
    }
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) {
      return false;
    }
    std::string_view inner = text.substr(open + 2, close - open - 2);
    while (!inner.empty() && inner.front() == ' ') {
      inner.remove_prefix(1);
    }
    while (!inner.empty() && inner.back() == ' ') {
      inner.remove_suffix(1);
    }
    if (inner.size() < 2 || inner[0] != '.' || !IsWordStart(inner[1])) {
      return false;
    }
    for (const char c : inner.substr(1)) {
      if (!IsWordByte(c)) {
        return false;
      }
    }
    parts->push_back({true, std::string(inner.substr(1))});
    text.remove_prefix(close + 2);
  }
  return true;
}

base::Result<LabelTemplate> LabelTemplate::Parse(std::string_view text) {
  LabelTemplate out;
  out.is_simple_ = SplitSimple(text, &out.parts_);
  if (out.is_simple_) {
    return out;
  }
  out.parts_.clear();
  out.set_ = std::make_unique<gotemplate::TemplateSet>(&TemplateFunctions());
  SB_RETURN_IF_ERROR(out.set_->Parse("line", std::string(text)));
  out.labels_ = std::make_shared<Labels>();
  return out;
}

base::Status LabelTemplate::Execute(const Input& input, std::string* out) const {
  if (is_simple_) {
    for (const Part& part : parts_) {
      if (!part.is_label) {
        *out += part.text;
        continue;
      }
      for (const LineLabels::Entry& entry : *input.labels) {
        if (entry.name == part.text) {
          *out += entry.value;
          break;
        }
      }
    }
    return base::OkStatus();
  }
  if (!set_->Has("line")) {
    return base::OkStatus();  // only definitions
  }
  labels_->Point(input.labels);
  TemplateRun run{input.line, input.time_ns, input.now_ns};
  gotemplate::ExecuteOptions options;
  options.missing_key = gotemplate::MissingKey::kZero;
  options.output_bytes_max = kOutputBytesMax;
  options.steps_max = kStepsMax;
  options.user = &run;
  return set_->Execute("line", gotemplate::Value(labels_), options, out);
}

bool LabelTemplate::UsedLabels(std::vector<std::string>* names) const {
  if (!is_simple_) {
    return false;
  }
  for (const Part& part : parts_) {
    if (part.is_label) {
      names->push_back(part.text);
    }
  }
  return true;
}

}  // namespace sb::logql
