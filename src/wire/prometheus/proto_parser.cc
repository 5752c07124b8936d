// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/proto_parser.h"

#include <bit>
#include <cmath>

#include "model/histogram_math.h"
#include "wire/prometheus/float_text.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

// io.prometheus.client.MetricType
enum FamilyType : uint64_t {
  kCounterFamily = 0,
  kGaugeFamily = 1,
  kSummaryFamily = 2,
  kUntypedFamily = 3,
  kHistogramFamily = 4,
  kGaugeHistogramFamily = 5
};

constexpr char kSeparator = '\xff';  // in no UTF-8 text

bool ToMetricType(uint64_t family_type, model::MetricType* type) {
  switch (family_type) {
    case kCounterFamily:
      *type = model::MetricType::kCounter;
      return true;
    case kGaugeFamily:
      *type = model::MetricType::kGauge;
      return true;
    case kSummaryFamily:
      *type = model::MetricType::kSummary;
      return true;
    case kUntypedFamily:
      *type = model::MetricType::kUnknown;
      return true;
    case kHistogramFamily:
      *type = model::MetricType::kHistogram;
      return true;
    case kGaugeHistogramFamily:
      *type = model::MetricType::kGaugeHistogram;
      return true;
    default:
      return false;
  }
}

double CanonicalNan(double value) {
  return std::isnan(value) ? std::bit_cast<double>(model::kNormalNanBits) : value;
}

}  // namespace

ProtoParser::ProtoParser(std::string_view body, const ExpositionOptions& options)
    : options_(options), rest_(body) {}

EntryKind ProtoParser::Next() {
  if (!status_.ok()) {
    return EntryKind::kInvalid;
  }
  exemplars_.clear();
  next_exemplar_ = 0;
  switch (state_) {
    case State::kFamily:
      return NextFamily();
    case State::kHelp:
      if (!unit_.empty()) {
        state_ = State::kUnit;
        text_ = unit_;
        return EntryKind::kUnit;
      }
      [[fallthrough]];
    case State::kUnit:
      state_ = State::kType;
      return EntryKind::kType;
    case State::kType:
    case State::kMetric:
      return NextMetric();
    case State::kNative:
      if (options_.always_classic_histograms && !metric_.buckets.empty()) {
        state_ = State::kClassic;
        part_ = 0;
        return EmitClassic();
      }
      return NextMetric();
    case State::kClassic:
      return EmitClassic();
  }
  return Fail("unreachable parser state");
}

EntryKind ProtoParser::NextFamily() {
  do {
    if (rest_.empty()) {
      return EntryKind::kEnd;
    }
    ++family_index_;
    name_ = {};
    uint64_t size = 0;
    const char* const end = rest_.data() + rest_.size();
    const char* const start = encoding::ReadVarint(rest_.data(), end, &size);
    if (start == nullptr || size > static_cast<uint64_t>(end - start)) {
      return Fail("the message is cut off");
    }
    rest_ = std::string_view(start + size, static_cast<size_t>(end - start) - size);
    if (!ReadFamily(std::string_view(start, size)) || !CheckFamily()) {
      return EntryKind::kInvalid;
    }
  } while (metrics_.empty());
  state_ = State::kHelp;
  next_metric_ = 0;
  metric_name_ = name_;
  text_ = help_;
  return EntryKind::kHelp;
}

bool ProtoParser::ReadFamily(std::string_view bytes) {
  help_ = {};
  unit_ = {};
  family_type_ = kCounterFamily;
  metrics_.clear();
  encoding::ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        name_ = in.Bytes();
        break;
      case 2:
        help_ = in.Bytes();
        break;
      case 3:
        family_type_ = in.Varint();
        break;
      case 4:
        metrics_.push_back(in.Bytes());
        break;
      case 5:
        unit_ = in.Bytes();
        break;
      default:
        break;
    }
  }
  if (!in.ok()) {
    Fail(std::string(in.status().message()));
  }
  return in.ok();
}

bool ProtoParser::CheckFamily() {
  if (name_.empty() || !IsValidUtf8(name_)) {
    Fail("invalid metric name: " + QuoteForMessage(name_));
    return false;
  }
  if (!IsValidUtf8(help_)) {
    Fail("invalid help for metric " + QuoteForMessage(name_) + ": " + QuoteForMessage(help_));
    return false;
  }
  if (!ToMetricType(family_type_, &type_)) {
    Fail("unknown metric type for metric " + QuoteForMessage(name_) + ": " +
         std::to_string(family_type_));
    return false;
  }
  return unit_.empty() || CheckUnit();
}

bool ProtoParser::CheckUnit() {
  std::string_view base_name = name_;
  const bool total = family_type_ == kCounterFamily && name_.ends_with("_total");
  if (total) {
    base_name.remove_suffix(6);
  }
  const bool fits = base_name.size() > unit_.size() && base_name.ends_with(unit_) &&
                    base_name[base_name.size() - unit_.size() - 1] == '_';
  if (!fits) {
    Fail("unit " + QuoteForMessage(unit_) + " not a suffix of " + (total ? "counter " : "metric ") +
         QuoteForMessage(name_));
  }
  return fits;
}

bool ProtoParser::IsHistogram() const {
  return family_type_ == kHistogramFamily || family_type_ == kGaugeHistogramFamily;
}

EntryKind ProtoParser::NextMetric() {
  if (next_metric_ == metrics_.size()) {
    state_ = State::kFamily;
    return NextFamily();
  }
  const base::Status status = metric_.Read(metrics_[next_metric_++]);
  if (!status.ok()) {
    return Fail(std::string(status.message()));
  }
  return StartMetric();
}

