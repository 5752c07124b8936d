// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "encoding/json_cursor.h"
#include "ingest/pipeline/log_stage.h"
#include "ingest/pipeline/log_time.h"

namespace sb::ingest {
namespace {

using encoding::JsonCursor;

constexpr int kJsonDepthMax = 16;

std::string PlainName(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out.push_back(keep ? c : '_');
  }
  return out;
}

class ParseStage final : public LogStage {
 public:
  explicit ParseStage(const LogStageConfig& config) : config_(config) {
    if (!config.regex.empty()) {
      regex_ = std::make_unique<re2::RE2>(config.regex, re2::RE2::Quiet);
    }
  }

  StageVerdict Apply(LogEdit* edit) const override {
    std::vector<LogField> fields;
    if (config_.parse == "json") {
      JsonCursor in(edit->record.line);
      // What stands before a fault counts: half a line is better than none.
      ReadObject(&in, "", 0, edit, &fields);
    } else if (config_.parse == "logfmt") {
      ReadLogfmt(edit, &fields);
    } else {
      ReadRegex(edit, &fields);
    }
    Take(fields, edit);
    return StageVerdict::kKeep;
  }

 private:
  void ReadObject(JsonCursor* in, const std::string& prefix, int depth, LogEdit* edit,
                  std::vector<LogField>* fields) const {
    std::string scratch;
    std::string value_scratch;
    std::string_view key;
    std::string_view value;
    if (!in->EnterObject()) {
      return;
    }
    while (in->NextKey(&key, &scratch)) {
      const std::string name = prefix + PlainName(key);
      if (in->Peek() == JsonCursor::Kind::kObject && depth < kJsonDepthMax) {
        ReadObject(in, name + "_", depth + 1, edit, fields);
      } else if (in->ReadAsText(&value, &value_scratch) && !value.empty()) {
        fields->push_back({edit->Hold(name), edit->Hold(std::string(value))});
      }
    }
  }

  void ReadLogfmt(LogEdit* edit, std::vector<LogField>* fields) const {
    std::string_view rest = edit->record.line;
    while (!rest.empty()) {
      const size_t begin = rest.find_first_not_of(' ');
      if (begin == std::string_view::npos) {
        return;
      }
      rest.remove_prefix(begin);
      const size_t end = std::min(rest.find_first_of("= "), rest.size());
      const std::string_view key = rest.substr(0, end);
      rest.remove_prefix(end);
      if (!rest.starts_with('=')) {
        continue;
      }
      rest.remove_prefix(1);
      std::string value;
      if (rest.starts_with('"')) {
        size_t close = 1;
        while (close < rest.size() && rest[close] != '"') {
          close += rest[close] == '\\' ? 2 : 1;
        }
        close = std::min(close, rest.size());
        if (!encoding::UnescapeJson(rest.substr(1, close - 1), &value)) {
          value = rest.substr(1, close - 1);
        }
        rest.remove_prefix(std::min(close + 1, rest.size()));
      } else {
        const size_t stop = std::min(rest.find(' '), rest.size());
        value = rest.substr(0, stop);
        rest.remove_prefix(stop);
      }
      if (!key.empty() && !value.empty()) {
        fields->push_back({edit->Hold(PlainName(key)), edit->Hold(std::move(value))});
      }
    }
  }

  void ReadRegex(LogEdit* edit, std::vector<LogField>* fields) const {
    const auto groups = static_cast<size_t>(regex_->NumberOfCapturingGroups());
    std::vector<re2::StringPiece> captures(groups + 1);
    const re2::StringPiece line(edit->record.line.data(), edit->record.line.size());
    if (!regex_->Match(line, 0, line.size(), re2::RE2::UNANCHORED, captures.data(),
                       static_cast<int>(groups + 1))) {
      return;
    }
    for (const auto& [name, group] : regex_->NamedCapturingGroups()) {
      const re2::StringPiece& capture = captures[static_cast<size_t>(group)];
      if (!capture.empty()) {
        fields->push_back({edit->Hold(name), std::string_view(capture.data(), capture.size())});
      }
    }
  }

  void Take(const std::vector<LogField>& fields, LogEdit* edit) const {
    for (const LogField& field : fields) {
      if (field.name == config_.time) {
        ParseLogTime(field.value, &edit->record.time_ns);
      }
      const bool wanted = config_.fields.empty() ||
                          std::find(config_.fields.begin(), config_.fields.end(), field.name) !=
                              config_.fields.end();
      if (wanted && field.name != config_.message && field.name != config_.time) {
        edit->record.metadata.push_back(field);
      }
    }
    for (const LogField& field : fields) {
      if (field.name == config_.message) {
        edit->record.line = field.value;
        return;
      }
    }
  }

  const LogStageConfig config_;
  std::unique_ptr<re2::RE2> regex_;
};

}  // namespace

std::unique_ptr<LogStage> MakeParseStage(const LogStageConfig& config) {
  return std::make_unique<ParseStage>(config);
}

}  // namespace sb::ingest
