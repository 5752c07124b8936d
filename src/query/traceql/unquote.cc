// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/unquote.h"

#include <cstdint>

#include "encoding/hex.h"

namespace sb::traceql {
namespace {

void AppendUtf8(uint32_t rune, std::string* out) {
  const auto push = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (rune < 0x80) {
    push(rune);
  } else if (rune < 0x800) {
    push(0xC0 | rune >> 6);
    push(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    push(0xE0 | rune >> 12);
    push(0x80 | (rune >> 6 & 0x3F));
    push(0x80 | (rune & 0x3F));
  } else {
    push(0xF0 | rune >> 18);
    push(0x80 | (rune >> 12 & 0x3F));
    push(0x80 | (rune >> 6 & 0x3F));
    push(0x80 | (rune & 0x3F));
  }
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

bool ReadDigits(std::string_view text, size_t* at, size_t count, uint32_t base, uint32_t* value) {
  *value = 0;
  for (size_t i = 0; i < count; ++i, ++*at) {
    const int digit = *at < text.size() ? DigitOf(text[*at]) : 99;
    if (digit >= static_cast<int>(base)) {
      return false;
    }
    *value = *value * base + static_cast<uint32_t>(digit);
  }
  return true;
}

// After the backslash, at text[*at].
bool UnquoteOne(std::string_view text, size_t* at, std::string* out) {
  static constexpr std::string_view kLetters = "ntrabfv\\\"'";
  static constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\\"'";
  if (*at >= text.size()) {
    return false;
  }
  const char c = text[*at];
  if (const size_t i = kLetters.find(c); i != std::string_view::npos) {
    out->push_back(kMeanings[i]);
    ++*at;
    return true;
  }
  uint32_t value = 0;
  if (c >= '0' && c <= '7') {
    if (!ReadDigits(text, at, 3, 8, &value) || value > 255) {
      return false;
    }
    out->push_back(static_cast<char>(value));
    return true;
  }
  const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  ++*at;
  if (digits == 0 || !ReadDigits(text, at, digits, 16, &value)) {
    return false;
  }
  if (c == 'x') {
    out->push_back(static_cast<char>(value));
    return true;
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    return false;
  }
  AppendUtf8(value, out);
  return true;
}

}  // namespace

bool Unquote(std::string_view inside, std::string* out) {
  out->clear();
  for (size_t i = 0; i < inside.size();) {
    if (inside[i] != '\\') {
      out->push_back(inside[i++]);
      continue;
    }
    ++i;
    if (!UnquoteOne(inside, &i, out)) {
      return false;
    }
  }
  return true;
}

std::string QuoteForQuery(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < ' ' || byte == 0x7F) {
      out += "\\x";
      encoding::AppendHex({&c, 1}, &out);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace sb::traceql
