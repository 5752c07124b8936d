// SPDX-License-Identifier: Apache-2.0
#include "template/text_escapes.h"

#include <algorithm>

#include "config/quote.h"
#include "template/go_json.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

constexpr std::string_view kUnsafe = "ZgotmplZ";
constexpr std::string_view kReplacementText = "\xEF\xBF\xBD";

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string Percent(char c, const char* format) {
  char buffer[8];
  std::snprintf(buffer, sizeof(buffer), format,
                static_cast<unsigned>(static_cast<unsigned char>(c)));
  return buffer;
}

// Replaces each byte for which `replacement` returns other than null.
template <typename F>
std::string ReplaceBytes(std::string_view text, F replacement) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (const char* with = replacement(c); with != nullptr) {
      out += with;
    } else {
      out += c;
    }
  }
  return out;
}

const char* HtmlByte(char c) {
  switch (c) {
    case '\0':
      return kReplacementText.data();
    case '"':
      return "&#34;";
    case '&':
      return "&amp;";
    case '\'':
      return "&#39;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return nullptr;
  }
}

const char* HtmlTextByte(char c) {
  return c == '+' ? "&#43;" : HtmlByte(c);
}

const char* UnquotedByte(char c) {
  switch (c) {
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\v':
      return "&#11;";
    case '\f':
      return "&#12;";
    case '\r':
      return "&#13;";
    case ' ':
      return "&#32;";
    case '=':
      return "&#61;";
    case '`':
      return "&#96;";
    default:
      return HtmlTextByte(c);
  }
}

// U+2028 and U+2029 end a line in JavaScript.
std::string EscapeLineSeparators(std::string text) {
  for (const auto& [bytes, escape] :
       {std::pair{"\xE2\x80\xA8", "\\u2028"}, {"\xE2\x80\xA9", "\\u2029"}}) {
    for (size_t at = text.find(bytes); at != std::string::npos; at = text.find(bytes, at)) {
      text.replace(at, 3, escape);
    }
  }
  return text;
}

const char* JsStringByte(char c) {
  switch (c) {
    case '\0':
      return "\\u0000";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\v':
      return "\\u000b";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    case '"':
      return "\\u0022";
    case '`':
      return "\\u0060";
    case '&':
      return "\\u0026";
    case '\'':
      return "\\u0027";
    case '+':
      return "\\u002b";
    case '/':
      return "\\/";
    case '<':
      return "\\u003c";
    case '>':
      return "\\u003e";
    case '\\':
      return "\\\\";
    default:
      return nullptr;
  }
}

bool IsUrlUnreserved(char c) {
  return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// Reserved characters that keep their meaning in a whole URL; ' ( ) are escaped all the same.
bool IsUrlReserved(char c) {
  return std::string_view("!#$&*+,/:;=?@[]").find(c) != std::string_view::npos;
}

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

bool IsJsIdentifierPart(char c) {
  return c == '$' || c == '_' || IsAlnum(c);
}

}  // namespace

std::string HtmlEscape(std::string_view text) {
  return ReplaceBytes(text, HtmlByte);
}

std::string HtmlText(std::string_view text) {
  return ReplaceBytes(text, HtmlTextByte);
}

std::string HtmlNormalize(std::string_view text) {
  return ReplaceBytes(text, [](char c) { return c == '&' ? nullptr : HtmlTextByte(c); });
}

std::string HtmlUnquoted(std::string_view text) {
  return text.empty() ? std::string(kUnsafe) : ReplaceBytes(text, UnquotedByte);
}

std::string HtmlStripTags(std::string_view text) {
  std::string out;
  bool tag = false;
  for (const char c : text) {
    if (c == '<') {
      tag = true;
    } else if (c == '>' && tag) {
      tag = false;
    } else if (!tag) {
      out += c;
    }
  }
  return out;
}

