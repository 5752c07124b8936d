// SPDX-License-Identifier: Apache-2.0
//
// JsonWriter appends JSON to a string, without a tree in between.
//
//   JsonWriter json;
//   json.BeginObject().Key("status").String("success").Key("data").BeginArray();
//   …
//   json.EndArray().EndObject();
//   std::string text = std::move(json).Take();
//
// Commas are placed by the writer. Strings are escaped as JSON demands, broken UTF-8 is replaced by
// U+FFFD, so that the output is always valid; unbalanced Begin/End are bugs (SB_DCHECK at Take).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::api {

class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view value);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  // Shortest round-trip form; NaN and infinities, which JSON lacks, become null.
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // Already JSON.
  JsonWriter& Raw(std::string_view json);

  // Appends `value` quoted and escaped to `out`, as String() does.
  static void AppendQuoted(std::string_view value, std::string* out);

  // The bytes so far; for callers that append formatted numbers themselves, between Element()
  // calls.
  std::string& buffer() { return out_; }
  // Places the comma before an element that the caller appends to buffer().
  void Element();
  std::string Take() &&;

 private:
  std::string out_;
  bool need_comma_ = false;
  int depth_ = 0;
};

}  // namespace sb::api
