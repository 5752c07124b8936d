// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/matcher.h"

#include <re2/re2.h>

#include <algorithm>

#include "config/quote.h"

namespace sb::alert {
namespace {

constexpr size_t kRegexBytesMax = 1 << 20;

// Go's words for what is wrong with a regular expression.
std::string_view RegexError(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "invalid expression";
  }
}

}  // namespace

struct AlertMatcher::Regex {
  explicit Regex(const std::string& pattern, const RE2::Options& options) : re(pattern, options) {}
  RE2 re;
};

base::Result<AlertMatcher> AlertMatcher::Create(MatcherOp op, std::string name, std::string value) {
  AlertMatcher matcher(op, std::move(name), std::move(value));
  if (matcher.is_regex()) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kRegexBytesMax);
    auto regex = std::make_shared<Regex>("^(?:" + matcher.value_ + ")$", options);
    if (!regex->re.ok()) {
      return base::InvalidArgument(
          "error parsing regexp: " + std::string(RegexError(regex->re.error_code())) + ": `" +
          regex->re.error_arg() + "`");
    }
    matcher.regex_ = std::move(regex);
  }
  return matcher;
}

bool AlertMatcher::MatchesValue(std::string_view value) const {
  switch (op_) {
    case MatcherOp::kEqual:
      return value == value_;
    case MatcherOp::kNotEqual:
      return value != value_;
    case MatcherOp::kRegex:
      return RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), regex_->re);
    case MatcherOp::kNotRegex:
      return !RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), regex_->re);
  }
  return false;
}

std::string_view OpText(MatcherOp op) {
  switch (op) {
    case MatcherOp::kEqual:
      return "=";
    case MatcherOp::kNotEqual:
      return "!=";
    case MatcherOp::kRegex:
      return "=~";
    case MatcherOp::kNotRegex:
      return "!~";
  }
  return "=";
}

std::string AlertMatcher::ToString() const {
  const bool quote_name = name_.find_first_of("{}!=~,\\\"'` \t\n\r\v\f") != std::string::npos ||
                          name_.empty() || !config::IsValidUtf8(name_);
  std::string out = quote_name ? config::GoQuote(name_) : name_;
  out += OpText(op_);
  out += '"';
  for (const char c : value_) {
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

bool operator<(const AlertMatcher& a, const AlertMatcher& b) {
  if (a.name_ != b.name_) {
    return a.name_ < b.name_;
  }
  return a.value_ != b.value_ ? a.value_ < b.value_ : a.op_ < b.op_;
}

bool MatchAll(const AlertMatchers& matchers, const model::LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const AlertMatcher& matcher) { return matcher.Matches(labels); });
}

std::string ToString(const AlertMatchers& matchers) {
  std::string out = "{";
  for (size_t i = 0; i < matchers.size(); ++i) {
    out += i > 0 ? "," : "";
    out += matchers[i].ToString();
  }
  return out + "}";
}

bool IsClassicLabelName(std::string_view name) {
  const auto letter = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

bool IsLabelName(std::string_view name, MatcherMode mode) {
  return mode == MatcherMode::kClassic ? IsClassicLabelName(name)
                                       : !name.empty() && config::IsValidUtf8(name);
}

}  // namespace sb::alert
