// SPDX-License-Identifier: Apache-2.0
//
// Conditions on labels, joined by and and or. A numeric condition is false where the label is
// absent, and true, with __error__ set, where its value is no number; once a line has an error only
// conditions on strings can drop it.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "query/logql/ip_range.h"
#include "query/logql/line_regex.h"
#include "query/logql/stage_runners.h"
#include "query/logql/units.h"

namespace sb::logql {
namespace {

template <typename Number>
bool Compares(CompareOp op, Number a, Number b) {
  switch (op) {
    case CompareOp::kEqual:
      return a == b;
    case CompareOp::kNotEqual:
      return a != b;
    case CompareOp::kLess:
      return a < b;
    case CompareOp::kLessEqual:
      return a <= b;
    case CompareOp::kGreater:
      return a > b;
    case CompareOp::kGreaterEqual:
      return a >= b;
  }
  return false;
}

class AndRunner final : public StageRunner {
 public:
  AndRunner(std::unique_ptr<StageRunner> a, std::unique_ptr<StageRunner> b)
      : a_(std::move(a)), b_(std::move(b)) {}
  bool Run(LogLine* line) override { return a_->Run(line) && b_->Run(line); }

 private:
  std::unique_ptr<StageRunner> a_;
  std::unique_ptr<StageRunner> b_;
};

class OrRunner final : public StageRunner {
 public:
  OrRunner(std::unique_ptr<StageRunner> a, std::unique_ptr<StageRunner> b)
      : a_(std::move(a)), b_(std::move(b)) {}
  bool Run(LogLine* line) override { return a_->Run(line) || b_->Run(line); }

 private:
  std::unique_ptr<StageRunner> a_;
  std::unique_ptr<StageRunner> b_;
};

class StringRunner final : public StageRunner {
 public:
  explicit StringRunner(model::Matcher matcher) : matcher_(std::move(matcher)) {
    if (matcher_.type() == model::MatchType::kRegex ||
        matcher_.type() == model::MatchType::kNotRegex) {
      contains_ = LabelContains(matcher_.value());
    }
  }
  bool Run(LogLine* line) override {
    const std::string_view value = line->labels.Get(matcher_.name());
    if (!contains_.has_value()) {
      return matcher_.Matches(value);
    }
    const bool found = contains_->ignores_case
                           ? ContainsFold(value, contains_->literal)
                           : value.find(contains_->literal) != std::string_view::npos;
    return found == (matcher_.type() == model::MatchType::kRegex);
  }

 private:
  model::Matcher matcher_;
  std::optional<ContainsForm> contains_;
};

// `parse` turns the label's text into what is compared.
template <typename Number>
class NumberRunner final : public StageRunner {
 public:
  using ParseFunction = std::optional<Number> (*)(std::string_view);
  NumberRunner(const LabelFilter& filter, Number operand, ParseFunction parse)
      : label_(filter.label), op_(filter.op), operand_(operand), parse_(parse) {}

  bool Run(LogLine* line) override {
    const std::string_view* text = line->labels.Find(label_);
    if (text == nullptr) {
      return false;
    }
    if (line->labels.has_error()) {
      return true;
    }
    const std::optional<Number> value = parse_(*text);
    if (!value.has_value()) {
      line->labels.SetError(
          kLabelFilterError,
          line->labels.Store(fmt::format("cannot compare label {}: not a number, duration or "
                                         "size: \"{}\"",
                                         label_, text->substr(0, 200))));
      return true;
    }
    return Compares(op_, *value, operand_);
  }

 private:
  const std::string label_;
  const CompareOp op_;
  const Number operand_;
  const ParseFunction parse_;
};

class IpRunner final : public StageRunner {
 public:
  IpRunner(const LabelFilter& filter, std::optional<IpRange> range)
      : label_(filter.label), equal_(filter.op == CompareOp::kEqual), range_(range) {}

  bool Run(LogLine* line) override {
    if (line->labels.has_error()) {
      return true;
    }
    const std::string_view* text = line->labels.Find(label_);
    if (text == nullptr) {
      return false;
    }
    if (!range_.has_value()) {
      line->labels.SetError(kLabelFilterError, "ip: invalid pattern");
      return true;
    }
    return range_->FindsIn(*text) == equal_;
  }

 private:
  const std::string label_;
  const bool equal_;
  const std::optional<IpRange> range_;
};

}  // namespace

RunnerResult MakeLabelFilter(const LabelFilter& filter) {
  using Runner = std::unique_ptr<StageRunner>;
  switch (filter.kind) {
    case LabelFilter::Kind::kAnd:
    case LabelFilter::Kind::kOr: {
      SB_ASSIGN_OR_RETURN(Runner a, MakeLabelFilter(filter.operands[0]));
      SB_ASSIGN_OR_RETURN(Runner b, MakeLabelFilter(filter.operands[1]));
      if (filter.kind == LabelFilter::Kind::kAnd) {
        return Runner(std::make_unique<AndRunner>(std::move(a), std::move(b)));
      }
      return Runner(std::make_unique<OrRunner>(std::move(a), std::move(b)));
    }
    case LabelFilter::Kind::kString:
      return Runner(std::make_unique<StringRunner>(*filter.matcher));
    case LabelFilter::Kind::kNumber:
      return Runner(
          std::make_unique<NumberRunner<double>>(filter, filter.number, &ParseGoFloat));
    case LabelFilter::Kind::kDuration:
      return Runner(std::make_unique<NumberRunner<int64_t>>(filter, filter.duration_ns,
                                                            &ParseGoDuration));
    case LabelFilter::Kind::kBytes:
      return Runner(std::make_unique<NumberRunner<uint64_t>>(filter, filter.bytes, &ParseSize));
    case LabelFilter::Kind::kIp: {
      const auto range = IpRange::Parse(filter.ip);
      return Runner(std::make_unique<IpRunner>(
          filter, range.ok() ? std::optional<IpRange>(*range) : std::nullopt));
    }
  }
  return base::Internal("unknown label filter");
}

}  // namespace sb::logql
