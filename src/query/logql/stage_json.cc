// SPDX-License-Identifier: Apache-2.0
//
// | json, | json x="a.b[0]", | unpack.
#include <string>
#include <utility>
#include <vector>

#include "query/logql/json_path.h"
#include "query/logql/json_scanner.h"
#include "query/logql/label_key.h"
#include "query/logql/stage_runners.h"
#include "query/logql/text_repair.h"

namespace sb::logql {
namespace {

constexpr int kNestingMax = 64;
constexpr std::string_view kEntryKey = "_entry";

// The text of a value as a label's: escapes undone, broken characters blanked.
std::string_view ValueText(const JsonField& field, LineLabels* labels, std::string* buffer) {
  std::string_view text = field.value;
  if (field.type == JsonType::kString && field.is_value_escaped) {
    buffer->clear();
    if (!UnescapeJson(text, buffer)) {
      return {};
    }
    text = labels->Store(*buffer);
  }
  if (NeedsRepair(text)) {
    std::string repaired;
    RepairText(text, &repaired);
    text = labels->Store(repaired);
  }
  return text;
}

bool IsScalar(JsonType type) {
  return type == JsonType::kString || type == JsonType::kNumber || type == JsonType::kBool;
}

class JsonRunner final : public StageRunner {
 public:
  explicit JsonRunner(const WantedLabels* wanted) : wanted_(wanted) {}

  bool Run(LogLine* line) override {
    if (line->text.empty()) {
      return true;
    }
    prefix_.clear();
    found_ = 0;
    const char* error = "";
    if (!Object(line->text, 0, line, &error)) {
      line->labels.SetError(kJsonError, error);
    }
    return true;
  }

 private:
  bool Object(std::string_view text, int depth, LogLine* line, const char** error) {
    if (depth > kNestingMax) {
      *error = "the object is nested too deeply";
      return false;
    }
    JsonScanner scanner(text);
    for (JsonField field; scanner.Next(&field);) {
      if (wanted_ != nullptr && found_ >= wanted_->size()) {
        return true;  // all that is asked for; what follows may be broken
      }
      if (IsScalar(field.type)) {
        Member(field, depth, line);
      } else if (field.type == JsonType::kObject) {
        const size_t before = prefix_.size();
        AppendKey(field);
        const bool good = Object(field.value, depth + 1, line, error);
        prefix_.resize(before);
        if (!good) {
          return false;
        }
      }
    }
    *error = scanner.error();
    return scanner.ok();
  }

  void AppendKey(const JsonField& field) {
    std::string_view key = field.key;
    std::string unescaped;
    if (field.is_key_escaped) {
      if (!UnescapeJson(key, &unescaped)) {
        unescaped.clear();
      }
      key = unescaped;
    }
    if (prefix_.empty()) {
      AppendLabelKey(key, &prefix_);
      return;
    }
    std::string clean = "x";  // a digit needs no underscore behind a prefix
    AppendLabelKey(key, &clean);
    if (clean.size() > 1) {
      prefix_ += '_';
      prefix_.append(clean, 1);
    }
  }

  void Member(const JsonField& field, int depth, LogLine* line) {
    LineLabels& labels = line->labels;
    const size_t before = prefix_.size();
    const bool is_plain = depth == 0 && !field.is_key_escaped && IsCleanLabelKey(field.key);
    std::string_view name = field.key;
    if (!is_plain) {
      AppendKey(field);
      name = prefix_;
    }
    if ((depth > 0 || !name.empty()) && ShouldExtract(name, &labels)) {
      labels.Extract(is_plain ? name : labels.Store(name), ValueText(field, &labels, &buffer_));
      ++found_;
    }
    prefix_.resize(before);
  }

  bool ShouldExtract(std::string_view name, LineLabels* labels) const {
    return wanted_ == nullptr || IsWanted(wanted_, name) ||
           (MayBeRenamed(name) && IsWanted(wanted_, labels->ExtractedName(name)));
  }

