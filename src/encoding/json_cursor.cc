// SPDX-License-Identifier: Apache-2.0
#include "encoding/json_cursor.h"

#include <cstring>

#include "encoding/hex.h"

namespace sb::encoding {
namespace {

// Four hex digits at `at`, or -1.
int HexUnit(std::string_view text, size_t at) {
  if (text.size() - at < 4) {
    return -1;
  }
  int unit = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const uint8_t digit = HexDigit(text[i]);
    if (digit == kNoHexDigit) {
      return -1;
    }
    unit = unit << 4 | digit;
  }
  return unit;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
    out->push_back(static_cast<char>(0x80 | (code & 63)));
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | code >> 12));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out->push_back(static_cast<char>(0x80 | (code & 63)));
  } else {
    out->push_back(static_cast<char>(0xF0 | code >> 18));
    out->push_back(static_cast<char>(0x80 | (code >> 12 & 63)));
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out->push_back(static_cast<char>(0x80 | (code & 63)));
  }
}

char SimpleEscape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return '\0';
  }
}

// `at` stands behind "\u"; moves it behind the escape, or the pair of escapes.
bool AppendUnicodeEscape(std::string_view raw, size_t* at, std::string* out) {
  const int unit = HexUnit(raw, *at);
  if (unit < 0) {
    return false;
  }
  *at += 4;
  if (unit < 0xD800 || unit > 0xDFFF) {
    AppendUtf8(static_cast<uint32_t>(unit), out);
    return true;
  }
  if (unit < 0xDC00 && raw.substr(*at).starts_with("\\u")) {
    const int low = HexUnit(raw, *at + 2);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      *at += 6;
      AppendUtf8(static_cast<uint32_t>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), out);
      return true;
    }
  }
  out->append("\xEF\xBF\xBD");
  return true;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool UnescapeJson(std::string_view raw, std::string* out) {
  out->clear();
  out->reserve(raw.size());
  size_t at = 0;
  while (at < raw.size()) {
    const auto* slash =
        static_cast<const char*>(std::memchr(raw.data() + at, '\\', raw.size() - at));
    if (slash == nullptr) {
      out->append(raw.substr(at));
      return true;
    }
    const auto next = static_cast<size_t>(slash - raw.data());
    out->append(raw.substr(at, next - at));
    at = next + 2;
    if (at > raw.size()) {
      return false;
    }
    const char c = raw[at - 1];
    if (c == 'u') {
      if (!AppendUnicodeEscape(raw, &at, out)) {
        return false;
      }
    } else if (const char plain = SimpleEscape(c); plain != '\0') {
      out->push_back(plain);
    } else {
      return false;
    }
  }
  return true;
}

void AppendJsonQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(c);
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out->append("\\u00");
          AppendHex({&c, 1}, out);
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

bool JsonCursor::Fail(const char* why) {
  if (error_ == nullptr) {
    error_ = why;
    error_offset_ = offset();
  }
  at_ = end_;
  return false;
}

base::Status JsonCursor::status() const {
  if (error_ == nullptr) {
    return base::OkStatus();
  }
  return base::InvalidArgument(std::string("json: ") + error_ + ", at offset " +
                               std::to_string(error_offset_));
}

JsonCursor::Kind JsonCursor::Peek() {
  if (error_ != nullptr) {
    return Kind::kError;
  }
  SkipSpace();
  if (at_ == end_) {
    return Kind::kEnd;
  }
  switch (*at_) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case '"':
      return Kind::kString;
    case 't':
    case 'f':
      return Kind::kBool;
    case 'n':
      return Kind::kNull;
    default:
      if (*at_ == '-' || IsDigit(*at_)) {
        return Kind::kNumber;
      }
      Fail("a value is expected");
      return Kind::kError;
  }
}

bool JsonCursor::Enter(char open, const char* why) {
  if (error_ != nullptr) {
    return false;
  }
  SkipSpace();
  if (at_ == end_ || *at_ != open) {
    return Fail(why);
  }
  if (++depth_ > kDepthMax) {
    return Fail("nested too deep");
  }
  ++at_;
  is_first_ = true;
  return true;
}

bool JsonCursor::EnterObject() {
  return Enter('{', "an object is expected");
}

bool JsonCursor::EnterArray() {
  return Enter('[', "an array is expected");
}

// True if another member follows; the comma before it is consumed.
bool JsonCursor::Separate(char close) {
  if (error_ != nullptr) {
    return false;
  }
  SkipSpace();
  if (at_ == end_) {
    return Fail("the text ends inside of an object or array");
  }
  if (*at_ == close) {
    ++at_;
    --depth_;
    is_first_ = false;
    return false;
  }
  if (is_first_) {
    is_first_ = false;
    return true;
  }
  if (*at_ != ',') {
    return Fail(close == '}' ? "',' or '}' is expected" : "',' or ']' is expected");
  }
  ++at_;
  SkipSpace();
  return true;
}

bool JsonCursor::NextKey(std::string_view* key, std::string* scratch) {
  if (!Separate('}')) {
    return false;
  }
  if (at_ == end_ || *at_ != '"') {
    return Fail("a quoted name is expected");
  }
  if (!ReadString(key, scratch)) {
    return false;
  }
  SkipSpace();
  if (at_ == end_ || *at_ != ':') {
    return Fail("':' is expected");
  }
  ++at_;
  return true;
}

bool JsonCursor::NextElement() {
  return Separate(']');
}

