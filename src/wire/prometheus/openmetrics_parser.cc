// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/openmetrics_parser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "wire/prometheus/byte_scan.h"
#include "wire/prometheus/float_text.h"
#include "wire/prometheus/name_rules.h"
#include "wire/prometheus/text_position.h"

namespace sb::wire {
namespace {

constexpr std::string_view kCreatedSuffix = "_created";

struct TypeRow {
  std::string_view name;
  model::MetricType type;
};
constexpr std::array<TypeRow, 8> kTypes = {{
    {"counter", model::MetricType::kCounter},
    {"gauge", model::MetricType::kGauge},
    {"histogram", model::MetricType::kHistogram},
    {"gaugehistogram", model::MetricType::kGaugeHistogram},
    {"summary", model::MetricType::kSummary},
    {"info", model::MetricType::kInfo},
    {"stateset", model::MetricType::kStateset},
    {"unknown", model::MetricType::kUnknown},
}};

bool ParseType(std::string_view text, model::MetricType* type) {
  for (const TypeRow& row : kTypes) {
    if (row.name == text) {
      *type = row.type;
      return true;
    }
  }
  return false;
}

bool HasStartTime(model::MetricType type) {
  return type == model::MetricType::kCounter || type == model::MetricType::kHistogram ||
         type == model::MetricType::kSummary;
}

// Seconds as a number to milliseconds; false if that is no time.
bool SecondsToMs(double seconds, int64_t* time_ms) {
  const double ms = seconds * 1000;
  if (!(ms >= -9.2e18 && ms <= 9.2e18)) {
    return false;
  }
  *time_ms = static_cast<int64_t>(ms);
  return true;
}

// The identity that a series shares with its `_created` line.
uint64_t CreatedKey(std::span<const model::Label> labels, model::MetricType type) {
  uint64_t key = 0x9e3779b97f4a7c15ULL;
  const auto mix = [&key](std::string_view text) {
    key = (key ^ std::hash<std::string_view>{}(text)) * 0xff51afd7ed558ccdULL;
    key ^= key >> 32;
  };
  for (const model::Label& label : labels) {
    const bool own = label.name == model::kMetricName ||
                     (type == model::MetricType::kHistogram && label.name == "le") ||
                     (type == model::MetricType::kSummary && label.name == "quantile");
    if (!own) {
      mix(label.name);
      mix(label.value);
    }
  }
  return key;
}

std::string_view NameOf(std::span<const model::Label> labels) {
  for (const model::Label& label : labels) {
    if (label.name == model::kMetricName) {
      return label.value;
    }
  }
  return "";
}

const char* FindTokenEnd(const char* p, const char* end) {
  return FindEither(p, end, ' ', '\n');
}

}  // namespace

OpenMetricsParser::OpenMetricsParser(std::string_view body, const ExpositionOptions& options)
    : options_(options),
      begin_(body.data()),
      end_(begin_ + body.size()),
      position_(begin_),
      entry_(begin_),
      has_created_lines_(body.find(kCreatedSuffix) != std::string_view::npos) {}

EntryKind OpenMetricsParser::Next() {
  if (!status_.ok()) {
    return EntryKind::kInvalid;
  }
  for (;;) {
    entry_ = position_;
    exemplar_labels_ = {};
    if (position_ == end_) {
      return Fail("data does not end with # EOF");
    }
    if (*position_ == '#') {
      return ReadHash();
    }
    if (block_ == nullptr) {
      block_ = entry_;
    }
    const EntryKind kind = ReadSeries();
    if (kind != EntryKind::kSeries || !has_created_lines_ || !options_.skip_created_series ||
        !IsCreatedSeries()) {
      return kind;
    }
  }
}

EntryKind OpenMetricsParser::ReadSeries() {
  const char* series_end = FindNameEnd(position_, end_);
  if (series_end != end_ && *series_end == '{') {
    series_end = SkipBraces(series_end + 1, end_);
    if (series_end == nullptr) {
      raw_series_ = TextBetween(entry_, end_);
      std::vector<model::Label> labels;
      const base::Status status = ReadLabels(&labels);
      return status.ok() ? Fail("data does not end with # EOF") : EntryKind::kInvalid;
    }
  }
  if (series_end == position_) {
    return FailUnexpected("expected a valid start token");
  }
  raw_series_ = TextBetween(position_, series_end);
  position_ = series_end;
  if (!ReadFloatToken(&value_)) {
    return status_.ok() ? FailUnexpected("expected value after metric") : EntryKind::kInvalid;
  }
  return ReadAfterValue();
}

// A blank and a number. False with status_ set if there is something else than a number.
bool OpenMetricsParser::ReadFloatToken(double* value) {
  if (position_ == end_ || *position_ != ' ') {
    return false;
  }
  const char* const start = position_ + 1;
  const char* const token_end = FindTokenEnd(start, end_);
  if (token_end == start) {
    ++position_;
    return false;
  }
  const std::string_view token = TextBetween(start, token_end);
  if (!ParseFloatText(token, value)) {
    Fail("expected a number, got " + QuoteForMessage(token) +
         " while parsing: " + QuoteForMessage(TextBetween(entry_, token_end)));
    return false;
  }
  position_ = token_end;
  return true;
}

bool OpenMetricsParser::ReadTimeToken(int64_t* time_ms) {
  const char* const start = position_ + 1;
  double seconds = 0;
  if (!ReadFloatToken(&seconds)) {
    FailUnexpected("expected timestamp");
    return false;
  }
  if (!SecondsToMs(seconds, time_ms)) {
    Fail("invalid timestamp " + QuoteForMessage(TextBetween(start, position_)));
    return false;
  }
  return true;
}

EntryKind OpenMetricsParser::ReadAfterValue() {
  has_time_ = false;
  if (position_ != end_ && *position_ == ' ' && end_ - position_ > 1 && position_[1] != '#') {
    if (!ReadTimeToken(&time_ms_)) {
      return EntryKind::kInvalid;
    }
    has_time_ = true;
  }
  if (position_ == end_) {
    return Fail("data does not end with # EOF");
  }
  if (*position_ == '\n') {
    ++position_;
    return EntryKind::kSeries;
  }
  if (TextBetween(position_, end_).starts_with(" # {")) {
    position_ += 3;
    return ReadExemplar();
  }
  return FailUnexpected(has_time_ ? "expected next entry after timestamp"
                                  : "expected timestamp or new record");
}

EntryKind OpenMetricsParser::ReadExemplar() {
  const char* const labels_end = SkipBraces(position_ + 1, end_);
  if (labels_end == nullptr) {
    return FailUnexpected("expected exemplar labels");
  }
  const std::string_view labels = TextBetween(position_, labels_end);
  const base::Status status = side_text_.ReadExemplarLabels(labels, &scratch_);
  if (!status.ok()) {
    return Fail(std::string(status.message()));
  }
  position_ = labels_end;
  if (!ReadFloatToken(&exemplar_value_)) {
    return FailUnexpected("expected value after exemplar labels");
  }
  exemplar_has_time_ = false;
  if (position_ != end_ && *position_ == ' ') {
    if (!ReadTimeToken(&exemplar_time_ms_)) {
      return EntryKind::kInvalid;
    }
    exemplar_has_time_ = true;
  }
  if (position_ == end_) {
    return Fail("data does not end with # EOF");
  }
  if (*position_ != '\n') {
    return FailUnexpected("expected next entry after exemplar timestamp");
  }
  ++position_;
  exemplar_labels_ = labels;
  return EntryKind::kSeries;
}

EntryKind OpenMetricsParser::ReadHash() {
  const std::string_view rest = TextBetween(position_, end_);
  block_ = nullptr;
  if (rest.starts_with("# EOF")) {
    return ReadEndOfFile();
  }
  if (rest.starts_with("# HELP ")) {
    return ReadMetadata(EntryKind::kHelp, position_ + 7);
  }
  if (rest.starts_with("# TYPE ")) {
    return ReadMetadata(EntryKind::kType, position_ + 7);
  }
  if (rest.starts_with("# UNIT ")) {
    return ReadMetadata(EntryKind::kUnit, position_ + 7);
  }
  position_ = std::min(position_ + 2, end_);
  return FailUnexpected("expected a valid start token");
}

EntryKind OpenMetricsParser::ReadEndOfFile() {
  const char* after = position_ + 5;
  if (after != end_ && *after == '\n') {
    ++after;
  }
  if (after != end_) {
    return Fail("unexpected data after # EOF");
  }
  return EntryKind::kEnd;  // the position stays, so that Next() says kEnd again
}

EntryKind OpenMetricsParser::ReadMetadata(EntryKind kind, const char* name_start) {
  position_ = name_start;
  if (position_ != end_ && *position_ == '"') {
    const char* const quote = FindClosingQuote(position_ + 1, end_);
    metric_name_ = TextBetween(position_ + 1, quote);
    if (quote == end_ || metric_name_.find('\n') != std::string_view::npos) {
      return FailUnexpected("expected metric name after metadata keyword");
    }
    position_ = quote + 1;
  } else {
    const char* const name_end = FindTokenEnd(position_, end_);
    metric_name_ = TextBetween(position_, name_end);
    if (!IsLegacyMetricName(metric_name_)) {
      return FailUnexpected("expected metric name after metadata keyword");
    }
    position_ = name_end;
  }
  name_copy_.clear();
  AppendUnescaped(metric_name_, true, &name_copy_);
  family_ = name_copy_;
  metric_name_ = family_;
  const char* const line_end = FindNewline(position_, end_);
  if (line_end == end_) {
    return Fail("data does not end with # EOF");
  }
  if (*position_ != ' ') {
    return FailUnexpected("expected text in metadata");
  }
  text_ = TextBetween(position_ + 1, line_end);
  position_ = line_end + 1;
  return CheckMetadataText(kind);
}

EntryKind OpenMetricsParser::CheckMetadataText(EntryKind kind) {
  if (kind == EntryKind::kType && !ParseType(text_, &type_)) {
    return Fail("invalid metric type " + QuoteForMessage(text_));
  }
  if (kind == EntryKind::kHelp) {
    if (!IsValidUtf8(text_)) {
      return Fail("help text " + QuoteForMessage(text_) + " is not a valid utf8 string");
    }
    if (text_.find('\\') != std::string_view::npos) {
      text_copy_.clear();
      AppendUnescaped(text_, true, &text_copy_);
      text_ = text_copy_;
    }
  }
  if (kind == EntryKind::kUnit && !text_.empty()) {
    const bool fits = metric_name_.size() > text_.size() && metric_name_.ends_with(text_) &&
                      metric_name_[metric_name_.size() - text_.size() - 1] == '_';
    if (!fits) {
      return Fail("unit " + QuoteForMessage(text_) + " not a suffix of metric " +
                  QuoteForMessage(metric_name_));
    }
  }
  return kind;
}

base::Status OpenMetricsParser::ReadLabels(std::vector<model::Label>* labels) {
  const base::Status status = series_text_.Read(raw_series_, type_, labels);
  if (!status.ok()) {
    Fail(std::string(status.message()));
    return status_;
  }
  return base::OkStatus();
}

bool OpenMetricsParser::NextExemplar(model::Exemplar* exemplar) {
  if (exemplar_labels_.empty()) {
    return false;
  }
  // It was read once without error, by ReadExemplar.
  if (!side_text_.ReadExemplarLabels(exemplar_labels_, &scratch_).ok()) {
    return false;
  }
  exemplar_labels_ = {};
  exemplar->labels = model::LabelSet::FromLabels(scratch_);
  exemplar->value = exemplar_value_;
  exemplar->has_time = exemplar_has_time_;
  exemplar->time_ms = exemplar_has_time_ ? exemplar_time_ms_ : 0;
  return true;
}

bool OpenMetricsParser::IsCreatedSeries() {
  if (!HasStartTime(type_)) {
    return false;
  }
  std::string_view name = raw_series_.substr(0, raw_series_.find('{'));
  if (name.empty()) {
    if (!side_text_.Read(raw_series_, type_, &scratch_).ok()) {
      return false;  // ReadLabels will say so
    }
    name = NameOf(scratch_);
  }
  return name.size() == family_.size() + kCreatedSuffix.size() && name.starts_with(family_) &&
         name.ends_with(kCreatedSuffix);
}

int64_t OpenMetricsParser::StartTimeMs() {
  if (!has_created_lines_ || !HasStartTime(type_) || block_ == nullptr || IsCreatedSeries()) {
    return 0;
  }
  if (collected_ != block_) {
    CollectCreatedLines();
  }
  if (created_.empty() || !side_text_.Read(raw_series_, type_, &scratch_).ok()) {
    return 0;
  }
  std::string_view suffix = NameOf(scratch_);
  if (!suffix.starts_with(family_)) {
    return 0;
  }
  suffix.remove_prefix(family_.size());
  if (!suffix.empty() && suffix != "_total" && suffix != "_count" && suffix != "_sum" &&
      suffix != "_bucket") {
    return 0;
  }
  const uint64_t key = CreatedKey(scratch_, type_);
  const auto at =
      std::lower_bound(created_.begin(), created_.end(), key,
                       [](const CreatedLine& line, uint64_t wanted) { return line.key < wanted; });
  return at != created_.end() && at->key == key ? at->time_ms : 0;
}

// Reads the `_created` lines from the start of the block to the next metadata line.
void OpenMetricsParser::CollectCreatedLines() {
  collected_ = block_;
  created_.clear();
  for (const char* line = block_; line != end_ && *line != '#';) {
    const char* const line_end = FindNewline(line, end_);
    const std::string_view text = TextBetween(line, line_end);
    if (text.find(kCreatedSuffix) != std::string_view::npos) {
      ReadCreatedLine(text);
    }
    line = line_end == end_ ? end_ : line_end + 1;
  }
  std::sort(created_.begin(), created_.end());
}

bool OpenMetricsParser::ReadCreatedLine(std::string_view line) {
  const char* const end = line.data() + line.size();
  const char* series_end = FindNameEnd(line.data(), end);
  if (series_end != end && *series_end == '{') {
    series_end = SkipBraces(series_end + 1, end);
  }
  if (series_end == nullptr || series_end == end) {
    return false;
  }
  const char* const token_end = FindTokenEnd(series_end + 1, end);
  double seconds = 0;
  CreatedLine created{};
  if (!side_text_.Read(TextBetween(line.data(), series_end), type_, &scratch_).ok() ||
      NameOf(scratch_) != family_ + std::string(kCreatedSuffix) ||
      !ParseFloatText(TextBetween(series_end + 1, token_end), &seconds) ||
      !SecondsToMs(seconds, &created.time_ms)) {
    return false;
  }
  created.key = CreatedKey(scratch_, type_);
  created_.push_back(created);
  return true;
}

EntryKind OpenMetricsParser::Fail(std::string message) {
  if (status_.ok()) {
    status_ = base::InvalidArgument(LinePrefix(begin_, entry_) + ": " + std::move(message));
  }
  return EntryKind::kInvalid;
}

EntryKind OpenMetricsParser::FailUnexpected(const char* expected) {
  return Fail(UnexpectedText(expected, entry_, position_, end_));
}

}  // namespace sb::wire