EntryKind ProtoParser::StartMetric() {
  has_time_ = metric_.time_ms != 0;
  time_ms_ = metric_.time_ms;
  if (IsHistogram() && metric_.is_native && options_.native_histograms) {
    return EmitNative();
  }
  if (IsHistogram() || family_type_ == kSummaryFamily) {
    state_ = State::kClassic;
    part_ = 0;
    return EmitClassic();
  }
  state_ = State::kMetric;
  value_ = CanonicalNan(metric_.value);
  exemplars_ = metric_.exemplars;
  exemplars_need_time_ = false;
  return EmitSeries(EntryKind::kSeries, "", "", "");
}

EntryKind ProtoParser::EmitNative() {
  state_ = State::kNative;
  if (family_type_ == kGaugeHistogramFamily) {
    metric_.native.counter_reset_hint = model::CounterResetHint::kGauge;
  }
  // Compacted as in the reference; what contradicts itself is left as it is, for the store to
  // refuse.
  if (metric_.native.Validate().ok()) {
    model::Compact(&metric_.native);
  }
  histogram_ = std::make_shared<const model::Histogram>(metric_.native);
  // The storage orders exemplars by time, and the histogram's own time would be a guess.
  exemplars_need_time_ = true;
  exemplars_ = metric_.exemplars;
  if (exemplars_.empty()) {
    for (const ProtoMetric::Bucket& bucket : metric_.buckets) {
      if (!bucket.exemplar.empty()) {
        exemplars_.push_back(bucket.exemplar);
      }
    }
  }
  return EmitSeries(EntryKind::kHistogram, "", "", "");
}

EntryKind ProtoParser::EmitClassic() {
  const size_t part = part_++;
  exemplars_need_time_ = false;
  if (part == 0) {
    value_ = metric_.sample_count;
    return EmitSeries(EntryKind::kSeries, "_count", "", "");
  }
  if (part == 1) {
    value_ = CanonicalNan(metric_.sample_sum);
    return EmitSeries(EntryKind::kSeries, "_sum", "", "");
  }
  const size_t index = part - 2;
  extra_value_.clear();
  if (family_type_ == kSummaryFamily) {
    if (index >= metric_.quantiles.size()) {
      return NextMetric();
    }
    value_ = CanonicalNan(metric_.quantiles[index].value);
    AppendOpenMetricsFloat(&extra_value_, metric_.quantiles[index].quantile);
    return EmitSeries(EntryKind::kSeries, "", "quantile", extra_value_);
  }
  // The +Inf bucket may be left out by the target, and is the last one in any case.
  const auto& buckets = metric_.buckets;
  if (index > buckets.size() || (index > 0 && std::isinf(buckets[index - 1].upper_bound) &&
                                 buckets[index - 1].upper_bound > 0)) {
    return NextMetric();
  }
  if (index == buckets.size()) {
    value_ = metric_.sample_count;
    extra_value_ = "+Inf";
  } else {
    value_ = buckets[index].cumulative_count;
    AppendOpenMetricsFloat(&extra_value_, buckets[index].upper_bound);
    if (!buckets[index].exemplar.empty()) {
      exemplars_.push_back(buckets[index].exemplar);
    }
  }
  return EmitSeries(EntryKind::kSeries, "_bucket", "le", extra_value_);
}

EntryKind ProtoParser::EmitSeries(EntryKind kind, std::string_view suffix,
                                  std::string_view extra_name, std::string_view extra_value) {
  full_name_.assign(name_).append(suffix);
  extra_name_ = extra_name;
  raw_copy_ = full_name_;
  const auto add = [this](std::string_view name, std::string_view value) {
    raw_copy_.push_back(kSeparator);
    raw_copy_.append(name);
    raw_copy_.push_back(kSeparator);
    raw_copy_.append(value);
  };
  for (const model::Label& label : metric_.labels) {
    add(label.name, label.value);
  }
  if (!extra_name.empty()) {
    add(extra_name, extra_value);
  }
  raw_series_ = raw_copy_;
  return kind;
}

base::Status ProtoParser::ReadLabels(std::vector<model::Label>* labels) {
  labels->clear();
  labels->push_back({model::kMetricName, full_name_});
  for (const model::Label& label : metric_.labels) {
    if (!IsValidUtf8(label.name) || !IsValidUtf8(label.value)) {
      Fail("invalid UTF-8 in label " + QuoteForMessage(label.name) + "=" +
           QuoteForMessage(label.value));
      return status_;
    }
    labels->push_back(label);
  }
  if (!extra_name_.empty()) {
    labels->push_back({extra_name_, extra_value_});
  }
  SortLabels(labels);
  return base::OkStatus();
}

bool ProtoParser::NextExemplar(model::Exemplar* exemplar) {
  std::vector<model::Label> labels;
  while (next_exemplar_ < exemplars_.size()) {
    // A broken exemplar is not worth a scrape.
    const std::string_view bytes = exemplars_[next_exemplar_++];
    if (ReadProtoExemplar(bytes, &labels, exemplar).ok() &&
        (exemplar->has_time || !exemplars_need_time_)) {
      return true;
    }
  }
  return false;
}

EntryKind ProtoParser::Fail(std::string message) {
  if (status_.ok()) {
    std::string prefix = "metric family " + std::to_string(family_index_);
    if (!name_.empty()) {
      prefix.append(" (").append(QuoteForMessage(name_)).append(")");
    }
    status_ = base::InvalidArgument(prefix + ": " + std::move(message));
  }
  return EntryKind::kInvalid;
}

}  // namespace sb::wire
