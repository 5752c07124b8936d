// SPDX-License-Identifier: Apache-2.0
//
// Quoted strings of Go, both ways.
#include <cstdint>

#include "encoding/hex.h"
#include "query/logql/lexer.h"

namespace sb::logql {
namespace {

void AppendUtf8(uint32_t rune, std::string* out) {
  if (rune < 0x80) {
    *out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    *out += static_cast<char>(0xC0 | (rune >> 6));
    *out += static_cast<char>(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    *out += static_cast<char>(0xE0 | (rune >> 12));
    *out += static_cast<char>(0x80 | ((rune >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (rune & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | (rune >> 18));
    *out += static_cast<char>(0x80 | ((rune >> 12) & 0x3F));
    *out += static_cast<char>(0x80 | ((rune >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (rune & 0x3F));
  }
}

char SimpleEscape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '"':
      return c;
    default:
      return 0;
  }
}

// The escape that starts at text[0] == '\\'; returns its length or 0.
size_t TakeEscape(std::string_view text, std::string* out) {
  if (text.size() < 2) {
    return 0;
  }
  if (const char simple = SimpleEscape(text[1]); simple != 0) {
    *out += simple;
    return 2;
  }
  if (text[1] >= '0' && text[1] <= '7') {
    uint32_t value = 0;
    for (size_t i = 1; i < 4; ++i) {
      if (i >= text.size() || text[i] < '0' || text[i] > '7') {
        return 0;
      }
      value = value * 8 + static_cast<uint32_t>(text[i] - '0');
    }
    if (value > 255) {
      return 0;
    }
    *out += static_cast<char>(value);
    return 4;
  }
  const size_t digits = text[1] == 'x' ? 2 : text[1] == 'u' ? 4 : text[1] == 'U' ? 8 : 0;
  if (digits == 0 || text.size() < 2 + digits) {
    return 0;
  }
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const uint8_t digit = encoding::HexDigit(text[2 + i]);
    if (digit == encoding::kNoHexDigit) {
      return 0;
    }
    value = value * 16 + digit;
  }
  if (text[1] == 'x') {
    *out += static_cast<char>(value);
    return 4;
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    return 0;
  }
  AppendUtf8(value, out);
  return 2 + digits;
}

// Bytes of the valid UTF-8 sequence at the front, or 0.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char c = byte(0);
  const size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3
                        : c >= 0xF0 && c < 0xF5 ? 4 : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  if ((c == 0xE0 && byte(1) < 0xA0) || (c == 0xED && byte(1) > 0x9F) ||
      (c == 0xF0 && byte(1) < 0x90) || (c == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

}  // namespace

size_t UnquoteGoString(std::string_view text, std::string* out, std::string* error) {
  const char quote = text.empty() ? 0 : text[0];
  if (quote == '`') {
    const size_t end = text.find('`', 1);
    if (end == std::string_view::npos) {
      *error = "literal not terminated";
      return 0;
    }
    for (const char c : text.substr(1, end - 1)) {
      if (c != '\r') {  // as Go: carriage returns are not part of a raw string
        *out += c;
      }
    }
    return end + 1;
  }
  size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\n') {
      break;
    }
    if (text[at] == '\\') {
      const size_t taken = TakeEscape(text.substr(at), out);
      if (taken == 0) {
        *error = at + 1 < text.size() ? "invalid char escape" : "literal not terminated";
        return 0;
      }
      at += taken;
    } else {
      *out += text[at++];
    }
  }
  if (at >= text.size() || text[at] != '"') {
    *error = "literal not terminated";
    return 0;
  }
  return at + 1;
}

std::string QuoteGoString(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const char c = text[0];
    const size_t length = Utf8Length(text);
    if (length > 1) {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    }
    static constexpr std::string_view kFrom = "\a\b\f\n\r\t\v\\\"";
    static constexpr std::string_view kTo = "abfnrtv\\\"";
    const size_t simple = c == 0 ? std::string_view::npos : kFrom.find(c);
    if (length == 0 || (simple == std::string_view::npos && (c < 0x20 || c == 0x7F))) {
      out += "\\x";
      encoding::AppendHex({&c, 1}, &out);
    } else if (simple != std::string_view::npos) {
      out += '\\';
      out += kTo[simple];
    } else {
      out += c;
    }
    text.remove_prefix(1);
  }
  return out + '"';
}

}  // namespace sb::logql
