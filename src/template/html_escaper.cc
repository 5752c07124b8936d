// SPDX-License-Identifier: Apache-2.0
#include "template/html_escaper.h"

#include <algorithm>
#include <array>

#include "template/print.h"
#include "template/text_escapes.h"

namespace sb::gotemplate {
namespace {

constexpr std::string_view kSpaces = " \t\r\n\f";
constexpr std::array<std::string_view, 16> kUrlAttributes = {
    "action", "archive", "background", "cite",     "classid", "codebase", "data", "formaction",
    "href",   "icon",    "longdesc",   "manifest", "poster",  "profile",  "src",  "usemap"};

bool IsSpace(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsNameByte(char c) {
  return IsLetter(c) || (c >= '0' && c <= '9');
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c); });
  return out;
}

// The text behind entities, enough to follow scripts in attributes.
std::string Unescape(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 7> kEntities = {{{"&quot;", '"'},
                                                                           {"&#34;", '"'},
                                                                           {"&apos;", '\''},
                                                                           {"&#39;", '\''},
                                                                           {"&lt;", '<'},
                                                                           {"&gt;", '>'},
                                                                           {"&amp;", '&'}}};
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto entity = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& e) {
      return text.substr(i).starts_with(e.first);
    });
    out += entity == kEntities.end() ? text[i] : entity->second;
    i += entity == kEntities.end() ? 1 : entity->first.size();
  }
  return out;
}

std::string TextOf(const Value& value) {
  return value.IsNil() ? "" : PrintValue(value);
}

bool Is(const Value& value, Trust trust) {
  return value.IsString() && value.trust() == trust;
}

// Names of elements and attributes: letters and digits only, and none that runs code.
std::string FilterName(const Value& value) {
  if (Is(value, Trust::kHtmlAttribute)) {
    return value.AsString();
  }
  const std::string name = Lower(TextOf(value));
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), IsNameByte);
  const bool runs =
      name.starts_with("on") || name == "style" || name == "srcdoc" ||
      std::find(kUrlAttributes.begin(), kUrlAttributes.end(), name) != kUrlAttributes.end();
  return plain && !runs ? name : "ZgotmplZ";
}

}  // namespace

void HtmlEscaper::Text(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    switch (state_) {
      case State::kText:
        i = StepText(text, i);
        break;
      case State::kTag:
        i = StepTag(text, i);
        break;
      case State::kAttrName:
        i = StepAttrName(text, i);
        break;
      case State::kAfterName:
        i = StepAfterName(text, i);
        break;
      case State::kBeforeValue:
        i = StepBeforeValue(text, i);
        break;
      case State::kValue:
        i = StepValue(text, i);
        break;
      case State::kComment:
        i = StepComment(text, i);
        break;
      case State::kElement:
        i = StepElement(text, i);
        break;
    }
  }
}

size_t HtmlEscaper::StepText(std::string_view s, size_t i) {
  const size_t open = std::min(s.find('<', i), s.size());
  *out_ += s.substr(i, open - i);
  if (open == s.size()) {
    return open;
  }
  if (s.substr(open).starts_with("<!--")) {
    state_ = State::kComment;
    return open + 4;
  }
  return OpenTag(s, open);
}

size_t HtmlEscaper::OpenTag(std::string_view s, size_t i) {
  size_t at = i + 1;
  const bool closing = at < s.size() && s[at] == '/';
  at += closing ? 1 : 0;
  if (at >= s.size() || !IsLetter(s[at])) {
    *out_ += Lower(s.substr(i, 9)) == "<!doctype" ? "<" : "&lt;";
    return i + 1;
  }
  const size_t name_start = at;
  while (at < s.size() && (IsNameByte(s[at]) || ((s[at] == ':' || s[at] == '-') &&
                                                 at + 1 < s.size() && IsNameByte(s[at + 1])))) {
    ++at;
  }
  const std::string name = Lower(s.substr(name_start, at - name_start));
  element_ = closing              ? Element::kNone
             : name == "script"   ? Element::kScript
             : name == "style"    ? Element::kStyle
             : name == "textarea" ? Element::kTextarea
             : name == "title"    ? Element::kTitle
                                  : Element::kNone;
  *out_ += s.substr(i, at - i);
  state_ = State::kTag;
  return at;
}

