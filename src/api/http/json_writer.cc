// SPDX-License-Identifier: Apache-2.0
#include "api/http/json_writer.h"

#include <charconv>
#include <cmath>

#include "base/check.h"
#include "encoding/hex.h"
#include "model/label_name.h"

namespace sb::api {

namespace {

bool NeedsEscape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\' || c >= 0x80;
}

void AppendEscaped(unsigned char c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      encoding::AppendHex({reinterpret_cast<const char*>(&c), 1}, out);
  }
}

// Length of the valid UTF-8 sequence at the start of `s`, 0 if there is none.
size_t Utf8Length(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  const size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  return n <= s.size() && model::IsValidUtf8(s.substr(0, n)) ? n : 0;
}

template <typename T>
void AppendNumber(T value, std::string* out) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, end.ptr);
}

}  // namespace

void JsonWriter::AppendQuoted(std::string_view value, std::string* out) {
  out->push_back('"');
  size_t start = 0;
  for (size_t i = 0; i < value.size();) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (!NeedsEscape(c)) {
      ++i;
      continue;
    }
    const size_t n = c >= 0x80 ? Utf8Length(value.substr(i)) : 0;
    if (n > 0) {
      i += n;
      continue;
    }
    out->append(value, start, i - start);
    if (c >= 0x80) {
      out->append("\xef\xbf\xbd");
    } else {
      AppendEscaped(c, out);
    }
    start = ++i;
  }
  out->append(value, start);
  out->push_back('"');
}

void JsonWriter::Element() {
  if (need_comma_) {
    out_.push_back(',');
  }
  need_comma_ = true;
}

JsonWriter& JsonWriter::BeginObject() {
  Element();
  out_.push_back('{');
  need_comma_ = false;
  ++depth_;
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  out_.push_back('}');
  need_comma_ = true;
  --depth_;
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Element();
  out_.push_back('[');
  need_comma_ = false;
  ++depth_;
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  out_.push_back(']');
  need_comma_ = true;
  --depth_;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Element();
  AppendQuoted(key, &out_);
  out_.push_back(':');
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  Element();
  AppendQuoted(value, &out_);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  Element();
  AppendNumber(value, &out_);
  return *this;
}

JsonWriter& JsonWriter::Uint(uint64_t value) {
  Element();
  AppendNumber(value, &out_);
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) {
    return Null();
  }
  Element();
  AppendNumber(value, &out_);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  return Raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::Null() {
  return Raw("null");
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Element();
  out_.append(json);
  return *this;
}

std::string JsonWriter::Take() && {
  SB_DCHECK(depth_ == 0);
  return std::move(out_);
}

}  // namespace sb::api
