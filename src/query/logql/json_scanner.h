// SPDX-License-Identifier: Apache-2.0
//
// JsonScanner walks the members of one JSON object as leniently as Loki's reader does: it looks
// only at what it needs, so numbers are not checked, a trailing comma and anything behind the
// closing brace are accepted, and what was read before a break stays read.
//
//   JsonScanner scanner(line);
//   for (JsonField field; scanner.Next(&field);) …
//   if (!scanner.ok()) … scanner.error() …
//
// Nested values are found as a whole (`field.value` is their text, which a second scanner reads).
// No recursion. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "query/logql/json_path.h"

namespace sb::logql {

enum class JsonType : uint8_t { kString, kNumber, kBool, kNull, kArray, kObject };

struct JsonField {
  std::string_view key;  // between the quotes
  bool is_key_escaped = false;
  JsonType type = JsonType::kNull;
  std::string_view value;  // of strings: between the quotes
  bool is_value_escaped = false;
};

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  bool Next(JsonField* field);
  bool ok() const { return error_ == nullptr; }
  const char* error() const { return error_ == nullptr ? "" : error_; }
  // Behind what was read.
  size_t position() const { return at_; }

  // The value that starts at text[*at]; moves behind it. False with *error set.
  static bool TakeValue(std::string_view text, size_t* at, JsonField* field, const char** error);

 private:
  bool Fail(const char* error) {
    error_ = error;
    done_ = true;
    return false;
  }
  void SkipBlanks();
  bool Open();

  std::string_view text_;
  size_t at_ = 0;
  bool opened_ = false;
  bool done_ = false;
  const char* error_ = nullptr;
};

// Undoes the escapes of a JSON string. False if one is broken.
bool UnescapeJson(std::string_view raw, std::string* out);

// The value at the end of the path in the object `text`; false if there is none. The first of
// several members with one name counts.
bool FindJsonPath(std::string_view text, const JsonPath& path, JsonField* field);

// Whether text is an object (perhaps broken further on).
bool StartsJsonObject(std::string_view text);

}  // namespace sb::logql
