// SPDX-License-Identifier: Apache-2.0
//
// Matcher is one condition on a label: `name = "v"`, `!=`, `=~`, `!~`. Regular expressions are RE2,
// fully anchored, with `.` matching newline, as in Prometheus; a matcher sees an absent label as
// "".
//
// A pattern that only enumerates literals (`a|b|c`, `prefix.*`, `.*`) is answered without the regex
// engine; set_values() and prefix() let an index look them up instead of scanning all values.
//
// Threads: immutable after creation.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::model {

enum class MatchType { kEqual, kNotEqual, kRegex, kNotRegex };

class Matcher {
 public:
  // kInvalidArgument for a broken regular expression; the message is RE2's.
  static base::Result<Matcher> Create(MatchType type, std::string name, std::string value);
  static Matcher Equal(std::string name, std::string value);

  MatchType type() const { return type_; }
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }

  bool Matches(std::string_view label_value) const;
  bool MatchesEmpty() const { return matches_empty_; }
  // For kEqual and for regexes that enumerate literals: exactly these values match the *positive*
  // form (=, =~). Empty when not known.
  const std::vector<std::string>& set_values() const { return set_values_; }
  // A literal prefix that every match of the positive regex has; may be empty.
  const std::string& prefix() const { return prefix_; }

  std::string ToString() const;  // name=~"value", the name quoted where needed
  friend bool operator==(const Matcher& a, const Matcher& b) {
    return a.type_ == b.type_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  class Regex;
  Matcher(MatchType type, std::string name, std::string value);
  MatchType type_;
  std::string name_;
  std::string value_;
  std::vector<std::string> set_values_;
  std::string prefix_;
  bool matches_empty_ = false;
  std::shared_ptr<const Regex> regex_;  // null unless the engine is needed
};

}  // namespace sb::model
