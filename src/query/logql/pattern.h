// SPDX-License-Identifier: Apache-2.0
//
// Pattern is the small language of `| pattern "<ip> - <_> [<time>]"` and `|> "…<_>…"`: literals and
// captures in turn. `<name>` captures, `<_>` skips; anything else is literal.
//
//   SB_ASSIGN_OR_RETURN(Pattern p, Pattern::ForExtraction("<ip> <_>"));
//   p.Extract(line, &values);        // values[i] belongs to p.names()[i]
//
// Extraction goes from left to right: a capture ends where the next literal is first found; where
// it is not found, the capture takes the rest and the later ones get nothing. A pattern that starts
// with a literal needs the line to start with it. A filter must cover the whole line, and no
// capture may be empty.
//
// Threads: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::logql {

class Pattern {
 public:
  struct Part {
    bool is_capture = false;
    std::string text;  // the capture's name or the literal
  };
  // How a pattern is cut up; no rules are checked.
  static std::vector<Part> Split(std::string_view pattern);

  // For `| pattern`: at least one named capture, no two of one name, none side by side.
  static base::Result<Pattern> ForExtraction(std::string_view pattern);
  // For `|>` and `!>`: unnamed captures only, none side by side.
  static base::Result<Pattern> ForFilter(std::string_view pattern);

  const std::vector<std::string>& names() const { return names_; }
  // The values of the first named captures, as many as were found (views into the line).
  void Extract(std::string_view line, std::vector<std::string_view>* values) const;
  bool Matches(std::string_view line) const;

 private:
  std::vector<Part> parts_;
  std::vector<std::string> names_;
};

}  // namespace sb::logql