size_t HtmlEscaper::StepTag(std::string_view s, size_t i) {
  const char c = s[i];
  if (IsSpace(c) || c == '/') {
    *out_ += c;
    return i + 1;
  }
  if (c == '>') {
    *out_ += c;
    state_ = element_ == Element::kNone ? State::kText : State::kElement;
    script_.Reset(element_ == Element::kStyle);
    return i + 1;
  }
  size_t end = i;
  while (end < s.size() && !IsSpace(s[end]) && s[end] != '=' && s[end] != '>' &&
         (s[end] != '/' || end == i)) {
    ++end;
  }
  end = std::max(end, i + 1);
  NameAttr(s.substr(i, end - i));
  *out_ += s.substr(i, end - i);
  state_ = end == s.size() ? State::kAttrName : State::kAfterName;
  return end;
}

void HtmlEscaper::NameAttr(std::string_view name) {
  std::string lower = Lower(name);
  if (lower.starts_with("data-")) {
    lower.erase(0, 5);
  } else if (const size_t colon = lower.find(':'); colon != std::string::npos) {
    const bool xmlns = lower.substr(0, colon) == "xmlns";
    lower = xmlns ? "href" : lower.substr(colon + 1);
  }
  if (lower.starts_with("on")) {
    attr_ = Attr::kScript;
  } else if (lower == "style") {
    attr_ = Attr::kStyle;
  } else if (lower == "xmlns" || lower.find("src") != std::string::npos ||
             lower.find("uri") != std::string::npos || lower.find("url") != std::string::npos ||
             std::find(kUrlAttributes.begin(), kUrlAttributes.end(), lower) !=
                 kUrlAttributes.end()) {
    attr_ = Attr::kUrl;
  } else {
    attr_ = Attr::kPlain;
  }
}

size_t HtmlEscaper::StepAttrName(std::string_view s, size_t i) {
  size_t end = i;
  while (end < s.size() && !IsSpace(s[end]) && s[end] != '=' && s[end] != '>') {
    ++end;
  }
  *out_ += s.substr(i, end - i);
  state_ = State::kAfterName;
  return end;
}

size_t HtmlEscaper::StepAfterName(std::string_view s, size_t i) {
  if (IsSpace(s[i])) {
    *out_ += s[i];
    return i + 1;
  }
  if (s[i] != '=') {
    state_ = State::kTag;
    return i;
  }
  *out_ += '=';
  state_ = State::kBeforeValue;
  return i + 1;
}

void HtmlEscaper::EnterValue(Delim delim) {
  delim_ = delim;
  state_ = State::kValue;
  url_part_ = UrlPart::kNone;
  script_.Reset(attr_ == Attr::kStyle);
}

size_t HtmlEscaper::StepBeforeValue(std::string_view s, size_t i) {
  const char c = s[i];
  if (IsSpace(c)) {
    *out_ += c;
    return i + 1;
  }
  EnterValue(c == '"' ? Delim::kDouble : c == '\'' ? Delim::kSingle : Delim::kSpace);
  if (delim_ != Delim::kSpace) {
    *out_ += c;
    return i + 1;
  }
  return i;
}

size_t HtmlEscaper::StepValue(std::string_view s, size_t i) {
  const size_t end = delim_ == Delim::kDouble   ? s.find('"', i)
                     : delim_ == Delim::kSingle ? s.find('\'', i)
                                                : s.find_first_of(" \t\r\n\f>", i);
  const std::string_view chunk =
      s.substr(i, end == std::string_view::npos ? std::string_view::npos : end - i);
  FollowValue(chunk);
  *out_ += chunk;
  if (end == std::string_view::npos) {
    return s.size();
  }
  state_ = State::kTag;
  attr_ = Attr::kPlain;
  if (delim_ == Delim::kSpace) {
    return end;
  }
  *out_ += s[end];
  return end + 1;
}

void HtmlEscaper::FollowValue(std::string_view chunk) {
  if (attr_ == Attr::kScript || attr_ == Attr::kStyle) {
    script_.Follow(Unescape(chunk), nullptr);
  } else if (attr_ == Attr::kUrl) {
    if (chunk.find_first_of("#?") != std::string_view::npos) {
      url_part_ = UrlPart::kQuery;
    } else if (chunk.find_first_not_of(kSpaces) != std::string_view::npos &&
               url_part_ == UrlPart::kNone) {
      url_part_ = UrlPart::kPreQuery;
    }
  }
}

size_t HtmlEscaper::StepComment(std::string_view s, size_t i) {
  const size_t end = s.find("-->", i);
  if (end == std::string_view::npos) {
    return s.size();
  }
  state_ = State::kText;
  return end + 3;
}

