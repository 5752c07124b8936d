// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/text_parser.h"

#include <algorithm>

#include "wire/prometheus/byte_scan.h"
#include "wire/prometheus/float_text.h"
#include "wire/prometheus/name_rules.h"
#include "wire/prometheus/text_position.h"

namespace sb::wire {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

const char* FindTokenEnd(const char* p, const char* end) {
  while (p != end && !IsBlank(*p) && *p != '\n' && *p != '{') {
    ++p;
  }
  return p;
}

bool ParseType(std::string_view text, model::MetricType* type) {
  if (text == "counter") {
    *type = model::MetricType::kCounter;
  } else if (text == "gauge") {
    *type = model::MetricType::kGauge;
  } else if (text == "histogram") {
    *type = model::MetricType::kHistogram;
  } else if (text == "summary") {
    *type = model::MetricType::kSummary;
  } else if (text == "untyped") {
    *type = model::MetricType::kUnknown;
  } else {
    return false;
  }
  return true;
}

}  // namespace

TextParser::TextParser(std::string_view body)
    : begin_(body.data()), end_(begin_ + body.size()), position_(begin_), entry_(begin_) {}

EntryKind TextParser::Next() {
  if (!status_.ok()) {
    return EntryKind::kInvalid;
  }
  for (;;) {
    SkipBlanks();
    entry_ = position_;
    if (position_ == end_) {
      return EntryKind::kEnd;
    }
    if (*position_ == '\n') {
      ++position_;
      continue;
    }
    return *position_ == '#' ? ReadHash() : ReadSeries();
  }
}

EntryKind TextParser::ReadSeries() {
  const char* name_end = FindNameEnd(position_, end_);
  const char* p = name_end;
  while (p != end_ && IsBlank(*p)) {
    ++p;
  }
  if (p != end_ && *p == '{') {
    const char* const after = SkipBraces(p + 1, end_);
    if (after == nullptr) {
      // Reading what there is gives the reason.
      raw_series_ = std::string_view(position_, static_cast<size_t>(end_ - position_));
      std::vector<model::Label> labels;
      const base::Status status = ReadLabels(&labels);
      return status.ok() ? FailUnexpected("expected value after metric") : Fail({});
    }
    name_end = p = after;
  }
  if (name_end == position_) {
    return FailUnexpected("expected a valid start token");
  }
  raw_series_ = std::string_view(position_, static_cast<size_t>(name_end - position_));
  position_ = p;
  SkipBlanks();
  const char* const value_end = FindTokenEnd(position_, end_);
  const std::string_view value(position_, static_cast<size_t>(value_end - position_));
  if (value.empty()) {
    return FailUnexpected("expected value after metric");
  }
  if (!ParseFloatText(value, &value_)) {
    return Fail("expected value after metric, got " + QuoteForMessage(value) +
                " while parsing: " + QuoteForMessage(TextBetween(entry_, value_end)));
  }
  position_ = value_end;
  return ReadTime();
}

EntryKind TextParser::ReadTime() {
  SkipBlanks();
  has_time_ = false;
  if (position_ != end_ && *position_ != '\n') {
    const char* const time_end = FindTokenEnd(position_, end_);
    const std::string_view time(position_, static_cast<size_t>(time_end - position_));
    if (time.empty() || time[0] == '+' || !ParseInt64Text(time, &time_ms_)) {
      return FailUnexpected("expected timestamp or new record");
    }
    has_time_ = true;
    position_ = time_end;
    SkipBlanks();
  }
  if (position_ != end_) {
    if (*position_ != '\n') {
      return FailUnexpected("expected next entry after timestamp");
    }
    ++position_;
  }
  return EntryKind::kSeries;
}

EntryKind TextParser::ReadHash() {
  const char* const line_end = FindNewline(position_, end_);
  const char* p = position_ + 1;
  while (p != line_end && IsBlank(*p)) {
    ++p;
  }
  const std::string_view word(p, static_cast<size_t>(line_end - p));
  if (p != position_ + 1 && word.size() > 4 && IsBlank(word[4])) {
    const EntryKind kind = word.starts_with("HELP")   ? EntryKind::kHelp
                           : word.starts_with("TYPE") ? EntryKind::kType
                                                      : EntryKind::kComment;
    if (kind != EntryKind::kComment) {
      position_ = p + 4;
      SkipBlanks();
      return ReadMetadata(kind);
    }
  }
  text_ = TextBetween(position_, line_end);
  position_ = line_end == end_ ? end_ : line_end + 1;
  return EntryKind::kComment;
}

// A legacy name, or a quoted one.
bool TextParser::ReadMetadataName() {
  if (position_ != end_ && *position_ == '"') {
    const char* const quote = FindClosingQuote(position_ + 1, end_);
    if (quote == end_) {
      return false;
    }
    metric_name_ = TextBetween(position_ + 1, quote);
    if (metric_name_.find('\\') != std::string_view::npos) {
      name_copy_.clear();
      AppendUnescaped(metric_name_, true, &name_copy_);
      metric_name_ = name_copy_;
    }
    position_ = quote + 1;
    return true;
  }
  const char* const start = position_;
  while (position_ != end_ && !IsBlank(*position_) && *position_ != '\n') {
    ++position_;
  }
  metric_name_ = TextBetween(start, position_);
  if (!IsLegacyMetricName(metric_name_)) {
    position_ = start;
    return false;
  }
  return true;
}

EntryKind TextParser::ReadMetadata(EntryKind kind) {
  const bool is_type = kind == EntryKind::kType;
  if (!ReadMetadataName()) {
    return FailUnexpected(is_type ? "expected metric name after TYPE"
                                  : "expected metric name after HELP");
  }
  const char* const line_end = FindNewline(position_, end_);
  if (position_ != line_end && !IsBlank(*position_)) {
    return FailUnexpected(is_type ? "expected text in TYPE" : "expected text in HELP");
  }
  text_ = TextBetween(std::min(position_ + 1, line_end), line_end);
  if (is_type && !ParseType(text_, &type_)) {
    return Fail("invalid metric type " + QuoteForMessage(text_));
  }
  if (!is_type) {
    if (!IsValidUtf8(text_)) {
      return Fail("help text " + QuoteForMessage(text_) + " is not a valid utf8 string");
    }
    if (text_.find('\\') != std::string_view::npos) {
      text_copy_.clear();
      AppendUnescaped(text_, false, &text_copy_);
      text_ = text_copy_;
    }
  }
  position_ = line_end == end_ ? end_ : line_end + 1;
  return kind;
}

base::Status TextParser::ReadLabels(std::vector<model::Label>* labels) {
  base::Status status = series_text_.Read(raw_series_, type_, labels);
  if (!status.ok()) {
    status_ = AtLine(status);
    return status_;
  }
  return base::OkStatus();
}

void TextParser::SkipBlanks() {
  while (position_ != end_ && IsBlank(*position_)) {
    ++position_;
  }
}

EntryKind TextParser::Fail(std::string message) {
  if (status_.ok()) {
    status_ = AtLine(base::InvalidArgument(std::move(message)));
  }
  return EntryKind::kInvalid;
}

EntryKind TextParser::FailUnexpected(const char* expected) {
  return Fail(UnexpectedText(expected, entry_, position_, end_));
}

base::Status TextParser::AtLine(const base::Status& status) const {
  return status.WithPrefix(LinePrefix(begin_, entry_));
}

}  // namespace sb::wire
