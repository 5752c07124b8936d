// SPDX-License-Identifier: Apache-2.0
#include "api/loki/field_detector.h"

#include <charconv>

#include "query/logql/json_scanner.h"
#include "query/logql/label_key.h"
#include "query/logql/logfmt_scanner.h"
#include "query/logql/units.h"

namespace sb::api::loki {
namespace {

constexpr int kNestingMax = 16;

bool IsInt(std::string_view text) {
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

// A size needs its unit: a bare number is a number, and a trace id that ends in b has letters
// before it.
bool IsSize(std::string_view text) {
  return !text.empty() && (text.back() < '0' || text.back() > '9') &&
         logql::ParseSize(text).has_value();
}

}  // namespace

std::string_view FieldDetector::Field::Type() const {
  return is_int        ? "int"
         : is_float    ? "float"
         : is_boolean  ? "boolean"
         : is_duration ? "duration"
         : is_bytes    ? "bytes"
                       : "string";
}

void FieldDetector::AddValue(const std::string& name, std::string_view value,
                             const char* maybe_parser) {
  auto found = fields_.find(name);
  if (found == fields_.end()) {
    if (fields_.size() >= fields_max_ || name.empty()) {
      return;
    }
    found = fields_.emplace(name, Field()).first;
    found->second.json_path = path_;
  }
  Field& field = found->second;
  field.is_int = field.is_int && IsInt(value);
  field.is_float = field.is_float && logql::ParseGoFloat(value).has_value();
  field.is_boolean = field.is_boolean && (value == "true" || value == "false");
  field.is_duration = field.is_duration && logql::ParseGoDuration(value).has_value();
  field.is_bytes = field.is_bytes && IsSize(value);
  if (maybe_parser != nullptr) {
    field.parsers.insert(maybe_parser);
  }
  const std::string text(value);
  if (const auto known = field.values.find(text); known != field.values.end()) {
    ++known->second;
  } else if (field.values.size() < kValuesMax) {
    field.values.emplace(text, 1);
  }
}

void FieldDetector::AddJson(std::string_view text, const std::string& prefix, int depth,
                            bool* good) {
  logql::JsonScanner scanner(text);
  for (logql::JsonField field; scanner.Next(&field);) {
    std::string key(field.key);
    if (field.is_key_escaped) {
      key.clear();
      logql::UnescapeJson(field.key, &key);
    }
    std::string name = prefix;
    if (name.empty()) {
      name = logql::SanitizeLabelKey(key);
    } else {
      std::string tail = "x";
      logql::AppendLabelKey(key, &tail);
      name += "_" + tail.substr(1);
    }
    path_.push_back(std::move(key));
    if (field.type == logql::JsonType::kObject && depth < kNestingMax) {
      AddJson(field.value, name, depth + 1, good);
    } else if (field.type == logql::JsonType::kString && field.is_value_escaped) {
      std::string value;
      if (logql::UnescapeJson(field.value, &value)) {
        AddValue(name, value, "json");
      }
    } else if (field.type != logql::JsonType::kArray && field.type != logql::JsonType::kNull &&
               field.type != logql::JsonType::kObject) {
      AddValue(name, field.value, "json");
    }
    path_.pop_back();
  }
  *good = *good && scanner.ok();
}

void FieldDetector::AddLogfmt(std::string_view text) {
  logql::LogfmtScanner scanner(text, logql::LogfmtMode::kSkipBroken);
  for (logql::LogfmtPair pair; scanner.Next(&pair);) {
    if (!pair.value.empty()) {
      AddValue(logql::SanitizeLabelKey(pair.key), pair.value, "logfmt");
    }
  }
}

void FieldDetector::Add(const logql::LogEntry& entry) {
  path_.clear();
  for (const auto& [name, value] : entry.metadata) {
    AddValue(name, value, nullptr);
  }
  if (logql::StartsJsonObject(entry.line)) {
    bool good = true;
    AddJson(entry.line, "", 0, &good);
  } else {
    AddLogfmt(entry.line);
  }
}

}  // namespace sb::api::loki