size_t HtmlEscaper::StepElement(std::string_view s, size_t i) {
  const std::string close = element_ == Element::kScript     ? "</script"
                            : element_ == Element::kStyle    ? "</style"
                            : element_ == Element::kTextarea ? "</textarea"
                                                             : "</title";
  const size_t end = Lower(s).find(close, i);
  const std::string_view chunk =
      s.substr(i, end == std::string_view::npos ? std::string_view::npos : end - i);
  if (element_ == Element::kScript || element_ == Element::kStyle) {
    script_.Follow(chunk, out_);
  } else {
    for (const char c : chunk) {
      *out_ += c == '<' ? std::string("&lt;") : std::string(1, c);
    }
  }
  if (end == std::string_view::npos) {
    return s.size();
  }
  element_ = Element::kNone;
  *out_ += s.substr(end, close.size());
  state_ = State::kTag;
  return end + close.size();
}

std::string HtmlEscaper::EscapeScript(const Value& value) {
  using Place = ScriptState::Place;
  switch (script_.place()) {
    case Place::kDouble:
    case Place::kSingle:
      return Is(value, Trust::kJsString) ? value.AsString() : JsString(TextOf(value));
    case Place::kTemplate:
      return JsTemplateLiteral(TextOf(value));
    case Place::kRegexp:
      return JsRegexp(TextOf(value));
    case Place::kLineComment:
    case Place::kBlockComment:
      return "";
    default:
      script_.PrintedValue();
      return JsValue(value);
  }
}

std::string HtmlEscaper::EscapeStyle(const Value& value, Predefined predefined) {
  using Place = ScriptState::Place;
  if (script_.place() == Place::kBlockComment) {
    return "";
  }
  if (script_.in_url()) {
    url_part_ = script_.url_has_query() ? UrlPart::kQuery
                : script_.url_begun()   ? UrlPart::kPreQuery
                                        : UrlPart::kNone;
    return EscapeUrl(value, predefined);
  }
  if (script_.place() == Place::kDouble || script_.place() == Place::kSingle) {
    return CssEscape(TextOf(value));
  }
  return Is(value, Trust::kCss) ? value.AsString() : CssValue(TextOf(value));
}

std::string HtmlEscaper::EscapeUrl(const Value& value, Predefined predefined) {
  const bool trusted = Is(value, Trust::kUrl);
  const std::string text = TextOf(value);
  if (predefined == Predefined::kUrlQuery) {
    return url_part_ == UrlPart::kNone && !trusted ? UrlFilter(text) : text;
  }
  if (url_part_ == UrlPart::kQuery) {
    return UrlEscape(text, /*normalize=*/trusted);
  }
  return UrlEscape(url_part_ == UrlPart::kNone && !trusted ? UrlFilter(text) : text,
                   /*normalize=*/true);
}

std::string HtmlEscaper::Delimited(const std::string& text, Predefined predefined) const {
  if (delim_ == Delim::kSpace) {
    return HtmlUnquoted(text);
  }
  return predefined == Predefined::kHtml ? text : HtmlText(text);
}

std::string HtmlEscaper::EscapeAttr(const Value& value, Predefined predefined) {
  switch (attr_) {
    case Attr::kUrl:
      return Delimited(EscapeUrl(value, predefined), predefined);
    case Attr::kScript:
      return Delimited(EscapeScript(value), Predefined::kNone);
    case Attr::kStyle:
      return Delimited(EscapeStyle(value, predefined), Predefined::kNone);
    case Attr::kPlain:
      break;
  }
  if (Is(value, Trust::kHtml)) {
    return HtmlNormalize(HtmlStripTags(value.AsString()));
  }
  return Delimited(TextOf(value), predefined);
}

base::Status HtmlEscaper::Print(const Value& value, Predefined predefined) {
  switch (state_) {
    case State::kText:
      *out_ += Is(value, Trust::kHtml)           ? value.AsString()
               : predefined == Predefined::kHtml ? TextOf(value)
                                                 : HtmlText(TextOf(value));
      return base::OkStatus();
    case State::kTag:
    case State::kAttrName:
    case State::kAfterName:
      *out_ += FilterName(value);
      state_ = State::kAttrName;
      return base::OkStatus();
    case State::kBeforeValue:
      EnterValue(Delim::kSpace);
      [[fallthrough]];
    case State::kValue:
      *out_ += EscapeAttr(value, predefined);
      return base::OkStatus();
    case State::kComment:
      return base::OkStatus();
    case State::kElement:
      break;
  }
  if (element_ == Element::kScript) {
    *out_ += EscapeScript(value);
  } else if (element_ == Element::kStyle) {
    *out_ += EscapeStyle(value, predefined);
  } else {
    *out_ += Is(value, Trust::kHtml)           ? HtmlNormalize(value.AsString())
             : predefined == Predefined::kHtml ? TextOf(value)
                                               : HtmlText(TextOf(value));
  }
  return base::OkStatus();
}

}  // namespace sb::gotemplate
