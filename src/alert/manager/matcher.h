// SPDX-License-Identifier: Apache-2.0
//
// A matcher on alert labels: `name="v"`, `!=`, `=~`, `!~`. Regular expressions are RE2, anchored,
// and
// `.` does not match a newline (unlike matchers of metrics).
//
// Three ways to read them: the UTF-8 grammar, the classic one, and (the default) both, where
// classic wins when only it accepts or when they disagree. Messages are the reference's.
//
// Threads: immutable after creation.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"

namespace sb::alert {

enum class MatcherOp : uint8_t { kEqual, kNotEqual, kRegex, kNotRegex };
enum class MatcherMode : uint8_t { kFallback, kUtf8, kClassic };

class AlertMatcher {
 public:
  static base::Result<AlertMatcher> Create(MatcherOp op, std::string name, std::string value);

  MatcherOp op() const { return op_; }
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }
  bool is_regex() const { return op_ == MatcherOp::kRegex || op_ == MatcherOp::kNotRegex; }
  bool is_equal() const { return op_ == MatcherOp::kEqual || op_ == MatcherOp::kRegex; }

  bool MatchesValue(std::string_view value) const;
  bool Matches(const model::LabelSet& labels) const { return MatchesValue(labels.Get(name_)); }
  std::string ToString() const;  // name=~"value"

  friend bool operator==(const AlertMatcher& a, const AlertMatcher& b) {
    return a.op_ == b.op_ && a.name_ == b.name_ && a.value_ == b.value_;
  }
  // The order in route keys.
  friend bool operator<(const AlertMatcher& a, const AlertMatcher& b);

 private:
  struct Regex;
  AlertMatcher(MatcherOp op, std::string name, std::string value)
      : op_(op), name_(std::move(name)), value_(std::move(value)) {}
  MatcherOp op_;
  std::string name_;
  std::string value_;
  std::shared_ptr<const Regex> regex_;
};

using AlertMatchers = std::vector<AlertMatcher>;

std::string_view OpText(MatcherOp op);
bool MatchAll(const AlertMatchers& matchers, const model::LabelSet& labels);
std::string ToString(const AlertMatchers& matchers);  // {a="b",c!="d"}

// "{a=b, c!=d}", braces optional.
base::Result<AlertMatchers> ParseMatchers(std::string_view text, MatcherMode mode);
// Exactly one.
base::Result<AlertMatcher> ParseMatcher(std::string_view text, MatcherMode mode);

// Both grammars on their own; for ParseMatchers and tests.
base::Result<AlertMatchers> ParseUtf8Matchers(std::string_view text);
base::Result<AlertMatchers> ParseClassicMatchers(std::string_view text);
base::Result<AlertMatcher> ParseClassicMatcher(std::string_view text);

// [a-zA-Z_][a-zA-Z0-9_]*
bool IsClassicLabelName(std::string_view name);
// What a label may be called in a mode: not empty, UTF-8.
bool IsLabelName(std::string_view name, MatcherMode mode);

}  // namespace sb::alert