std::string JsEscape(std::string_view text) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = at;
    char32_t rune = 0;
    if (!config::DecodeUtf8(text, &at, &rune)) {
      rune = 0xFFFD;
    }
    if (rune == '\\' || rune == '\'' || rune == '"') {
      out += '\\';
      out += static_cast<char>(rune);
    } else if (rune < 0x80) {
      const char c = static_cast<char>(rune);
      out += c < ' ' || c == '<' || c == '>' || c == '&' || c == '=' ? Percent(c, "\\u%04X")
                                                                     : std::string(1, c);
    } else {
      out += text.substr(start, at - start);
    }
  }
  return EscapeLineSeparators(std::move(out));
}

std::string QueryEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsUrlUnreserved(c)) {
      out += c;
    } else {
      out += c == ' ' ? "+" : Percent(c, "%%%02X");
    }
  }
  return out;
}

std::string UrlEscape(std::string_view text, bool normalize) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped =
        c == '%' && i + 2 < text.size() && IsHex(text[i + 1]) && IsHex(text[i + 2]);
    if (IsUrlUnreserved(c) || (normalize && (IsUrlReserved(c) || escaped))) {
      out += c;
    } else {
      out += Percent(c, "%%%02x");
    }
  }
  return out;
}

std::string UrlFilter(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos ||
      text.substr(0, colon).find('/') != std::string_view::npos) {
    return std::string(text);
  }
  std::string scheme(text.substr(0, colon));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c); });
  const bool safe = scheme == "http" || scheme == "https" || scheme == "mailto";
  return safe ? std::string(text) : "#" + std::string(kUnsafe);
}

std::string JsString(std::string_view text) {
  return EscapeLineSeparators(ReplaceBytes(text, JsStringByte));
}

std::string JsTemplateLiteral(std::string_view text) {
  return EscapeLineSeparators(ReplaceBytes(text, [](char c) {
    return c == '$' ? "\\u0024" : c == '{' ? "\\u007b" : c == '}' ? "\\u007d" : JsStringByte(c);
  }));
}

std::string JsRegexp(std::string_view text) {
  constexpr std::string_view kMeta = "$()*-.?[]^{|}";
  std::string out;
  for (const char c : text) {
    if (const char* escape = JsStringByte(c); escape != nullptr) {
      out += escape;
    } else {
      out += kMeta.find(c) != std::string_view::npos ? "\\" : "";
      out += c;
    }
  }
  return out.empty() ? "(?:)" : EscapeLineSeparators(std::move(out));
}

std::string JsValue(const Value& value) {
  if (value.IsString() && value.trust() == Trust::kJs) {
    return value.AsString();
  }
  if (value.IsString() && value.trust() == Trust::kJsString) {
    return "\"" + value.AsString() + "\"";
  }
  std::string json;
  if (value.IsObject() && !value.AsObject().Json().has_value() &&
      value.AsObject().Text().has_value()) {
    AppendGoJsonString(*value.AsObject().Text(), &json);
  } else if (const base::Status status = AppendGoJson(value, &json); !status.ok()) {
    return " /* " + HtmlEscape(status.message()) + " */null ";
  }
  if (json.empty()) {
    return " null ";
  }
  const bool pad = IsJsIdentifierPart(json.front()) || IsJsIdentifierPart(json.back());
  return pad ? " " + json + " " : json;
}

std::string CssEscape(std::string_view text) {
  constexpr std::string_view kEscaped = "\t\n\f\r\"&'()+/:;<>\\{}";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\0' && kEscaped.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    if (c == '\\') {
      out += "\\\\";
      continue;
    }
    out += Percent(c, "\\%x");
    if (i + 1 == text.size() || IsHex(text[i + 1]) || text[i + 1] == ' ' || text[i + 1] == '\t' ||
        text[i + 1] == '\n') {
      out += ' ';
    }
  }
  return out;
}

std::string CssValue(std::string_view text) {
  constexpr std::string_view kForbidden = "\"'()/;@[\\]`{}<>";
  std::string letters;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0' || kForbidden.find(c) != std::string_view::npos ||
        (c == '-' && i > 0 && text[i - 1] == '-')) {
      return std::string(kUnsafe);
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      letters += static_cast<char>(c | 0x20);
    }
  }
  const bool runs_code = letters.find("expression") != std::string::npos ||
                         letters.find("mozbinding") != std::string::npos;
  return runs_code ? std::string(kUnsafe) : std::string(text);
}

}  // namespace sb::gotemplate
