// SPDX-License-Identifier: Apache-2.0
//
// Escaping of text for HTML, JavaScript, URLs and CSS, each as Go's text/template and html/template
// do it.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "template/value.h"

namespace sb::gotemplate {

// The functions `html`, `js` and `urlquery` of text/template.
std::string HtmlEscape(std::string_view text);
std::string JsEscape(std::string_view text);
std::string QueryEscape(std::string_view text);

// html/template.
std::string HtmlText(std::string_view text);       // text and quoted attributes
std::string HtmlNormalize(std::string_view text);  // leaves entities alone
std::string HtmlUnquoted(std::string_view text);   // attributes without quotes
std::string HtmlStripTags(std::string_view text);
std::string UrlEscape(std::string_view text, bool normalize);
std::string UrlFilter(std::string_view text);  // "#ZgotmplZ" for other than http, https, mailto
std::string JsString(std::string_view text);   // inside quotes
std::string JsTemplateLiteral(std::string_view text);
std::string JsRegexp(std::string_view text);
std::string JsValue(const Value& value);  // an expression
std::string CssEscape(std::string_view text);
std::string CssValue(std::string_view text);  // "ZgotmplZ" for what could leave the value

}  // namespace sb::gotemplate
