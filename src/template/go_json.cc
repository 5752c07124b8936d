// SPDX-License-Identifier: Apache-2.0
#include "template/go_json.h"

#include <cmath>

#include "config/quote.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr double kExponentFrom = 1e21;
constexpr double kExponentBelow = 1e-6;

void AppendUnicodeEscape(char32_t rune, std::string* out) {
  char buffer[8];
  std::snprintf(buffer, sizeof(buffer), "\\u%04x", static_cast<unsigned>(rune));
  *out += buffer;
}

base::Status AppendFloat(double value, std::string* out) {
  if (!std::isfinite(value)) {
    return base::InvalidArgument("json: unsupported value: " + FormatFloat(value, 'g', -1));
  }
  const double magnitude = std::fabs(value);
  const bool exponent =
      magnitude != 0 && (magnitude < kExponentBelow || magnitude >= kExponentFrom);
  std::string text = FormatFloat(value, exponent ? 'e' : 'f', -1);
  // e-09 becomes e-9.
  if (exponent && text.size() > 4 && text[text.size() - 4] == 'e' && text[text.size() - 3] == '-' &&
      text[text.size() - 2] == '0') {
    text.erase(text.size() - 2, 1);
  }
  *out += text;
  return base::OkStatus();
}

base::Status Append(const Value& value, int depth, std::string* out);

base::Status AppendObject(const Object& object, int depth, std::string* out) {
  if (const auto json = object.Json(); json.has_value()) {
    *out += *json;
    return base::OkStatus();
  }
  if (object.shape() == Object::Shape::kScalar) {
    return Append(object.Underlying(), depth + 1, out);
  }
  const bool list = object.shape() == Object::Shape::kList;
  *out += list ? '[' : '{';
  for (size_t i = 0; i < object.Size(); ++i) {
    *out += i > 0 ? "," : "";
    if (!list) {
      AppendGoJsonString(PrintValue(object.KeyAt(i)), out);
      *out += ':';
    }
    SB_RETURN_IF_ERROR(Append(object.At(i), depth + 1, out));
  }
  *out += list ? ']' : '}';
  return base::OkStatus();
}

base::Status Append(const Value& value, int depth, std::string* out) {
  if (depth > kPrintDepthMax) {
    return base::InvalidArgument("json: nested too deeply");
  }
  switch (value.kind()) {
    case Value::Kind::kNil:
      *out += "null";
      return base::OkStatus();
    case Value::Kind::kBool:
      *out += value.AsBool() ? "true" : "false";
      return base::OkStatus();
    case Value::Kind::kInt:
      *out += std::to_string(value.AsInt());
      return base::OkStatus();
    case Value::Kind::kFloat:
      return AppendFloat(value.AsFloat(), out);
    case Value::Kind::kString:
      AppendGoJsonString(value.AsString(), out);
      return base::OkStatus();
    case Value::Kind::kObject:
      return AppendObject(value.AsObject(), depth, out);
  }
  return base::OkStatus();
}

// The short escapes; 0 when there is none.
char ShortEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return '\0';
  }
}

}  // namespace

void AppendGoJsonString(std::string_view text, std::string* out) {
  *out += '"';
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      ++at;
      if (const char escape = ShortEscape(c); escape != '\0') {
        *out += '\\';
        *out += escape;
      } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
        AppendUnicodeEscape(static_cast<char32_t>(c), out);
      } else {
        *out += c;
      }
      continue;
    }
    const size_t start = at;
    char32_t rune = 0;
    if (!config::DecodeUtf8(text, &at, &rune)) {
      *out += "\\ufffd";
    } else if (rune == 0x2028 || rune == 0x2029) {
      AppendUnicodeEscape(rune, out);
    } else {
      *out += text.substr(start, at - start);
    }
  }
  *out += '"';
}

base::Status AppendGoJson(const Value& value, std::string* out) {
  return Append(value, 0, out);
}

}  // namespace sb::gotemplate
