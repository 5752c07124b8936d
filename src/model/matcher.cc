// SPDX-License-Identifier: Apache-2.0
#include "model/matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "model/label_name.h"
#include "model/regex_literals.h"

namespace sb::model {

class Matcher::Regex {
 public:
  explicit Regex(const std::string& pattern) : re_(Anchored(pattern), Options()) {}
  bool ok() const { return re_.ok(); }
  std::string error() const { return re_.error(); }
  bool Matches(std::string_view text) const {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), re_);
  }

 private:
  static std::string Anchored(const std::string& pattern) { return "(?s:" + pattern + ")"; }
  static RE2::Options Options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
  }
  RE2 re_;
};

Matcher::Matcher(MatchType type, std::string name, std::string value)
    : type_(type), name_(std::move(name)), value_(std::move(value)) {}

base::Result<Matcher> Matcher::Create(MatchType type, std::string name, std::string value) {
  Matcher matcher(type, std::move(name), std::move(value));
  if (type == MatchType::kEqual || type == MatchType::kNotEqual) {
    matcher.set_values_ = {matcher.value_};
    matcher.prefix_ = matcher.value_;
  } else {
    // The bare pattern is compiled first so that the message shows what the user wrote.
    RE2::Options quiet;
    quiet.set_log_errors(false);
    const RE2 bare(matcher.value_, quiet);
    if (!bare.ok()) {
      return base::InvalidArgument("error parsing regexp: " + bare.error());
    }
    RegexLiterals literals = AnalyseRegex(matcher.value_);
    matcher.set_values_ = std::move(literals.values);
    matcher.prefix_ = std::move(literals.prefix);
    if (matcher.set_values_.empty()) {
      matcher.regex_ = std::make_shared<const Regex>(matcher.value_);
      if (!matcher.regex_->ok()) {
        return base::InvalidArgument("error parsing regexp: " + matcher.regex_->error());
      }
    }
  }
  matcher.matches_empty_ = matcher.Matches("");
  return matcher;
}

Matcher Matcher::Equal(std::string name, std::string value) {
  return Create(MatchType::kEqual, std::move(name), std::move(value)).value();
}

bool Matcher::Matches(std::string_view label_value) const {
  switch (type_) {
    case MatchType::kEqual:
      return label_value == value_;
    case MatchType::kNotEqual:
      return label_value != value_;
    case MatchType::kRegex:
    case MatchType::kNotRegex:
      break;
  }
  const bool positive =
      regex_ == nullptr
          ? std::binary_search(set_values_.begin(), set_values_.end(), label_value, std::less<>())
          : label_value.starts_with(prefix_) && regex_->Matches(label_value);
  return positive == (type_ == MatchType::kRegex);
}

std::string Matcher::ToString() const {
  static constexpr const char* kOperators[] = {"=", "!=", "=~", "!~"};
  std::string out = IsLegacyLabelName(name_) ? name_ : QuoteString(name_);
  out.append(kOperators[static_cast<int>(type_)]);
  out.append(QuoteString(value_));
  return out;
}

}  // namespace sb::model
