// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/name_rules.h"

#include <algorithm>
#include <cstdint>

#include "encoding/hex.h"

namespace sb::wire {
namespace {

constexpr uint32_t kReplacementCharacter = 0xFFFD;

bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

struct DecodedRune {
  uint32_t code_point = kReplacementCharacter;
  size_t bytes = 1;
  bool valid = false;
};

// One UTF-8 sequence at the start of `text` (not empty): no surrogates, no overlong forms.
DecodedRune DecodeRune(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    return {first, 1, true};
  }
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) {
    return {};
  }
  uint32_t code_point = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {};
    }
    code_point = (code_point << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong =
      (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (overlong || surrogate || code_point > 0x10FFFF) {
    return {};
  }
  return {code_point, length, true};
}

void AppendUtf8(std::string* out, uint32_t c) {
  const auto push = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xC0 | (c >> 6));
    push(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    push(0xE0 | (c >> 12));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  } else {
    push(0xF0 | (c >> 18));
    push(0x80 | ((c >> 12) & 0x3F));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  }
}

bool IsLegacyRune(uint32_t c, bool first) {
  if (c >= 0x80) {
    return false;
  }
  const char ch = static_cast<char>(c);
  return IsAlpha(ch) || ch == '_' || ch == ':' || (!first && IsDigit(ch));
}

void AppendHex(std::string* out, uint32_t value) {
  char digits[8];
  size_t count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value & 15];
    value >>= 4;
  } while (value != 0);
  while (count > 0) {
    out->push_back(digits[--count]);
  }
}

void AppendEscapedRune(std::string* out, DecodedRune rune, bool first, EscapingScheme scheme) {
  const bool legacy = rune.valid && IsLegacyRune(rune.code_point, first);
  switch (scheme) {
    case EscapingScheme::kNone:
      break;
    case EscapingScheme::kUnderscores:
      out->push_back(legacy ? static_cast<char>(rune.code_point) : '_');
      break;
    case EscapingScheme::kDots:
      if (rune.code_point == '.') {
        out->append("_dot_");
      } else if (legacy && rune.code_point != '_') {
        out->push_back(static_cast<char>(rune.code_point));
      } else {
        out->append("__");
      }
      break;
    case EscapingScheme::kValues:
      if (rune.code_point == '_') {
        out->append("__");
      } else if (legacy) {
        out->push_back(static_cast<char>(rune.code_point));
      } else if (!rune.valid) {
        out->append("_FFFD_");
      } else {
        out->push_back('_');
        AppendHex(out, rune.code_point);
        out->push_back('_');
      }
      break;
  }
}

std::string UnescapeDots(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    if (name.substr(i).starts_with("_dot_")) {
      out.push_back('.');
      i += 5;
    } else if (name.substr(i).starts_with("__")) {
      out.push_back('_');
      i += 2;
    } else {
      out.push_back(name[i++]);
    }
  }
  return out;
}

// Reads `_hex_` at `pos` (the first underscore); false if it is not one.
bool ReadEscapedCodePoint(std::string_view name, size_t* pos, uint32_t* code_point) {
  uint32_t value = 0;
  size_t digits = 0;
  for (size_t i = *pos + 1; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '_') {
      *pos = i + 1;
      *code_point = value;
      return digits > 0;
    }
    const char lower = static_cast<char>(c | 0x20);
    const bool is_letter = lower >= 'a' && lower <= 'f';
    if ((!IsDigit(c) && !is_letter) || ++digits > 6) {
      return false;
    }
    value = value * 16 + static_cast<uint32_t>(IsDigit(c) ? c - '0' : lower - 'a' + 10);
  }
  return false;
}

std::string UnescapeValues(std::string_view name) {
  if (!name.starts_with("U__")) {
    return std::string(name);
  }
  std::string out;
  for (size_t i = 3; i < name.size();) {
    if (name[i] != '_') {
      out.push_back(name[i++]);
    } else if (i + 1 < name.size() && name[i + 1] == '_') {
      out.push_back('_');
      i += 2;
    } else {
      uint32_t code_point = 0;
      if (!ReadEscapedCodePoint(name, &i, &code_point) || code_point > 0x10FFFF ||
          (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return std::string(name);
      }
      AppendUtf8(&out, code_point);
    }
  }
  return out;
}

}  // namespace

std::string_view EscapingSchemeName(EscapingScheme scheme) {
  switch (scheme) {
    case EscapingScheme::kNone:
      return "allow-utf-8";
    case EscapingScheme::kUnderscores:
      return "underscores";
    case EscapingScheme::kDots:
      return "dots";
    case EscapingScheme::kValues:
      return "values";
  }
  return "allow-utf-8";
}

