// SPDX-License-Identifier: Apache-2.0
//
// LineRegex searches a line for a regular expression (RE2, not anchored, `.` does not match a
// newline) and avoids the regex engine where a search for literals will do: `error`, `a|b|c`,
// `(?i)error`, `.*x.*`; elsewhere a literal that every match contains is looked for first.
//
//   SB_ASSIGN_OR_RETURN(LineRegex regex, LineRegex::Compile("status=(4|5).."));
//   regex.Matches(line)
//
// Threads: immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace re2 {
class RE2;
}

namespace sb::logql {

class LineRegex {
 public:
  static base::Result<LineRegex> Compile(std::string_view pattern);

  bool Matches(std::string_view line) const;
  // Non-empty: the expression finds exactly the lines that contain one of these.
  const std::vector<std::string>& literals() const { return literals_; }
  bool ignores_case() const { return ignores_case_; }
  bool matches_all() const { return matches_all_; }
  // A text that every matching line contains (in any case if required_folds()); may be empty.
  const std::string& required() const { return required_; }
  bool required_folds() const { return required_folds_; }

 private:
  bool matches_all_ = false;
  bool ignores_case_ = false;  // of literals_
  std::vector<std::string> literals_;
  std::string required_;
  bool required_folds_ = false;
  std::shared_ptr<const re2::RE2> regex_;
};

// The reference takes a label's regular expression `lit.*`, `.*lit` or `.*lit.*` for "contains
// lit", although others must match the whole value. Nothing for any other expression.
struct ContainsForm {
  std::string literal;  // lower case if ignores_case
  bool ignores_case = false;
};
std::optional<ContainsForm> LabelContains(std::string_view pattern);

// Whether `text` contains `lower` (ASCII, lower case) in any case.
bool ContainsFold(std::string_view text, std::string_view lower);

}  // namespace sb::logql
