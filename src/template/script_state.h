// SPDX-License-Identifier: Apache-2.0
//
// ScriptState knows where in a JavaScript or CSS text one stands: in code, a string, a regular
// expression, a URL or a comment. Comments are left out of what is copied.
//
// Internal to html_escaper.h; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sb::gotemplate {

class ScriptState {
 public:
  enum class Place : uint8_t {
    kCode,
    kDouble,
    kSingle,
    kTemplate,
    kRegexp,
    kUrl,  // CSS url( without quotes
    kLineComment,
    kBlockComment,
  };

  void Reset(bool css) {
    *this = ScriptState();
    css_ = css;
  }
  // Follows `text`; appends it to `out` (may be null) without its comments.
  void Follow(std::string_view text, std::string* out);
  Place place() const { return place_; }
  bool css() const { return css_; }
  // Inside CSS url(…), quoted or not.
  bool in_url() const { return in_url_; }
  bool url_has_query() const { return url_query_; }
  bool url_begun() const { return url_begun_; }
  // A value was printed: a "/" behind it divides.
  void PrintedValue() { before_ = 'x'; }

 private:
  size_t Code(std::string_view s, size_t i, std::string* out);
  size_t String(std::string_view s, size_t i, char quote, std::string* out);
  size_t Comment(std::string_view s, size_t i, std::string* out);
  size_t OpenUrl(std::string_view s, size_t i, std::string* out);
  bool SlashStartsRegexp() const;

  bool css_ = false;
  Place place_ = Place::kCode;
  char before_ = '\0';  // the last character of code that is no space
  std::string word_;    // the last identifier, bounded
  bool in_url_ = false;
  bool url_query_ = false;
  bool url_begun_ = false;
  bool in_class_ = false;  // [ … ] of a regular expression
  bool newline_ = false;   // inside a block comment
};

}  // namespace sb::gotemplate
