// SPDX-License-Identifier: Apache-2.0
#include "template/print_verb.h"

#include <algorithm>
#include <charconv>

#include "config/quote.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr std::string_view kStringVerbs = "vsxXq";

class VerbPrinter {
 public:
  VerbPrinter(char32_t verb, const PrintFlags& flags, std::string* out)
      : verb_(verb), flags_(flags), out_(out) {}

  void Print(const Value& value, int depth) {
    if (depth > kPrintDepthMax) {
      *out_ += "...";
      return;
    }
    if (verb_ == 'T') {
      Pad(value.TypeName());
      return;
    }
    switch (value.kind()) {
      case Value::Kind::kNil:
        return verb_ == 'v' ? Pad("<nil>") : Bad(value);
      case Value::Kind::kBool:
        return verb_ == 'v' || verb_ == 't' ? Pad(value.AsBool() ? "true" : "false") : Bad(value);
      case Value::Kind::kInt:
        return Int(value);
      case Value::Kind::kFloat:
        return Float(value);
      case Value::Kind::kString:
        return Is(kStringVerbs) ? Text(value.AsString()) : Bad(value);
      case Value::Kind::kObject:
        return Composite(value, depth);
    }
  }

 private:
  bool Is(std::string_view verbs) const {
    return verb_ < 0x80 && verbs.find(static_cast<char>(verb_)) != std::string_view::npos;
  }

  void Pad(std::string_view text) {
    const size_t width = static_cast<size_t>(flags_.width.value_or(0));
    const size_t runes = width > 0 ? RuneCount(text) : 0;
    const size_t fill = width > runes ? width - runes : 0;
    if (!flags_.minus) {
      out_->append(fill, ' ');
    }
    *out_ += text;
    if (flags_.minus) {
      out_->append(fill, ' ');
    }
  }

  void Bad(const Value& value) {
    *out_ += "%!";
    AppendRune(verb_, out_);
    *out_ += '(';
    *out_ += value.TypeName();
    if (!value.IsNil()) {
      *out_ += '=';
      VerbPrinter('v', {}, out_).Print(value, 1);
    }
    *out_ += ')';
  }

  void Text(std::string_view text) {
    if (flags_.precision.has_value() && verb_ != 'x' && verb_ != 'X') {
      text = text.substr(0, RuneOffset(text, static_cast<size_t>(*flags_.precision)));
    }
    if (verb_ == 'q' || (verb_ == 'v' && flags_.sharp)) {
      return Pad(Quoted(text));
    }
    if (verb_ == 'x' || verb_ == 'X') {
      return Pad(Hex(text));
    }
    Pad(text);
  }