bool ParseEscapingScheme(std::string_view name, EscapingScheme* scheme) {
  for (const EscapingScheme candidate : {EscapingScheme::kNone, EscapingScheme::kUnderscores,
                                         EscapingScheme::kDots, EscapingScheme::kValues}) {
    if (name == EscapingSchemeName(candidate)) {
      *scheme = candidate;
      return true;
    }
  }
  return false;
}

std::string EscapeName(std::string_view name, EscapingScheme scheme) {
  // The dots scheme doubles underscores in legal names too, or it could not be undone.
  if (name.empty() || scheme == EscapingScheme::kNone ||
      (scheme != EscapingScheme::kDots && IsLegacyMetricName(name))) {
    return std::string(name);
  }
  std::string out = scheme == EscapingScheme::kValues ? "U__" : "";
  for (size_t i = 0; i < name.size();) {
    const DecodedRune rune = DecodeRune(name.substr(i));
    AppendEscapedRune(&out, rune, i == 0, scheme);
    i += rune.bytes;
  }
  return out;
}

std::string UnescapeName(std::string_view name, EscapingScheme scheme) {
  switch (scheme) {
    case EscapingScheme::kDots:
      return UnescapeDots(name);
    case EscapingScheme::kValues:
      return UnescapeValues(name);
    default:
      return std::string(name);
  }
}

base::Status ValidateLabels(std::span<const model::Label> sorted) {
  for (size_t i = 0; i < sorted.size(); ++i) {
    const model::Label& label = sorted[i];
    if (label.name.empty() || !IsValidUtf8(label.name)) {
      return base::InvalidArgument("invalid label name " + QuoteForMessage(label.name));
    }
    if (!IsValidUtf8(label.value)) {
      return base::InvalidArgument("invalid value of label " + QuoteForMessage(label.name) +
                                   ", not UTF-8: " + QuoteForMessage(label.value));
    }
    if (i > 0 && sorted[i - 1].name == label.name) {
      return base::InvalidArgument("label name " + QuoteForMessage(label.name) +
                                   " is not unique: invalid sample");
    }
  }
  return base::OkStatus();
}

base::Status ValidateSeriesLabels(std::span<const model::Label> sorted) {
  SB_RETURN_IF_ERROR(ValidateLabels(sorted));
  for (const model::Label& label : sorted) {
    if (label.name == model::kMetricName && !label.value.empty()) {
      return base::OkStatus();
    }
  }
  return base::InvalidArgument("invalid metric name or labels, got " + LabelsForMessage(sorted));
}

void SortLabels(std::vector<model::Label>* labels) {
  constexpr size_t kInsertionSortMax = 32;
  if (labels->size() > kInsertionSortMax) {
    std::sort(labels->begin(), labels->end());
    return;
  }
  // Senders write labels in order or nearly so.
  for (size_t i = 1; i < labels->size(); ++i) {
    const model::Label label = (*labels)[i];
    size_t at = i;
    for (; at > 0 && label.name < (*labels)[at - 1].name; --at) {
      (*labels)[at] = (*labels)[at - 1];
    }
    (*labels)[at] = label;
  }
}

std::string LabelsForMessage(std::span<const model::Label> labels, size_t bytes_max) {
  std::string out = "{";
  for (const model::Label& label : labels) {
    if (out.size() > 1) {
      out.append(", ");
    }
    if (out.size() >= bytes_max) {
      out.append("...");
      break;
    }
    out.append(IsLegacyLabelName(label.name) ? std::string(label.name)
                                             : QuoteForMessage(label.name, bytes_max));
    out.push_back('=');
    out.append(QuoteForMessage(label.value, bytes_max));
  }
  out.push_back('}');
  return out;
}

std::string QuoteForMessage(std::string_view bytes, size_t bytes_max) {
  const bool cut = bytes.size() > bytes_max;
  bytes = bytes.substr(0, bytes_max);
  std::string out = "\"";
  for (size_t i = 0; i < bytes.size();) {
    const DecodedRune rune = DecodeRune(bytes.substr(i));
    const auto c = static_cast<uint8_t>(bytes[i]);
    if (!rune.valid || c < 0x20 || c == 0x7F) {
      if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else if (c == '\r') {
        out.append("\\r");
      } else {
        out.append("\\x");
        encoding::AppendHex(bytes.substr(i, 1), &out);
      }
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else {
      out.append(bytes.substr(i, rune.bytes));
    }
    i += rune.bytes;
  }
  out.append(cut ? "...\"" : "\"");
  return out;
}

}  // namespace sb::wire
