// SPDX-License-Identifier: Apache-2.0
#include "wire/loki/label_string.h"

namespace sb::wire {
namespace {

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsNameByte(char c) {
  return IsNameStart(c) || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

int DigitOf(char c, int base) {
  int digit = -1;
  if (c >= '0' && c <= '9') {
    digit = c - '0';
  } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
    digit = (c | 0x20) - 'a' + 10;
  }
  return digit < base ? digit : -1;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
  } else {
    if (code < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | code >> 12));
    } else {
      out->push_back(static_cast<char>(0xF0 | code >> 18));
      out->push_back(static_cast<char>(0x80 | (code >> 12 & 63)));
    }
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
  }
  out->push_back(static_cast<char>(0x80 | (code & 63)));
}

char SimpleEscape(char c) {
  static constexpr std::string_view kFrom = "abfnrtv\\\"'";
  static constexpr std::string_view kTo = "\a\b\f\n\r\t\v\\\"'";
  const size_t at = kFrom.find(c);
  return at == std::string_view::npos ? '\0' : kTo[at];
}

// Reads the string token by token.
class LabelParser {
 public:
  LabelParser(std::string_view text, std::deque<std::string>* scratch,
              std::vector<LokiLabel>* labels)
      : text_(text), scratch_(scratch), labels_(labels) {}

  base::Status Run() {
    SkipSpace();
    if (!Take('{')) {
      return Fail("'{' is expected");
    }
    for (;;) {
      SkipSpace();
      if (Take('}')) {
        break;
      }
      SB_RETURN_IF_ERROR(Label());
      SkipSpace();
      if (Take('}')) {
        break;
      }
      if (!Take(',')) {
        return Fail("',' or '}' is expected");
      }
    }
    SkipSpace();
    return at_ == text_.size() ? base::OkStatus() : Fail("text after the labels");
  }

 private:
  base::Status Label() {
    LokiLabel label;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '`')) {
      SB_RETURN_IF_ERROR(Quoted(&label.name));
    } else {
      const size_t begin = at_;
      if (at_ < text_.size() && (IsNameStart(text_[at_]) || (text_[at_] & 0x80) != 0)) {
        while (at_ < text_.size() && IsNameByte(text_[at_])) {
          ++at_;
        }
      }
      label.name = text_.substr(begin, at_ - begin);
    }
    if (label.name.empty()) {
      return Fail("a label name is expected");
    }
    SkipSpace();
    if (!Take('=') || (at_ < text_.size() && (text_[at_] == '~' || text_[at_] == '='))) {
      return Fail("'=' is expected");
    }
    SkipSpace();
    SB_RETURN_IF_ERROR(Quoted(&label.value));
    labels_->push_back(label);
    return base::OkStatus();
  }

  base::Status Quoted(std::string_view* value) {
    if (at_ == text_.size() || (text_[at_] != '"' && text_[at_] != '`')) {
      return Fail("a quoted value is expected");
    }
    const char quote = text_[at_++];
    const size_t begin = at_;
    bool has_escapes = false;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && quote == '"') {
        has_escapes = true;
        ++at_;
      }
      ++at_;
    }
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return Fail("a value is not closed");
    }
    *value = text_.substr(begin, at_ - begin);
    ++at_;
    return has_escapes ? Unescape(value) : base::OkStatus();
  }

  base::Status Unescape(std::string_view* value) {
    std::string plain;
    const std::string_view raw = *value;
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\') {
        plain.push_back(raw[i]);
        continue;
      }
      const char kind = raw[++i];
      if (const char simple = SimpleEscape(kind); simple != '\0') {
        plain.push_back(simple);
        continue;
      }
      const bool is_octal = kind >= '0' && kind <= '7';
      const size_t digits = is_octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
      const size_t from = is_octal ? i : i + 1;
      if (digits == 0 || from + digits > raw.size()) {
        return Fail("a bad escape in a value");
      }
      uint64_t code = 0;
      for (size_t k = from; k < from + digits; ++k) {
        const int digit = DigitOf(raw[k], is_octal ? 8 : 16);
        if (digit < 0) {
          return Fail("a bad escape in a value");
        }
        code = code * (is_octal ? 8 : 16) + static_cast<uint64_t>(digit);
      }
      i = from + digits - 1;
      if (is_octal || kind == 'x') {
        plain.push_back(static_cast<char>(code));
      } else if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return Fail("a bad escape in a value");
      } else {
        AppendUtf8(static_cast<uint32_t>(code), &plain);
      }
    }
    scratch_->push_back(std::move(plain));
    *value = scratch_->back();
    return base::OkStatus();
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool Take(char c) {
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }
  base::Status Fail(const char* why) const {
    return base::InvalidArgument("error parsing labels: " + std::string(why) + " at column " +
                                 std::to_string(at_ + 1) + ": " +
                                 std::string(text_.substr(0, 256)));
  }

  const std::string_view text_;
  std::deque<std::string>* const scratch_;
  std::vector<LokiLabel>* const labels_;
  size_t at_ = 0;
};

}  // namespace

base::Status ParseLabelString(std::string_view text, std::deque<std::string>* scratch,
                              std::vector<LokiLabel>* labels) {
  labels->clear();
  return LabelParser(text, scratch, labels).Run();
}

std::string WriteLabelString(const std::vector<LokiLabel>& labels) {
  std::string out = "{";
  for (const LokiLabel& label : labels) {
    if (out.size() > 1) {
      out.append(", ");
    }
    out.append(label.name).append("=\"");
    for (const char c : label.value) {
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else {
        out.push_back(c);
      }
    }
    out.push_back('"');
  }
  return out.append("}");
}

}  // namespace sb::wire