  std::string Quoted(std::string_view text) const {
    const bool can_backquote =
        config::IsValidUtf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
          return (static_cast<unsigned char>(c) >= 0x20 || c == '\t') && c != '`' && c != 0x7F;
        });
    if (flags_.sharp && verb_ == 'q' && can_backquote) {
      return "`" + std::string(text) + "`";
    }
    return GoQuote(text, flags_.plus);
  }

  std::string Hex(std::string_view text) const {
    const char* digits = verb_ == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    const std::string prefix = verb_ == 'x' ? "0x" : "0X";
    if (flags_.precision.has_value()) {
      text = text.substr(0, static_cast<size_t>(*flags_.precision));
    }
    std::string hex = flags_.sharp && !text.empty() ? prefix : "";
    for (size_t i = 0; i < text.size(); ++i) {
      if (flags_.space && i > 0) {
        hex += ' ';
        hex += flags_.sharp ? prefix : "";
      }
      const auto byte = static_cast<unsigned char>(text[i]);
      hex += digits[byte >> 4];
      hex += digits[byte & 15];
    }
    return hex;
  }

  void Int(const Value& value) {
    const int64_t number = value.AsInt();
    switch (verb_) {
      case 'v':
      case 'd':
        return Digits(number, 10, "");
      case 'b':
        return Digits(number, 2, flags_.sharp ? "0b" : "");
      case 'o':
        return Digits(number, 8, flags_.sharp ? "0" : "");
      case 'O':
        return Digits(number, 8, "0o");
      case 'x':
        return Digits(number, 16, flags_.sharp ? "0x" : "");
      case 'X':
        return Digits(number, 16, flags_.sharp ? "0X" : "");
      case 'c':
        return Pad(RuneText(number));
      case 'q':
        return Pad(QuotedRune(number));
      case 'U':
        return Pad(Unicode(number));
      default:
        return Bad(value);
    }
  }

  void Digits(int64_t number, int base, std::string_view prefix) {
    char buffer[72];
    const uint64_t magnitude =
        number < 0 ? uint64_t{0} - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    std::string digits(buffer, std::to_chars(buffer, buffer + sizeof(buffer), magnitude, base).ptr);
    if (verb_ == 'X') {
      for (char& c : digits) {
        c = static_cast<char>(c >= 'a' ? c - 0x20 : c);
      }
    }
    std::string sign = number < 0 ? "-" : flags_.plus ? "+" : flags_.space ? " " : "";
    size_t digits_min = 0;
    if (flags_.precision.has_value()) {
      digits_min = static_cast<size_t>(*flags_.precision);
      if (digits_min == 0 && number == 0) {
        return Pad("");
      }
    } else if (flags_.zero && flags_.width.has_value() && !flags_.minus) {
      const size_t width = static_cast<size_t>(*flags_.width);
      digits_min = width > sign.size() ? width - sign.size() : 0;
    }
    if (digits.size() < digits_min) {
      digits.insert(0, digits_min - digits.size(), '0');
    }
    if (prefix == "0" && digits.starts_with('0')) {
      prefix = "";
    }
    Pad(sign.append(prefix).append(digits));
  }

  static std::string RuneText(int64_t number) {
    std::string text;
    AppendRune(number < 0 || number > 0x10FFFF ? 0xFFFD : static_cast<char32_t>(number), &text);
    return text;
  }

  std::string QuotedRune(int64_t number) const {
    const std::string text = RuneText(number);
    if (text == "'") {
      return "'\\''";
    }
    if (text == "\"") {
      return "'\"'";
    }
    std::string quoted = GoQuote(text, flags_.plus);
    quoted.front() = quoted.back() = '\'';
    return quoted;
  }

  std::string Unicode(int64_t number) const {
    char buffer[32];
    std::snprintf(buffer, sizeof(buffer), "U+%04llX", static_cast<unsigned long long>(number));
    std::string text = buffer;
    if (flags_.sharp && number >= 0x20 && number <= 0x10FFFF) {
      text += " '" + RuneText(number) + "'";
    }
    return text;
  }

  void Float(const Value& value) {
    char verb = 'g';
    int precision = -1;
    if (Is("eEfFgG") || verb_ == 'x' || verb_ == 'X') {
      verb = static_cast<char>(verb_);
      precision = Is("eEfF") ? 6 : -1;
    } else if (verb_ != 'v') {
      return Bad(value);
    }
    std::string text = FormatFloat(value.AsFloat(), verb, flags_.precision.value_or(precision));
    const bool signed_already = text.front() == '-' || text.front() == '+';
    std::string sign = signed_already ? text.substr(0, 1) : "";
    text.erase(0, sign.size());
    const bool finite = text != "Inf" && text != "NaN";
    if (sign == "+" && !flags_.plus) {
      sign = finite ? "" : "+";
    } else if (sign.empty()) {
      sign = flags_.plus ? "+" : flags_.space ? " " : "";
    }
    const size_t width = static_cast<size_t>(flags_.width.value_or(0));
    if (flags_.zero && !flags_.minus && finite && width > sign.size() + text.size()) {
      text.insert(0, width - sign.size() - text.size(), '0');
    }
    Pad(sign + text);
  }

  void Composite(const Value& value, int depth) {
    const Object& object = value.AsObject();
    if (Is(kStringVerbs) && !(verb_ == 'v' && flags_.sharp)) {
      if (const auto text = object.Text(); text.has_value()) {
        return Text(*text);
      }
    }
    switch (object.shape()) {
      case Object::Shape::kScalar:
        return Print(object.Underlying(), depth + 1);
      case Object::Shape::kList:
        return List(object, depth);
      case Object::Shape::kMap:
        *out_ += "map";
        return Entries(object, '[', ']', true, depth);
      case Object::Shape::kStruct:
        return Entries(object, '{', '}', flags_.plus, depth);
    }
  }

  void List(const Object& object, int depth) {
    *out_ += '[';
    for (size_t i = 0; i < object.Size(); ++i) {
      *out_ += i > 0 ? " " : "";
      Print(object.At(i), depth + 1);
    }
    *out_ += ']';
  }

  void Entries(const Object& object, char open, char close, bool keys, int depth) {
    *out_ += open;
    for (size_t i = 0; i < object.Size(); ++i) {
      *out_ += i > 0 ? " " : "";
      if (keys && open == '[') {
        Print(object.KeyAt(i), depth + 1);
        *out_ += ':';
      } else if (keys) {
        *out_ += object.KeyAt(i).AsString();
        *out_ += ':';
      }
      Print(object.At(i), depth + 1);
    }
    *out_ += close;
  }

  char32_t verb_;
  PrintFlags flags_;
  std::string* out_;
};

}  // namespace

void AppendVerb(const Value& value, char32_t verb, const PrintFlags& flags, std::string* out) {
  VerbPrinter(verb, flags, out).Print(value, 0);
}

}  // namespace sb::gotemplate
