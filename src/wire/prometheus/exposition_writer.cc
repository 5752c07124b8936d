// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/exposition_writer.h"

#include "wire/prometheus/float_text.h"

namespace sb::wire {
namespace {

constexpr std::string_view kTotalSuffix = "_total";

void AppendEscaped(std::string_view text, bool quotes, std::string* out) {
  for (const char c : text) {
    if (c == '\\') {
      out->append("\\\\");
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c == '"' && quotes) {
      out->append("\\\"");
    } else {
      out->push_back(c);
    }
  }
}

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  AppendEscaped(text, true, out);
  out->push_back('"');
}

// The types that the text format does not know are shown as what their samples look like there.
std::string_view TypeName(model::MetricType type, bool open_metrics) {
  switch (type) {
    case model::MetricType::kCounter:
      return "counter";
    case model::MetricType::kGauge:
      return "gauge";
    case model::MetricType::kHistogram:
      return "histogram";
    case model::MetricType::kSummary:
      return "summary";
    case model::MetricType::kGaugeHistogram:
      return open_metrics ? "gaugehistogram" : "histogram";
    case model::MetricType::kInfo:
      return open_metrics ? "info" : "gauge";
    case model::MetricType::kStateset:
      return open_metrics ? "stateset" : "gauge";
    case model::MetricType::kUnknown:
      break;
  }
  return open_metrics ? "unknown" : "untyped";
}

}  // namespace

ExpositionWriter::ExpositionWriter(ExpositionTarget target, std::string* out)
    : target_(target), out_(out) {}

bool ExpositionWriter::IsOpenMetrics() const {
  return FormatOf(target_.protocol) == ExpositionFormat::kOpenMetrics;
}

void ExpositionWriter::BeginFamily(std::string_view name, model::MetricType type,
                                   std::string_view help, std::string_view unit) {
  family_ = EscapeName(name, target_.escaping);
  drops_total_ = false;
  if (IsOpenMetrics() && type == model::MetricType::kCounter) {
    drops_total_ = family_.ends_with(kTotalSuffix) && family_.size() > kTotalSuffix.size();
    if (drops_total_) {
      family_.resize(family_.size() - kTotalSuffix.size());
    } else {
      type = model::MetricType::kUnknown;  // a counter without _total is no OpenMetrics counter
    }
  }
  if (!help.empty()) {
    AppendMetadataLine("# HELP ", "");
    AppendEscaped(help, IsOpenMetrics(), out_);
    out_->push_back('\n');
  }
  AppendMetadataLine("# TYPE ", TypeName(type, IsOpenMetrics()));
  out_->push_back('\n');
  if (!unit.empty() && IsOpenMetrics() && family_.size() > unit.size() && family_.ends_with(unit) &&
      family_[family_.size() - unit.size() - 1] == '_') {
    AppendMetadataLine("# UNIT ", unit);
    out_->push_back('\n');
  }
}

void ExpositionWriter::AppendMetadataLine(std::string_view keyword, std::string_view text) {
  out_->append(keyword);
  if (IsLegacyMetricName(family_)) {
    out_->append(family_);
  } else {
    AppendQuoted(family_, out_);
  }
  out_->push_back(' ');
  out_->append(text);
}

void ExpositionWriter::Add(const ExpositionSample& sample) {
  const std::string_view suffix =
      drops_total_ && sample.suffix.empty() ? kTotalSuffix : sample.suffix;
  AppendSeries(suffix, sample.labels, sample.extra_name, sample.extra_value);
  AppendNumber(sample.value);
  if (sample.has_time) {
    out_->push_back(' ');
    if (IsOpenMetrics()) {
      AppendSeconds(sample.time_ms);
    } else {
      out_->append(std::to_string(sample.time_ms));
    }
  }
  if (sample.exemplar != nullptr && IsOpenMetrics()) {
    AppendExemplar(*sample.exemplar);
  }
  out_->push_back('\n');
}

void ExpositionWriter::AddHistogram(ExpositionSample common,
                                    std::span<const ClassicBucket> buckets, double sum,
                                    double count) {
  common.suffix = "_bucket";
  common.extra_name = "le";
  for (const ClassicBucket& bucket : buckets) {
    common.extra_value = bucket.upper_bound;
    common.value = bucket.cumulative_count;
    Add(common);
  }
  common.extra_name = {};
  common.suffix = "_sum";
  common.value = sum;
  Add(common);
  common.suffix = "_count";
  common.value = count;
  Add(common);
}

void ExpositionWriter::AddCreated(std::span<const model::Label> labels, int64_t created_ms) {
  if (!IsOpenMetrics()) {
    return;
  }
  AppendSeries("_created", labels, "", 0);
  AppendSeconds(created_ms);
  out_->push_back('\n');
}

// `name{a="b"} `, or `{"utf-8.name",a="b"} `.
void ExpositionWriter::AppendSeries(std::string_view suffix, std::span<const model::Label> labels,
                                    std::string_view extra_name, double extra_value) {
  char separator = '{';
  if (IsLegacyMetricName(family_)) {
    out_->append(family_).append(suffix);
  } else {
    out_->push_back('{');
    AppendQuoted(family_ + std::string(suffix), out_);
    separator = ',';
  }
  for (const model::Label& label : labels) {
    if (label.name != model::kMetricName) {
      AppendLabel(label.name, label.value, &separator);
    }
  }
  if (!extra_name.empty()) {
    std::string number;
    if (IsOpenMetrics()) {
      AppendOpenMetricsFloat(&number, extra_value);
    } else {
      AppendFloatText(&number, extra_value);
    }
    AppendLabel(extra_name, number, &separator);
  }
  out_->append(separator == ',' ? "} " : " ");
}

void ExpositionWriter::AppendLabel(std::string_view name, std::string_view value, char* separator) {
  out_->push_back(*separator);
  *separator = ',';
  const std::string escaped = EscapeName(name, target_.escaping);
  if (IsLegacyLabelName(escaped)) {
    out_->append(escaped);
  } else {
    AppendQuoted(escaped, out_);
  }
  out_->push_back('=');
  AppendQuoted(value, out_);
}

void ExpositionWriter::AppendExemplar(const model::Exemplar& exemplar) {
  out_->append(" # ");
  char separator = '{';
  for (const model::Label& label : exemplar.labels) {
    AppendLabel(label.name, label.value, &separator);
  }
  out_->append(separator == ',' ? "} " : "{} ");
  AppendNumber(exemplar.value);
  if (exemplar.has_time) {
    out_->push_back(' ');
    AppendSeconds(exemplar.time_ms);
  }
}

void ExpositionWriter::AppendNumber(double value) {
  if (IsOpenMetrics()) {
    AppendOpenMetricsFloat(out_, value);
  } else {
    AppendFloatText(out_, value);
  }
}

// Milliseconds as seconds, exactly: `1520879607.789`.
void ExpositionWriter::AppendSeconds(int64_t time_ms) {
  const bool negative = time_ms < 0;
  const uint64_t magnitude =
      negative ? 0 - static_cast<uint64_t>(time_ms) : static_cast<uint64_t>(time_ms);
  if (negative) {
    out_->push_back('-');
  }
  out_->append(std::to_string(magnitude / 1000));
  const auto fraction = static_cast<unsigned>(magnitude % 1000);
  if (fraction != 0) {
    const std::string digits = std::to_string(fraction + 1000);
    out_->push_back('.');
    out_->append(digits, 1, digits.find_last_not_of('0'));
  }
}

void ExpositionWriter::Finish() {
  if (IsOpenMetrics()) {
    out_->append("# EOF\n");
  }
}

}  // namespace sb::wire
