// SPDX-License-Identifier: Apache-2.0
//
// JsonCursor walks one JSON text from left to right, without a tree and without copying strings
// that have no escapes.
//
//   JsonCursor in(text);
//   std::string_view key, value;
//   if (in.EnterObject()) {
//     while (in.NextKey(&key, &scratch)) {
//       if (key == "line") in.ReadString(&value, &scratch2); else in.SkipValue();
//     }
//   }
//   SB_RETURN_IF_ERROR(in.status());       // kInvalidArgument "json: …, at offset N"
//
// Every value must be read or skipped before the next key or element is asked for. After an error
// all calls return false and Peek() is kError. Strict where a value could be misunderstood
// (brackets, quotes, escapes, numbers, literals); control characters inside strings and bytes that
// are not UTF-8 are kept as they are. Nesting deeper than kDepthMax is an error.
//
// Views point into the text, or into the scratch string given if there were escapes.
// Threads: a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::encoding {

class JsonCursor {
 public:
  enum class Kind : uint8_t { kObject, kArray, kString, kNumber, kBool, kNull, kEnd, kError };
  static constexpr int kDepthMax = 512;

  explicit JsonCursor(std::string_view text)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  // What comes next; nothing is consumed but white space.
  Kind Peek();

  bool EnterObject();
  // False at the end of the object (which is consumed) or on an error.
  bool NextKey(std::string_view* key, std::string* scratch);
  bool EnterArray();
  // False at the end of the array (which is consumed) or on an error.
  bool NextElement();

  bool ReadString(std::string_view* value, std::string* scratch);
  // The digits as written.
  bool ReadNumber(std::string_view* text);
  bool ReadBool(bool* value);
  bool ReadNull();
  // Any value; `raw`, if given, gets its text without surrounding white space.
  bool SkipValue(std::string_view* raw = nullptr);
  // A string's value, null as "", anything else as it is written.
  bool ReadAsText(std::string_view* value, std::string* scratch);

  // Nothing but white space is left; an error otherwise.
  bool ExpectEnd();

  bool ok() const { return error_ == nullptr; }
  base::Status status() const;
  size_t offset() const { return static_cast<size_t>(at_ - begin_); }
  bool Fail(const char* why);

 private:
  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) {
      ++at_;
    }
  }
  bool Enter(char open, const char* why);
  bool Separate(char close);
  bool SkipScalar();
  bool SkipNumber();
  bool SkipLiteral(std::string_view literal);
  bool ScanString(std::string_view* raw, bool* has_escapes);

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* error_ = nullptr;
  size_t error_offset_ = 0;
  int depth_ = 0;
  bool is_first_ = false;  // right after an opening bracket
};

// Replaces `out` by what the inside of a JSON string means; false for a bad escape. Lone surrogates
// become U+FFFD.
bool UnescapeJson(std::string_view raw, std::string* out);
// Appends `text` quoted and escaped. Bytes that are not UTF-8 are kept.
void AppendJsonQuoted(std::string_view text, std::string* out);

}  // namespace sb::encoding