bool JsonCursor::ScanString(std::string_view* raw, bool* has_escapes) {
  if (error_ != nullptr) {
    return false;
  }
  SkipSpace();
  if (at_ == end_ || *at_ != '"') {
    return Fail("a string is expected");
  }
  const char* const begin = at_ + 1;
  const char* from = begin;
  *has_escapes = false;
  for (;;) {
    const auto* quote =
        static_cast<const char*>(std::memchr(from, '"', static_cast<size_t>(end_ - from)));
    if (quote == nullptr) {
      return Fail("a string is not closed");
    }
    const char* slash = quote;
    while (slash != begin && slash[-1] == '\\') {
      --slash;
    }
    if ((quote - slash) % 2 == 0) {
      *raw = {begin, static_cast<size_t>(quote - begin)};
      *has_escapes =
          *has_escapes || std::memchr(begin, '\\', static_cast<size_t>(quote - begin)) != nullptr;
      at_ = quote + 1;
      is_first_ = false;
      return true;
    }
    *has_escapes = true;
    from = quote + 1;
  }
}

bool JsonCursor::ReadString(std::string_view* value, std::string* scratch) {
  bool has_escapes = false;
  if (!ScanString(value, &has_escapes)) {
    return false;
  }
  if (has_escapes) {
    if (!UnescapeJson(*value, scratch)) {
      return Fail("a bad escape in a string");
    }
    *value = *scratch;
  }
  return true;
}

bool JsonCursor::SkipNumber() {
  if (*at_ == '-') {
    ++at_;
  }
  const char* const digits = at_;
  while (at_ != end_ && IsDigit(*at_)) {
    ++at_;
  }
  if (at_ == digits || (*digits == '0' && at_ - digits > 1)) {
    return Fail("a malformed number");
  }
  if (at_ != end_ && *at_ == '.') {
    const char* const fraction = ++at_;
    while (at_ != end_ && IsDigit(*at_)) {
      ++at_;
    }
    if (at_ == fraction) {
      return Fail("a malformed number");
    }
  }
  if (at_ != end_ && (*at_ | 0x20) == 'e') {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) {
      ++at_;
    }
    const char* const exponent = at_;
    while (at_ != end_ && IsDigit(*at_)) {
      ++at_;
    }
    if (at_ == exponent) {
      return Fail("a malformed number");
    }
  }
  return true;
}

bool JsonCursor::ReadNumber(std::string_view* text) {
  if (Peek() != Kind::kNumber) {
    return Fail("a number is expected");
  }
  const char* const begin = at_;
  is_first_ = false;
  if (!SkipNumber()) {
    return false;
  }
  *text = {begin, static_cast<size_t>(at_ - begin)};
  return true;
}

bool JsonCursor::SkipLiteral(std::string_view literal) {
  if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(literal)) {
    return Fail("a value is expected");
  }
  at_ += literal.size();
  is_first_ = false;
  return true;
}

bool JsonCursor::ReadBool(bool* value) {
  if (Peek() != Kind::kBool) {
    return Fail("true or false is expected");
  }
  *value = *at_ == 't';
  return SkipLiteral(*value ? "true" : "false");
}

bool JsonCursor::ReadNull() {
  return Peek() == Kind::kNull ? SkipLiteral("null") : Fail("null is expected");
}

bool JsonCursor::SkipScalar() {
  std::string_view ignored;
  bool flag = false;
  switch (Peek()) {
    case Kind::kString:
      return ScanString(&ignored, &flag);
    case Kind::kNumber:
      return ReadNumber(&ignored);
    case Kind::kBool:
      return ReadBool(&flag);
    case Kind::kNull:
      return ReadNull();
    default:
      return Fail("a value is expected");
  }
}

bool JsonCursor::SkipValue(std::string_view* raw) {
  const Kind kind = Peek();
  const char* const begin = at_;
  bool is_object[kDepthMax + 1];
  const int outside = depth_;
  if (kind != Kind::kObject && kind != Kind::kArray) {
    if (!SkipScalar()) {
      return false;
    }
  } else {
    is_object[depth_] = kind == Kind::kObject;
    if (!Enter(kind == Kind::kObject ? '{' : '[', "")) {
      return false;
    }
    std::string scratch;
    std::string_view key;
    while (depth_ > outside) {
      const bool more = is_object[depth_ - 1] ? NextKey(&key, &scratch) : NextElement();
      if (!more) {
        if (!ok()) {
          return false;
        }
        continue;
      }
      const Kind inner = Peek();
      if (inner == Kind::kObject || inner == Kind::kArray) {
        is_object[depth_] = inner == Kind::kObject;
        if (!Enter(inner == Kind::kObject ? '{' : '[', "")) {
          return false;
        }
      } else if (!SkipScalar()) {
        return false;
      }
    }
  }
  if (raw != nullptr) {
    *raw = {begin, static_cast<size_t>(at_ - begin)};
  }
  return true;
}

bool JsonCursor::ReadAsText(std::string_view* value, std::string* scratch) {
  switch (Peek()) {
    case Kind::kString:
      return ReadString(value, scratch);
    case Kind::kNull:
      *value = {};
      return ReadNull();
    default:
      return SkipValue(value);
  }
}

bool JsonCursor::ExpectEnd() {
  if (error_ != nullptr) {
    return false;
  }
  SkipSpace();
  return at_ == end_ || Fail("text after the end of the document");
}

}  // namespace sb::encoding
