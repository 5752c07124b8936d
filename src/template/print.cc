// SPDX-License-Identifier: Apache-2.0
#include "template/print.h"

#include <algorithm>
#include <charconv>

#include "config/quote.h"
#include "template/print_verb.h"

namespace sb::gotemplate {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr int kArgumentsMax = 1000;

// Walks a format string and hands each directive to Directive().
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> args) : format_(format), args_(args) {}

  std::string Run() {
    while (at_ < format_.size()) {
      const size_t percent = std::min(format_.find('%', at_), format_.size());
      out_ += format_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent < format_.size()) {
        Directive();
      }
    }
    if (!reordered_ && next_ < args_.size()) {
      Extra();
    }
    return std::move(out_);
  }

 private:
  bool More() const { return at_ < format_.size(); }

  PrintFlags ReadFlags() {
    PrintFlags flags;
    for (; More(); ++at_) {
      switch (format_[at_]) {
        case '#':
          flags.sharp = true;
          continue;
        case '0':
          flags.zero = true;
          continue;
        case '+':
          flags.plus = true;
          continue;
        case '-':
          flags.minus = true;
          continue;
        case ' ':
          flags.space = true;
          continue;
        default:
          return flags;
      }
    }
    return flags;
  }

  std::optional<int> ReadNumber() {
    const size_t start = at_;
    int number = 0;
    while (More() && format_[at_] >= '0' && format_[at_] <= '9') {
      number = std::min(number * 10 + (format_[at_++] - '0'), kPrintWidthMax);
    }
    return at_ == start ? std::nullopt : std::optional<int>(number);
  }

  // "[3]" before a verb, a width or a precision: the argument to go on with.
  void ReadIndex() {
    if (!More() || format_[at_] != '[') {
      return;
    }
    reordered_ = true;
    const size_t close = format_.find(']', at_);
    if (close == std::string_view::npos) {
      ++at_;
      bad_index_ = true;
      return;
    }
    int index = 0;
    const auto [end, error] =
        std::from_chars(format_.data() + at_ + 1, format_.data() + close, index);
    bad_index_ = error != std::errc() || end != format_.data() + close || index < 1 ||
                 static_cast<size_t>(index) > args_.size() || index > kArgumentsMax;
    if (!bad_index_) {
      next_ = static_cast<size_t>(index) - 1;
    }
    at_ = close + 1;
  }

  std::optional<int> Star(std::string_view bad) {
    if (next_ >= args_.size() || !args_[next_].Basic().IsInt()) {
      next_ += next_ < args_.size() ? 1 : 0;
      out_ += bad;
      return std::nullopt;
    }
    const int64_t n = args_[next_++].Basic().AsInt();
    if (n > kPrintWidthMax || n < -kPrintWidthMax) {
      out_ += bad;
      return std::nullopt;
    }
    return static_cast<int>(n);
  }

  void ReadWidth(PrintFlags* flags) {
    ReadIndex();
    if (!More() || format_[at_] != '*') {
      flags->width = ReadNumber();
      return;
    }
    ++at_;
    flags->width = Star("%!(BADWIDTH)");
    if (flags->width.has_value() && *flags->width < 0) {
      flags->width = -*flags->width;
      flags->minus = true;
    }
  }

  void ReadPrecision(PrintFlags* flags) {
    if (!More() || format_[at_] != '.') {
      return;
    }
    ++at_;
    ReadIndex();
    if (!More() || format_[at_] != '*') {
      flags->precision = ReadNumber().value_or(0);
      return;
    }
    ++at_;
    flags->precision = Star("%!(BADPREC)");
    if (flags->precision.value_or(0) < 0) {
      flags->precision.reset();
    }
  }

  void Directive() {
    bad_index_ = false;
    PrintFlags flags = ReadFlags();
    ReadWidth(&flags);
    ReadPrecision(&flags);
    ReadIndex();
    if (!More()) {
      out_ += "%!(NOVERB)";
      return;
    }
    const size_t verb_start = at_;
    char32_t verb = 0;
    if (!config::DecodeUtf8(format_, &at_, &verb)) {
      verb = kReplacement;
    }
    if (verb == '%') {
      out_ += '%';
    } else if (bad_index_) {
      BadVerb(verb_start, "(BADINDEX)");
    } else if (next_ >= args_.size()) {
      BadVerb(verb_start, "(MISSING)");
    } else {
      AppendVerb(args_[next_++], verb, flags, &out_);
    }
  }

  void BadVerb(size_t start, std::string_view why) {
    out_ += "%!";
    out_ += format_.substr(start, at_ - start);
    out_ += why;
  }

  void Extra() {
    out_ += "%!(EXTRA ";
    for (size_t i = next_; i < args_.size(); ++i) {
      out_ += i > next_ ? ", " : "";
      out_ += args_[i].TypeName();
      if (!args_[i].IsNil()) {
        out_ += '=';
        AppendValue(args_[i], &out_);
      }
    }
    out_ += ')';
  }

  std::string_view format_;
  std::span<const Value> args_;
  size_t at_ = 0;
  size_t next_ = 0;
  bool reordered_ = false;
  bool bad_index_ = false;
  std::string out_;
};

}  // namespace

std::string Sprint(std::span<const Value> args) {
  std::string out;
  for (size_t i = 0; i < args.size(); ++i) {
    if (i > 0 && !args[i].IsString() && !args[i - 1].IsString()) {
      out += ' ';
    }
    AppendValue(args[i], &out);
  }
  return out;
}

std::string Sprintln(std::span<const Value> args) {
  std::string out;
  for (size_t i = 0; i < args.size(); ++i) {
    out += i > 0 ? " " : "";
    AppendValue(args[i], &out);
  }
  out += '\n';
  return out;
}

std::string Sprintf(std::string_view format, std::span<const Value> args) {
  return Formatter(format, args).Run();
}

std::string PrintValue(const Value& value) {
  std::string out;
  AppendValue(value, &out);
  return out;
}

void AppendValue(const Value& value, std::string* out) {
  if (value.IsString()) {
    *out += value.AsString();
    return;
  }
  AppendVerb(value, 'v', {}, out);
}

void AppendRune(char32_t rune, std::string* out) {
  if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) {
    rune = kReplacement;
  }
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

size_t RuneOffset(std::string_view text, size_t runes) {
  size_t at = 0;
  char32_t rune = 0;
  while (runes > 0 && at < text.size()) {
    (void)config::DecodeUtf8(text, &at, &rune);
    --runes;
  }
  return at;
}

size_t RuneCount(std::string_view text) {
  size_t at = 0;
  size_t runes = 0;
  char32_t rune = 0;
  while (at < text.size()) {
    (void)config::DecodeUtf8(text, &at, &rune);
    ++runes;
  }
  return runes;
}

std::string GoQuote(std::string_view text, bool ascii) {
  std::string quoted = config::GoQuote(text);
  if (!ascii) {
    return quoted;
  }
  std::string out;
  size_t at = 0;
  while (at < quoted.size()) {
    char32_t rune = 0;
    if (!config::DecodeUtf8(quoted, &at, &rune)) {
      rune = kReplacement;
    }
    if (rune < 0x80) {
      out += static_cast<char>(rune);
      continue;
    }
    char buffer[16];
    std::snprintf(buffer, sizeof(buffer), rune < 0x10000 ? "\\u%04x" : "\\U%08x",
                  static_cast<unsigned>(rune));
    out += buffer;
  }
  return out;
}

}  // namespace sb::gotemplate
