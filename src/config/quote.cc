// SPDX-License-Identifier: Apache-2.0
#include "config/quote.h"

#include <cstdint>

namespace sb::config {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHex(std::string* out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out->push_back(kHex[(value >> shift) & 0xf]);
  }
}

// Control, separator and unassigned ranges that matter in practice; Go's table is longer, but only
// decides how a message looks.
bool IsPrintable(char32_t c) {
  if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa1) || c == 0xad) {
    return false;
  }
  return !((c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) || c == 0x3000 ||
           c == 0xfeff || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xe0000);
}

void AppendAscii(std::string* out, char c) {
  switch (c) {
    case '\a':
      *out += "\\a";
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\v':
      *out += "\\v";
      return;
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    default:
      break;
  }
  if (c < 0x20 || c == 0x7f) {
    *out += "\\x";
    AppendHex(out, static_cast<uint8_t>(c), 2);
  } else {
    out->push_back(c);
  }
}

int SequenceLength(uint8_t lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xc2 && lead <= 0xdf) {
    return 2;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return 3;
  }
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

}  // namespace

bool DecodeUtf8(std::string_view text, size_t* at, char32_t* code_point) {
  const auto lead = static_cast<uint8_t>(text[*at]);
  const int length = SequenceLength(lead);
  if (length == 0 || *at + static_cast<size_t>(length) > text.size()) {
    ++*at;
    return false;
  }
  char32_t c = length == 1 ? lead : lead & (0x7f >> length);
  for (int i = 1; i < length; ++i) {
    const auto byte = static_cast<uint8_t>(text[*at + static_cast<size_t>(i)]);
    if ((byte & 0xc0) != 0x80) {
      ++*at;
      return false;
    }
    c = (c << 6) | (byte & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < kLeast[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
    ++*at;
    return false;
  }
  *at += static_cast<size_t>(length);
  *code_point = c;
  return true;
}

bool IsValidUtf8(std::string_view text) {
  char32_t c = 0;
  for (size_t at = 0; at < text.size();) {
    if (!DecodeUtf8(text, &at, &c)) {
      return false;
    }
  }
  return true;
}

std::string GoQuote(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    char32_t c = 0;
    if (!DecodeUtf8(text, &at, &c)) {
      out += "\\x";
      AppendHex(&out, static_cast<uint8_t>(text[start]), 2);
    } else if (c < 0x80) {
      AppendAscii(&out, static_cast<char>(c));
    } else if (IsPrintable(c)) {
      out += text.substr(start, at - start);
    } else {
      out += c > 0xffff ? "\\U" : "\\u";
      AppendHex(&out, c, c > 0xffff ? 8 : 4);
    }
  }
  out.push_back('"');
  return out;
}

}  // namespace sb::config
