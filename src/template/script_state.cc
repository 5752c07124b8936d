// SPDX-License-Identifier: Apache-2.0
#include "template/script_state.h"

#include <array>

namespace sb::gotemplate {
namespace {

constexpr size_t kWordMax = 16;
constexpr std::array<std::string_view, 11> kWordsBeforeRegexp = {
    "break",   "case", "continue",   "delete", "do",    "else",
    "finally", "in",   "instanceof", "return", "typeof"};

bool IsWordByte(char c) {
  return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

void Put(std::string_view text, std::string* out) {
  if (out != nullptr) {
    *out += text;
  }
}

}  // namespace

void ScriptState::Follow(std::string_view text, std::string* out) {
  for (size_t i = 0; i < text.size();) {
    switch (place_) {
      case Place::kCode:
        i = Code(text, i, out);
        break;
      case Place::kDouble:
        i = String(text, i, '"', out);
        break;
      case Place::kSingle:
        i = String(text, i, '\'', out);
        break;
      case Place::kTemplate:
        i = String(text, i, '`', out);
        break;
      case Place::kRegexp:
        i = String(text, i, '/', out);
        break;
      case Place::kUrl:
        i = String(text, i, ')', out);
        break;
      case Place::kLineComment:
      case Place::kBlockComment:
        i = Comment(text, i, out);
        break;
    }
  }
}

bool ScriptState::SlashStartsRegexp() const {
  if (before_ == '\0') {
    return true;
  }
  if (IsWordByte(before_)) {
    for (std::string_view word : kWordsBeforeRegexp) {
      if (word_ == word) {
        return true;
      }
    }
    return false;
  }
  return before_ != ')' && before_ != ']' && before_ != '}' && before_ != '"' && before_ != '\'';
}

size_t ScriptState::OpenUrl(std::string_view s, size_t i, std::string* out) {
  size_t end = i + 1;
  while (end < s.size() && IsSpace(s[end])) {
    ++end;
  }
  in_url_ = true;
  url_query_ = url_begun_ = false;
  place_ = Place::kUrl;
  if (end < s.size() && (s[end] == '"' || s[end] == '\'')) {
    place_ = s[end] == '"' ? Place::kDouble : Place::kSingle;
    ++end;
  }
  Put(s.substr(i, end - i), out);
  return end;
}

size_t ScriptState::Code(std::string_view s, size_t i, std::string* out) {
  const char c = s[i];
  const char next = i + 1 < s.size() ? s[i + 1] : '\0';
  if (c == '/' && (next == '*' || (next == '/' && !css_))) {
    place_ = next == '*' ? Place::kBlockComment : Place::kLineComment;
    newline_ = false;
    return i + 2;
  }
  if (css_ && c == '(' && word_ == "url") {
    return OpenUrl(s, i, out);
  }
  if (c == '"') {
    place_ = Place::kDouble;
  } else if (c == '\'') {
    place_ = Place::kSingle;
  } else if (c == '`' && !css_) {
    place_ = Place::kTemplate;
  } else if (c == '/' && !css_ && SlashStartsRegexp()) {
    place_ = Place::kRegexp;
    in_class_ = false;
  }
  if (IsWordByte(c)) {
    if (i == 0 || !IsWordByte(before_) || (i > 0 && !IsWordByte(s[i - 1]))) {
      word_.clear();
    }
    if (word_.size() < kWordMax) {
      word_ += css_ && c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  } else if (!IsSpace(c)) {
    word_.clear();
  }
  before_ = IsSpace(c) ? before_ : c;
  Put(s.substr(i, 1), out);
  return i + 1;
}

size_t ScriptState::String(std::string_view s, size_t i, char quote, std::string* out) {
  const char c = s[i];
  size_t length = 1;
  if (c == '\\' && i + 1 < s.size()) {
    length = 2;
  } else if (quote == '/' && (c == '[' || c == ']')) {
    in_class_ = c == '[';
  } else if (c == quote && !(quote == '/' && in_class_)) {
    place_ = Place::kCode;
    before_ = 'x';
    word_.clear();
    in_url_ = false;
  }
  if (in_url_) {
    url_query_ = url_query_ || c == '?' || c == '#';
    url_begun_ = url_begun_ || !IsSpace(c);
  }
  Put(s.substr(i, length), out);
  return i + length;
}

size_t ScriptState::Comment(std::string_view s, size_t i, std::string* out) {
  if (place_ == Place::kLineComment) {
    const size_t end = s.find_first_of("\n\r", i);
    if (end == std::string_view::npos) {
      return s.size();
    }
    place_ = Place::kCode;
    return end;
  }
  const size_t end = s.find("*/", i);
  const std::string_view inside = s.substr(i, end == std::string_view::npos ? end : end - i);
  newline_ = newline_ || inside.find_first_of("\n\r") != std::string_view::npos;
  if (end == std::string_view::npos) {
    return s.size();
  }
  Put(newline_ && !css_ ? "\n" : " ", out);
  place_ = Place::kCode;
  return end + 2;
}

}  // namespace sb::gotemplate
