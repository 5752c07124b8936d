// SPDX-License-Identifier: Apache-2.0
#include "query/logql/json_scanner.h"

#include <cstring>

#include "encoding/hex.h"
#include "query/logql/text_repair.h"

namespace sb::logql {
namespace {

constexpr const char* kNoObject = "Value looks like object, but can't find closing '}' symbol";
constexpr const char* kNoArray = "Value is array, but can't find closing ']' symbol";
constexpr const char* kNoString = "Value is string, but can't find closing '\"' symbol";
constexpr const char* kUnknown = "Unknown value type";
constexpr const char* kMalformed = "Malformed JSON error";

bool IsBlank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

size_t SkipFrom(std::string_view text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) {
    ++at;
  }
  return at;
}

// The closing quote of the string whose text starts at `at`; npos if there is none.
size_t StringEnd(std::string_view text, size_t at, bool* escaped) {
  *escaped = false;
  size_t from = at;
  for (;;) {
    const void* found = from < text.size()
                            ? std::memchr(text.data() + from, '"', text.size() - from)
                            : nullptr;
    if (found == nullptr) {
      return std::string_view::npos;
    }
    const auto end = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    size_t slashes = 0;
    while (end - slashes > at && text[end - slashes - 1] == '\\') {
      ++slashes;
    }
    if (slashes % 2 == 0) {
      *escaped = *escaped || slashes > 0 ||
                 std::memchr(text.data() + at, '\\', end - at) != nullptr;
      return end;
    }
    *escaped = true;
    from = end + 1;
  }
}

// Behind the bracket that closes the one at `at`; npos if there is none.
size_t BlockEnd(std::string_view text, size_t at, char open, char close) {
  size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      bool escaped = false;
      at = StringEnd(text, at + 1, &escaped);
      if (at == std::string_view::npos) {
        return at;
      }
    } else if (c == open) {
      ++depth;
    } else if (c == close && --depth == 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

size_t TokenEnd(std::string_view text, size_t at) {
  while (at < text.size() && !IsBlank(text[at]) && text[at] != ',' && text[at] != '}' &&
         text[at] != ']') {
    ++at;
  }
  return at;
}

// Four hex digits at text[at]; negative if they are not.
int32_t HexUnit(std::string_view text, size_t at) {
  if (at + 4 > text.size()) {
    return -1;
  }
  int32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    const uint8_t digit = encoding::HexDigit(text[at + i]);
    if (digit == encoding::kNoHexDigit) {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

// "\uXXXX", perhaps a pair, at text[at] (behind the u); returns bytes taken, 0 if broken.
size_t TakeUnicode(std::string_view text, size_t at, std::string* out) {
  const int32_t high = HexUnit(text, at);
  if (high < 0 || (high >= 0xDC00 && high < 0xE000)) {
    return 0;
  }
  if (high < 0xD800 || high >= 0xE000) {
    AppendUtf8(static_cast<uint32_t>(high), out);
    return 4;
  }
  if (at + 6 > text.size() || text[at + 4] != '\\' || text[at + 5] != 'u') {
    return 0;
  }
  const int32_t low = HexUnit(text, at + 6);
  if (low < 0xDC00 || low >= 0xE000) {
    return 0;
  }
  AppendUtf8(static_cast<uint32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), out);
  return 10;
}

bool IsKey(const JsonField& field, const std::string& key) {
  if (!field.is_key_escaped) {
    return field.key == key;
  }
  std::string unescaped;
  return UnescapeJson(field.key, &unescaped) && unescaped == key;
}

// Element `index` of the array `text`.
bool FindElement(std::string_view text, int64_t index, JsonField* field) {
  size_t at = SkipFrom(text, 1);
  const char* error = nullptr;
  for (int64_t i = 0; at < text.size() && text[at] != ']'; ++i) {
    if (!JsonScanner::TakeValue(text, &at, field, &error)) {
      return false;
    }
    if (i == index) {
      return true;
    }
    at = SkipFrom(text, at);
    if (at >= text.size() || text[at] != ',') {
      return false;
    }
    at = SkipFrom(text, at + 1);
  }
  return false;
}

}  // namespace

bool JsonScanner::TakeValue(std::string_view text, size_t* at, JsonField* field,
                            const char** error) {
  const auto fail = [error](const char* what) {
    *error = what;
    return false;
  };
  if (*at >= text.size()) {
    return fail(kUnknown);
  }
  const size_t start = *at;
  field->is_value_escaped = false;
  size_t end = 0;
  switch (text[start]) {
    case '"':
      end = StringEnd(text, start + 1, &field->is_value_escaped);
      if (end == std::string_view::npos) {
        return fail(kNoString);
      }
      field->type = JsonType::kString;
      field->value = text.substr(start + 1, end - start - 1);
      *at = end + 1;
      return true;
    case '{':
      field->type = JsonType::kObject;
      end = BlockEnd(text, start, '{', '}');
      if (end == std::string_view::npos) {
        return fail(kNoObject);
      }
      break;
    case '[':
      field->type = JsonType::kArray;
      end = BlockEnd(text, start, '[', ']');
      if (end == std::string_view::npos) {
        return fail(kNoArray);
      }
      break;
    default: {
      end = TokenEnd(text, start);
      const std::string_view token = text.substr(start, end - start);
      if (token == "true" || token == "false") {
        field->type = JsonType::kBool;
      } else if (token == "null") {
        field->type = JsonType::kNull;
      } else if (!token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'))) {
        field->type = JsonType::kNumber;
      } else {
        return fail(kUnknown);
      }
    }
  }
  field->value = text.substr(start, end - start);
  *at = end;
  return true;
}

void JsonScanner::SkipBlanks() {
  at_ = SkipFrom(text_, at_);
}

bool JsonScanner::Open() {
  opened_ = true;
  SkipBlanks();
  if (at_ >= text_.size() || text_[at_] != '{') {
    return Fail(kNoObject);
  }
  ++at_;
  SkipBlanks();
  return true;
}

bool JsonScanner::Next(JsonField* field) {
  if (done_ || (!opened_ && !Open())) {
    return false;
  }
  if (at_ >= text_.size()) {
    return Fail(kNoObject);
  }
  if (text_[at_] == '}') {
    ++at_;
    done_ = true;
    return false;
  }
  if (text_[at_] != '"') {
    return Fail(kNoObject);
  }
  const size_t key_end = StringEnd(text_, at_ + 1, &field->is_key_escaped);
  if (key_end == std::string_view::npos) {
    return Fail(kMalformed);
  }
  field->key = text_.substr(at_ + 1, key_end - at_ - 1);
  at_ = SkipFrom(text_, key_end + 1);
  if (at_ >= text_.size() || text_[at_] != ':') {
    return Fail(kMalformed);
  }
  at_ = SkipFrom(text_, at_ + 1);
  const char* error = nullptr;
  if (!TakeValue(text_, &at_, field, &error)) {
    return Fail(error);
  }
  SkipBlanks();
  if (at_ < text_.size() && text_[at_] == ',') {
    at_ = SkipFrom(text_, at_ + 1);
    if (at_ < text_.size()) {
      return true;
    }
  }
  if (at_ >= text_.size() || text_[at_] != '}') {
    // What was read counts; the break shows at the next call.
    at_ = text_.size();
  }
  return true;
}

bool UnescapeJson(std::string_view raw, std::string* out) {
  for (size_t at = 0; at < raw.size();) {
    const size_t slash = raw.find('\\', at);
    out->append(raw.substr(at, slash - at));
    if (slash == std::string_view::npos) {
      return true;
    }
    if (slash + 1 >= raw.size()) {
      return false;
    }
    at = slash + 2;
    switch (raw[slash + 1]) {
      case '"':
      case '\\':
      case '/':
        *out += raw[slash + 1];
        break;
      case 'b':
        *out += '\b';
        break;
      case 'f':
        *out += '\f';
        break;
      case 'n':
        *out += '\n';
        break;
      case 'r':
        *out += '\r';
        break;
      case 't':
        *out += '\t';
        break;
      case 'u': {
        const size_t taken = TakeUnicode(raw, at, out);
        if (taken == 0) {
          return false;
        }
        at += taken;
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

bool FindJsonPath(std::string_view text, const JsonPath& path, JsonField* field) {
  field->type = JsonType::kObject;
  field->value = text;
  for (const JsonStep& step : path) {
    const std::string_view inner = field->value;
    if (step.is_index) {
      if (field->type != JsonType::kArray || !FindElement(inner, step.index, field)) {
        return false;
      }
      continue;
    }
    if (field->type != JsonType::kObject) {
      return false;
    }
    JsonScanner scanner(inner);
    bool found = false;
    while (!found && scanner.Next(field)) {
      found = IsKey(*field, step.key);
    }
    if (!found) {
      return false;
    }
  }
  return true;
}

bool StartsJsonObject(std::string_view text) {
  const size_t at = SkipFrom(text, 0);
  return at < text.size() && text[at] == '{';
}

}  // namespace sb::logql
