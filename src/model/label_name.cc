// SPDX-License-Identifier: Apache-2.0
#include "model/label_name.h"

#include <cstdint>

namespace sb::model {

namespace {

bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

struct Rune {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: not valid UTF-8
};

// Decodes one code point strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
Rune DecodeRune(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || s.size() < bytes) {
    return {};
  }
  uint32_t code = lead & (0xffU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(s[i]);
    if ((next & 0xc0) != 0x80) {
      return {};
    }
    code = (code << 6) | (next & 0x3f);
  }
  const uint32_t smallest = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    return {};
  }
  return {code, bytes};
}

// The control, separator and format characters that occur in practice; Go's table of printable
// characters is larger, but only these change how a line of text looks.
bool IsPrintable(uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0) || code == 0xad) {
    return false;
  }
  if (code >= 0x2000 && code <= 0x200f) {
    return false;
  }
  if ((code >= 0x2028 && code <= 0x202f) || (code >= 0x205f && code <= 0x206f) || code == 0x3000) {
    return false;
  }
  return !(code >= 0xe000 && code <= 0xf8ff) && code != 0xfeff && code != 0xfffe && code != 0xffff;
}

void AppendHex(std::string* out, uint32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out->push_back("0123456789abcdef"[(value >> shift) & 0xf]);
  }
}

bool AppendShortEscape(std::string* out, uint32_t code) {
  static constexpr std::string_view kFrom = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view kTo = "abfnrtv\\\"";
  if (code >= 0x80) {
    return false;
  }
  const size_t at = kFrom.find(static_cast<char>(code));
  if (at == std::string_view::npos) {
    return false;
  }
  out->push_back('\\');
  out->push_back(kTo[at]);
  return true;
}

void AppendQuotedRune(std::string* out, Rune rune, std::string_view bytes) {
  if (AppendShortEscape(out, rune.code)) {
    return;
  }
  if (IsPrintable(rune.code)) {
    out->append(bytes);
  } else if (rune.code < 0x80) {
    out->append("\\x");
    AppendHex(out, rune.code, 2);
  } else if (rune.code < 0x10000) {
    out->append("\\u");
    AppendHex(out, rune.code, 4);
  } else {
    out->append("\\U");
    AppendHex(out, rune.code, 8);
  }
}

}  // namespace

bool IsLegacyMetricName(std::string_view name) {
  if (name.empty() || IsDigit(name[0])) {
    return false;
  }
  for (const char c : name) {
    if (!IsAlpha(c) && !IsDigit(c) && c != ':') {
      return false;
    }
  }
  return true;
}

bool IsLegacyLabelName(std::string_view name) {
  return IsLegacyMetricName(name) && name.find(':') == std::string_view::npos;
}

bool IsValidUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t n = DecodeRune(bytes).bytes;
    if (n == 0) {
      return false;
    }
    bytes.remove_prefix(n);
  }
  return true;
}

std::string QuoteString(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out.push_back('"');
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (rune.bytes == 0) {
      out.append("\\x");
      AppendHex(&out, static_cast<unsigned char>(text[0]), 2);
      text.remove_prefix(1);
      continue;
    }
    AppendQuotedRune(&out, rune, text.substr(0, rune.bytes));
    text.remove_prefix(rune.bytes);
  }
  out.push_back('"');
  return out;
}

}  // namespace sb::model