  // Whether "<name>_extracted" is wanted.
  bool MayBeRenamed(std::string_view name) const {
    for (const std::string& wanted : *wanted_) {
      if (wanted.size() == name.size() + kExtractedSuffix.size() && wanted.starts_with(name) &&
          wanted.ends_with(kExtractedSuffix)) {
        return true;
      }
    }
    return false;
  }

  const WantedLabels* const wanted_;
  size_t found_ = 0;
  std::string prefix_;
  std::string buffer_;
};

class JsonPathRunner final : public StageRunner {
 public:
  static RunnerResult Make(const Stage& stage) {
    auto runner = std::make_unique<JsonPathRunner>();
    for (const Extraction& e : stage.extractions) {
      SB_ASSIGN_OR_RETURN(JsonPath path, ParseJsonPath(e.expression));
      runner->paths_.emplace_back(e.label, std::move(path));
    }
    return std::unique_ptr<StageRunner>(std::move(runner));
  }

  bool Run(LogLine* line) override {
    if (line->text.empty()) {
      return true;
    }
    if (!StartsJsonObject(line->text)) {
      line->labels.SetError(kJsonError, "the line is no JSON object");
      return true;
    }
    for (const auto& [label, path] : paths_) {
      JsonField field;
      if (FindJsonPath(line->text, path, &field) && field.type != JsonType::kNull) {
        line->labels.ExtractAgain(label, ValueText(field, &line->labels, &buffer_));
      }
    }
    return true;
  }

 private:
  std::vector<std::pair<std::string, JsonPath>> paths_;
  std::string buffer_;
};

class UnpackRunner final : public StageRunner {
 public:
  explicit UnpackRunner(const WantedLabels* wanted) : wanted_(wanted) {}

  bool Run(LogLine* line) override {
    if (line->text.empty()) {
      return true;
    }
    if (!StartsJsonObject(line->text)) {
      line->labels.SetError(kJsonError, "expecting json object(6), but it is not");
      return true;
    }
    found_.clear();
    bool has_entry = false;
    std::string_view entry;
    JsonScanner scanner(line->text);
    for (JsonField field; scanner.Next(&field);) {
      if (field.type != JsonType::kString) {
        continue;
      }
      if (field.key == kEntryKey) {
        entry = EntryText(field, &line->labels);
        has_entry = true;
      } else {
        found_.push_back(field);
      }
    }
    if (!scanner.ok()) {
      line->labels.SetError(kJsonError, scanner.error());
      return true;
    }
    // Without an entry the line was not packed, and its fields are not labels.
    if (has_entry) {
      Flush(&line->labels);
      line->text = entry;
    }
    return true;
  }

 private:
  std::string_view EntryText(const JsonField& field, LineLabels* labels) {
    if (!field.is_value_escaped) {
      return field.value;
    }
    buffer_.clear();
    return UnescapeJson(field.value, &buffer_) ? labels->Store(buffer_) : std::string_view();
  }

  void Flush(LineLabels* labels) {
    for (const JsonField& field : found_) {
      std::string_view name = field.key;
      if (field.is_key_escaped || !IsCleanLabelKey(name)) {
        name = labels->Store(SanitizeLabelKey(name));
      }
      if (!name.empty() && (wanted_ == nullptr || IsWanted(wanted_, labels->ExtractedName(name)))) {
        labels->Extract(name, ValueText(field, labels, &buffer_));
      }
    }
  }

  const WantedLabels* const wanted_;
  std::vector<JsonField> found_;
  std::string buffer_;
};

}  // namespace

RunnerResult MakeJson(const Stage& stage, const WantedLabels* wanted) {
  if (!stage.extractions.empty()) {
    return JsonPathRunner::Make(stage);
  }
  return std::unique_ptr<StageRunner>(std::make_unique<JsonRunner>(wanted));
}

RunnerResult MakeUnpack(const WantedLabels* wanted) {
  return std::unique_ptr<StageRunner>(std::make_unique<UnpackRunner>(wanted));
}

}  // namespace sb::logql
