// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/series_text.h"

#include "wire/prometheus/byte_scan.h"
#include "wire/prometheus/float_text.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

constexpr size_t kMessageBytesMax = 160;

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsNameByte(char c) {
  return IsNameStart(c) || (c >= '0' && c <= '9');
}

}  // namespace

void AppendUnescaped(std::string_view raw, bool quotes, std::string* out) {
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      out->push_back(raw[i]);
      continue;
    }
    const char next = raw[i + 1];
    if (next == 'n') {
      out->push_back('\n');
    } else if (next == '\\' || (quotes && next == '"')) {
      out->push_back(next);
    } else {
      out->push_back('\\');
      continue;
    }
    ++i;
  }
}

base::Status SeriesText::Read(std::string_view series, model::MetricType type,
                              std::vector<model::Label>* labels) {
  labels->clear();
  copies_used_ = 0;
  Cursor in{series};
  if (in.peek() != '{') {
    while (!in.done() && (IsNameByte(in.peek()) || in.peek() == ':')) {
      ++in.at;
    }
    if (in.at == 0 || (in.text[0] >= '0' && in.text[0] <= '9')) {
      in.at = 0;
      return Unexpected("expected a valid start token", in);
    }
    in.named = true;
    labels->push_back({model::kMetricName, series.substr(0, in.at)});
    SkipBlanks(&in);
    if (in.done()) {
      return base::OkStatus();
    }
    if (in.peek() != '{') {
      return Unexpected("expected value after metric", in);
    }
  }
  ++in.at;
  SB_RETURN_IF_ERROR(ReadBraces(&in, false, type, labels));
  if (!in.named) {
    return base::InvalidArgument("metric name not set while parsing: " +
                                 QuoteForMessage(series, kMessageBytesMax));
  }
  SortLabels(labels);
  return base::OkStatus();
}

base::Status SeriesText::ReadExemplarLabels(std::string_view braces,
                                            std::vector<model::Label>* labels) {
  labels->clear();
  copies_used_ = 0;
  Cursor in{braces};
  if (in.peek() != '{') {
    return Unexpected("expected exemplar labels", in);
  }
  ++in.at;
  SB_RETURN_IF_ERROR(ReadBraces(&in, true, model::MetricType::kUnknown, labels));
  SortLabels(labels);
  return base::OkStatus();
}

base::Status SeriesText::ReadBraces(Cursor* in, bool is_exemplar, model::MetricType type,
                                    std::vector<model::Label>* labels) {
  for (;;) {
    SkipBlanks(in);
    if (in->peek() == '}') {
      ++in->at;
      return in->done() ? base::OkStatus() : Unexpected("expected value after metric", *in);
    }
    Name name;
    SB_RETURN_IF_ERROR(ReadLabelName(in, &name));
    SkipBlanks(in);
    if (name.quoted && (in->peek() == ',' || in->peek() == '}')) {
      if (is_exemplar) {
        return Unexpected("expected label name", *in);
      }
      SB_RETURN_IF_ERROR(SetMetricName(in, name.text, labels));
    } else {
      if (in->peek() != '=') {
        return Unexpected("expected equal", *in);
      }
      ++in->at;
      SkipBlanks(in);
      model::Label label{name.text, {}};
      SB_RETURN_IF_ERROR(ReadValue(in, name.text, type, &label.value));
      labels->push_back(label);
      SkipBlanks(in);
    }
    if (in->peek() == ',') {
      ++in->at;
    } else if (in->peek() != '}' && dialect_ == TextDialect::kOpenMetrics) {
      return Unexpected("expected comma or brace close", *in);
    }
  }
}

base::Status SeriesText::SetMetricName(Cursor* in, std::string_view name,
                                       std::vector<model::Label>* labels) {
  if (in->named) {
    return base::InvalidArgument("metric name already set while parsing: " +
                                 QuoteForMessage(in->text.substr(0, in->at + 1), kMessageBytesMax));
  }
  in->named = true;
  labels->push_back({model::kMetricName, name});
  return base::OkStatus();
}

base::Status SeriesText::ReadLabelName(Cursor* in, Name* name) {
  if (in->peek() == '"') {
    name->quoted = true;
    std::string_view raw;
    SB_RETURN_IF_ERROR(ReadQuoted(in, "expected label name", &raw));
    name->text = Unescape(raw);
    return base::OkStatus();
  }
  const size_t start = in->at;
  if (!IsNameStart(in->peek())) {
    return Unexpected("expected label name", *in);
  }
  while (!in->done() && IsNameByte(in->peek())) {
    ++in->at;
  }
  name->text = in->text.substr(start, in->at - start);
  return base::OkStatus();
}

base::Status SeriesText::ReadValue(Cursor* in, std::string_view name, model::MetricType type,
                                   std::string_view* value) {
  const size_t start = in->at;
  std::string_view raw;
  SB_RETURN_IF_ERROR(ReadQuoted(in, "expected label value", &raw));
  if (!IsValidUtf8(raw)) {
    return base::InvalidArgument(
        "invalid UTF-8 label value: " +
        QuoteForMessage(in->text.substr(start, in->at - start), kMessageBytesMax));
  }
  *value = Normalize(type, name, Unescape(raw));
  return base::OkStatus();
}

base::Status SeriesText::ReadQuoted(Cursor* in, const char* expected, std::string_view* raw) {
  if (in->peek() != '"') {
    return Unexpected(expected, *in);
  }
  const char* const end = in->text.data() + in->text.size();
  const char* const first = in->text.data() + in->at + 1;
  const char* const quote = FindClosingQuote(first, end);
  *raw = std::string_view(first, static_cast<size_t>(quote - first));
  if (quote == end ||
      (dialect_ == TextDialect::kOpenMetrics && raw->find('\n') != std::string_view::npos)) {
    return Unexpected(expected, *in);
  }
  in->at = static_cast<size_t>(quote - in->text.data()) + 1;
  return base::OkStatus();
}

void SeriesText::SkipBlanks(Cursor* in) const {
  if (dialect_ == TextDialect::kOpenMetrics) {
    return;
  }
  while (in->peek() == ' ' || in->peek() == '\t') {
    ++in->at;
  }
}

std::string_view SeriesText::Unescape(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) {
    return raw;
  }
  if (copies_used_ == copies_.size()) {
    copies_.emplace_back();
  }
  std::string& copy = copies_[copies_used_++];
  copy.clear();
  AppendUnescaped(raw, true, &copy);
  return copy;
}

std::string_view SeriesText::Normalize(model::MetricType type, std::string_view name,
                                       std::string_view value) {
  const bool applies = (type == model::MetricType::kSummary && name == "quantile") ||
                       (type == model::MetricType::kHistogram && name == "le");
  double number = 0;
  if (!applies || !ParseFloatText(value, &number)) {
    return value;
  }
  if (copies_used_ == copies_.size()) {
    copies_.emplace_back();
  }
  std::string& copy = copies_[copies_used_++];
  copy.clear();
  AppendOpenMetricsFloat(&copy, number);
  return copy;
}

base::Status SeriesText::Unexpected(const char* expected, const Cursor& in) const {
  std::string message(expected);
  message.append(", got ").append(QuoteForMessage(in.text.substr(in.at, 1)));
  message.append(" while parsing: ");
  const size_t stop = in.at + 1;
  const size_t start = stop > kMessageBytesMax ? stop - kMessageBytesMax : 0;
  message.append(QuoteForMessage(in.text.substr(start, stop - start), kMessageBytesMax));
  return base::InvalidArgument(std::move(message));
}

}  // namespace sb::wire
