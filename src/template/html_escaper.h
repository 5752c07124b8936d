// SPDX-License-Identifier: Apache-2.0
//
// HtmlEscaper follows the HTML that a template writes and escapes each printed value by the place
// it lands in: text, attribute, URL, script, style. Comments of the template's HTML are left out,
// as html/template leaves them out.
//
// Where html/template refuses a template when it is parsed (a value inside a comment's delimiter,
// two branches ending in different places), this follows what is really written, which is as safe
// and accepts more.
//
// Source: documentation of Go's html/template. Internal to the module; one thread.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "template/script_state.h"
#include "template/value.h"

namespace sb::gotemplate {

// The function at the end of a pipeline that has already escaped, so that it is not done twice.
enum class Predefined : uint8_t { kNone, kHtml, kUrlQuery };

class HtmlEscaper {
 public:
  explicit HtmlEscaper(std::string* out) : out_(out) {}
  void Text(std::string_view text);
  base::Status Print(const Value& value, Predefined predefined);

 private:
  enum class State : uint8_t {
    kText,
    kTag,
    kAttrName,
    kAfterName,
    kBeforeValue,
    kValue,
    kComment,
    kElement
  };
  enum class Element : uint8_t { kNone, kScript, kStyle, kTextarea, kTitle };
  enum class Attr : uint8_t { kPlain, kUrl, kScript, kStyle };
  enum class Delim : uint8_t { kSpace, kDouble, kSingle };
  enum class UrlPart : uint8_t { kNone, kPreQuery, kQuery };

  size_t StepText(std::string_view s, size_t i);
  size_t StepTag(std::string_view s, size_t i);
  size_t StepAttrName(std::string_view s, size_t i);
  size_t StepAfterName(std::string_view s, size_t i);
  size_t StepBeforeValue(std::string_view s, size_t i);
  size_t StepValue(std::string_view s, size_t i);
  size_t StepComment(std::string_view s, size_t i);
  size_t StepElement(std::string_view s, size_t i);
  size_t OpenTag(std::string_view s, size_t i);
  void NameAttr(std::string_view name);
  void EnterValue(Delim delim);
  void FollowValue(std::string_view chunk);
  std::string EscapeScript(const Value& value);
  std::string EscapeStyle(const Value& value, Predefined predefined);
  std::string EscapeUrl(const Value& value, Predefined predefined);
  std::string EscapeAttr(const Value& value, Predefined predefined);
  std::string Delimited(const std::string& text, Predefined predefined) const;

  std::string* out_;
  State state_ = State::kText;
  Element element_ = Element::kNone;  // whose tag is open, or whose content this is
  Attr attr_ = Attr::kPlain;
  Delim delim_ = Delim::kDouble;
  UrlPart url_part_ = UrlPart::kNone;
  ScriptState script_;
};

}  // namespace sb::gotemplate
