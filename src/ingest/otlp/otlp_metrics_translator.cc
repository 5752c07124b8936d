// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_metrics_translator.h"

#include <algorithm>
#include <limits>

#include "encoding/hex.h"
#include "ingest/otlp/histogram_conversion.h"

namespace sb::ingest {
namespace {

using wire::OtlpMetricKind;
using wire::OtlpTemporality;

constexpr uint64_t kNsPerMs = 1'000'000;
// target_info is repeated so that it is found at every moment between the points of a request: at
// half the default look-back, and not further back than an hour.
constexpr int64_t kTargetInfoStepMs = 150'000;
constexpr int64_t kTargetInfoSpanMs = 3'600'000;
// OpenMetrics: what the labels of an exemplar may have together.
constexpr size_t kExemplarCharactersMax = 128;

int64_t MillisOf(uint64_t ns) {
  return static_cast<int64_t>(ns / kNsPerMs);
}

model::MetricType TypeOf(const wire::OtlpMetric& metric) {
  switch (metric.kind) {
    case OtlpMetricKind::kGauge:
      return model::MetricType::kGauge;
    case OtlpMetricKind::kSum:
      return metric.is_monotonic ? model::MetricType::kCounter : model::MetricType::kGauge;
    case OtlpMetricKind::kHistogram:
    case OtlpMetricKind::kExponentialHistogram:
      return model::MetricType::kHistogram;
    case OtlpMetricKind::kSummary:
      return model::MetricType::kSummary;
    case OtlpMetricKind::kNone:
      break;
  }
  return model::MetricType::kUnknown;
}

NamedKind NamedKindOf(const wire::OtlpMetric& metric) {
  if (metric.kind == OtlpMetricKind::kGauge) {
    return NamedKind::kGauge;
  }
  return metric.kind == OtlpMetricKind::kSum && metric.is_monotonic ? NamedKind::kMonotonicSum
                                                                    : NamedKind::kOther;
}

bool HasTemporality(OtlpMetricKind kind) {
  return kind == OtlpMetricKind::kSum || kind == OtlpMetricKind::kHistogram ||
         kind == OtlpMetricKind::kExponentialHistogram;
}

void AppendKeyed(std::string_view text, std::string* out) {
  const size_t size = text.size();
  out->append(reinterpret_cast<const char*>(&size), sizeof(size)).append(text);
}

// Everything that the labels and the metadata of a metric's series are made of, besides the
// attributes of a point.
encoding::Hash128 KeyOf(const OtlpMetricContext& metric, uint64_t seed) {
  std::string bytes;
  AppendKeyed(metric.name, &bytes);
  AppendKeyed(metric.metadata.help, &bytes);
  AppendKeyed(metric.metadata.unit, &bytes);
  bytes.push_back(static_cast<char>(metric.metadata.type));
  static const std::vector<NamedValue> kNone;
  for (const auto* list :
       {metric.shared != nullptr ? &metric.shared->if_absent : &kNone,
        metric.shared != nullptr ? &metric.shared->over : &kNone, &metric.fixed_labels}) {
    AppendKeyed(std::to_string(list->size()), &bytes);
    for (const NamedValue& label : *list) {
      AppendKeyed(label.first, &bytes);
      AppendKeyed(label.second, &bytes);
    }
  }
  return encoding::Hash128Of(bytes, seed);
}

size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsAllZero(std::string_view id) {
  return id.find_first_not_of('\0') == std::string_view::npos;
}

base::Status ReadExemplar(std::string_view bytes, model::Exemplar* exemplar) {
  wire::OtlpExemplar read;
  SB_RETURN_IF_ERROR(wire::ReadOtlpExemplar(bytes, &read));
  std::vector<NamedValue> labels;
  for (const auto& [name, id] : {std::pair("trace_id", read.trace_id), {"span_id", read.span_id}}) {
    if (!IsAllZero(id)) {
      labels.emplace_back(name, encoding::HexOf(id));
    }
  }
  const size_t ids = labels.size();
  for (const std::string_view attribute : read.attributes) {
    wire::KeyValue pair;
    SB_RETURN_IF_ERROR(wire::ReadKeyValue(attribute, &pair));
    labels.emplace_back(pair.key, "");
    SB_RETURN_IF_ERROR(wire::AppendAnyValueText(pair.value, &labels.back().second));
  }
  size_t characters = 0;
  for (const NamedValue& label : labels) {
    characters += CharactersOf(label.first) + CharactersOf(label.second);
  }
  if (characters > kExemplarCharactersMax) {
    labels.resize(ids);
  }
  std::vector<model::Label> views;
  for (const NamedValue& label : labels) {
    views.push_back({label.first, label.second});
  }
  exemplar->labels = model::LabelSet::FromLabels(std::move(views));
  exemplar->value = read.value;
  exemplar->time_ms = MillisOf(read.time_ns);
  exemplar->has_time = read.time_ns != 0;
  return base::OkStatus();
}

LossReason ReasonOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kOutOfRange:
      return LossReason::kOtlpHistogramScale;
    case base::StatusCode::kFailedPrecondition:
      return LossReason::kDeltaOutOfOrder;
    case base::StatusCode::kResourceExhausted:
      return LossReason::kDeltaSeriesLimit;
    default:
      return LossReason::kOtlpInvalidPoint;
  }
}

std::string ServiceOf(const wire::OtlpResource& resource) {
  for (const wire::KeyValue& attribute : resource.attributes) {
    if (attribute.key == "service.name") {
      return std::string(attribute.value.bytes);
    }
  }
  return "";
}

}  // namespace

DeltaAccumulator::Session& OtlpMetricsTranslator::deltas() {
  if (!session_.has_value()) {
    session_.emplace(delta_, now_);
  }
  return *session_;
}

void OtlpMetricsTranslator::KeepDeltas() {
  if (session_.has_value()) {
    session_->Keep();
  }
}

base::Status OtlpMetricsTranslator::Translate(std::string_view request) {
  wire::EnvelopeReader in(request);
  while (in.NextResource()) {
    earliest_ms_ = std::numeric_limits<int64_t>::max();
    latest_ms_ = std::numeric_limits<int64_t>::min();
    const wire::OtlpResource resource = in.resource();
    const uint64_t points_before = batch_.points();
    while (in.NextScope()) {
      SB_ASSIGN_OR_RETURN(OtlpLabels labels, ScopeLabels(rules_, resource, in.scope()));
      const auto shared = std::make_shared<const OtlpLabels>(std::move(labels));
      std::string_view item;
      while (in.NextItem(&item)) {
        wire::OtlpMetric metric;
        SB_RETURN_IF_ERROR(wire::ReadMetric(item, &metric));
        SB_RETURN_IF_ERROR(TranslateMetric(metric, shared));
      }
    }
    SB_RETURN_IF_ERROR(in.status());
    points_by_service_.emplace_back(ServiceOf(resource), batch_.points() - points_before);
    SB_RETURN_IF_ERROR(AddTargetInfo(resource));
  }
  SB_RETURN_IF_ERROR(in.status());
  batch_.Flush();
  return base::OkStatus();
}

base::Status OtlpMetricsTranslator::TranslateMetric(
    const wire::OtlpMetric& metric, const std::shared_ptr<const OtlpLabels>& shared) {
  auto context = std::make_shared<OtlpMetricContext>();
  context->shared = shared;
  context->name = BuildMetricName({metric.name, metric.unit, NamedKindOf(metric)}, rules_.naming);
  context->metadata = {TypeOf(metric), BuildUnitName(metric.unit, rules_.naming),
                       std::string(metric.description)};
  context->key = KeyOf(*context, seed_);
  knows_metric_ = true;
  if (context->name.empty()) {
    knows_metric_ = false;
    metric_loss_ = LossReason::kOtlpInvalidPoint;
    metric_message_ = "no name is left of the metric: \"" + std::string(metric.name) + "\"";
  } else if (HasTemporality(metric.kind) && metric.temporality == OtlpTemporality::kUnspecified) {
    knows_metric_ = false;
    metric_loss_ = LossReason::kOtlpTemporality;
    metric_message_ = "neither cumulative nor delta temporality: " + std::string(metric.name);
  }
  batch_.BeginMetric(std::move(context));
  if (metric.kind == OtlpMetricKind::kNone) {
    return base::OkStatus();
  }
  wire::OtlpPointReader points(metric);
  std::string_view bytes;
  while (points.Next(&bytes)) {
    SB_RETURN_IF_ERROR(TranslatePoint(metric, bytes));
  }
  return points.status();
}

base::Status OtlpMetricsTranslator::TranslatePoint(const wire::OtlpMetric& metric,
                                                   std::string_view bytes) {
  switch (metric.kind) {
    case OtlpMetricKind::kGauge:
    case OtlpMetricKind::kSum:
      return TranslateNumber(metric, bytes);
    case OtlpMetricKind::kHistogram:
      return TranslateHistogram(metric, bytes);
    case OtlpMetricKind::kExponentialHistogram:
      return TranslateExponential(metric, bytes);
    case OtlpMetricKind::kSummary:
      return TranslateSummary(bytes);
    case OtlpMetricKind::kNone:
      break;
  }
  return base::OkStatus();
}

// Starts the point in the batch; false if its metric cannot be stored.
bool OtlpMetricsTranslator::Begin(const wire::OtlpPoint& point) {
  batch_.BeginPoint(point.attributes);
  if (!knows_metric_) {
    batch_.RejectPoint(metric_loss_, metric_message_);
    return false;
  }
  earliest_ms_ = std::min(earliest_ms_, MillisOf(point.time_ns));
  latest_ms_ = std::max(latest_ms_, MillisOf(point.time_ns));
  return true;
}

bool OtlpMetricsTranslator::Accept(const base::Status& status) {
  if (!status.ok()) {
    batch_.RejectPoint(ReasonOf(status), std::string(status.message()));
  }
  return status.ok();
}

model::Sample OtlpMetricsTranslator::SampleOf(const wire::OtlpPoint& point, double value) const {
  model::Sample sample;
  sample.time_ms = MillisOf(point.time_ns);
  sample.start_time_ms = MillisOf(point.start_ns);
  sample.value = point.HasNoRecordedValue() ? model::StaleNan() : value;
  return sample;
}

base::Status OtlpMetricsTranslator::ReadExemplars(const wire::OtlpPoint& point) {
  exemplars_.clear();
  for (const std::string_view bytes : point.exemplars) {
    exemplars_.emplace_back();
    SB_RETURN_IF_ERROR(ReadExemplar(bytes, &exemplars_.back()));
  }
  // The store takes the exemplars of a series in their order.
  std::stable_sort(exemplars_.begin(), exemplars_.end(),
                   [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
  return base::OkStatus();
}

void OtlpMetricsTranslator::AddExemplars() {
  for (model::Exemplar& exemplar : exemplars_) {
    batch_.AddExemplar(std::move(exemplar));
  }
}

base::Status OtlpMetricsTranslator::TranslateNumber(const wire::OtlpMetric& metric,
                                                    std::string_view bytes) {
  SB_RETURN_IF_ERROR(wire::ReadNumberPoint(bytes, &number_));
  SB_RETURN_IF_ERROR(ReadExemplars(number_));
  if (!Begin(number_)) {
    return base::OkStatus();
  }
  const bool is_stale = number_.HasNoRecordedValue();
  if (!number_.has_value && !is_stale) {
    Accept(base::InvalidArgument("a data point has no value: " + std::string(metric.name)));
    return base::OkStatus();
  }
  if (metric.kind == OtlpMetricKind::kGauge) {
    number_.start_ns = 0;  // means nothing for a gauge
  } else if (metric.temporality == OtlpTemporality::kDelta && !is_stale &&
             !Accept(deltas().AddNumber(batch_.point_key(), &number_))) {
    return base::OkStatus();
  }
  batch_.Add(SeriesPart::kPlain, 0, SampleOf(number_, number_.value));
  AddExemplars();
  return base::OkStatus();
}

base::Status OtlpMetricsTranslator::TranslateHistogram(const wire::OtlpMetric& metric,
                                                       std::string_view bytes) {
  SB_RETURN_IF_ERROR(wire::ReadHistogramPoint(bytes, &histogram_));
  SB_RETURN_IF_ERROR(ReadExemplars(histogram_));
  if (!Begin(histogram_) || !Accept(NormalizeBuckets(&histogram_))) {
    return base::OkStatus();
  }
  if (metric.temporality == OtlpTemporality::kDelta && !histogram_.HasNoRecordedValue() &&
      !Accept(deltas().AddHistogram(batch_.point_key(), &histogram_))) {
    return base::OkStatus();
  }
  if (!rules_.histograms_to_custom_buckets) {
    AddClassicHistogram();
    return base::OkStatus();
  }
  if (histogram_.HasNoRecordedValue()) {
    AddNative(histogram_, StaleHistogram());
    return base::OkStatus();
  }
  auto converted = CustomBucketHistogram(histogram_);
  if (Accept(converted.status())) {
    AddNative(histogram_, *std::move(converted));
  }
  return base::OkStatus();
}

void OtlpMetricsTranslator::AddClassicHistogram() {
  const wire::OtlpHistogramPoint& point = histogram_;
  if (point.sum.has_value()) {
    batch_.Add(SeriesPart::kSum, 0, SampleOf(point, *point.sum));
  }
  batch_.Add(SeriesPart::kCount, 0, SampleOf(point, static_cast<double>(point.count)));
  // An exemplar belongs to the first bucket that holds its value.
  std::vector<bool> is_placed(exemplars_.size(), false);
  const auto add_bucket = [&](double bound, uint64_t count) {
    batch_.Add(SeriesPart::kBucket, bound, SampleOf(point, static_cast<double>(count)));
    for (size_t i = 0; i < exemplars_.size(); ++i) {
      if (!is_placed[i] && exemplars_[i].value <= bound) {
        is_placed[i] = true;
        batch_.AddExemplar(std::move(exemplars_[i]));
      }
    }
  };
  uint64_t cumulative = 0;
  for (size_t i = 0; i < point.explicit_bounds.size(); ++i) {
    cumulative += point.bucket_counts[i];
    add_bucket(point.explicit_bounds[i], cumulative);
  }
  add_bucket(std::numeric_limits<double>::infinity(), point.count);
}

base::Status OtlpMetricsTranslator::TranslateExponential(const wire::OtlpMetric& metric,
                                                         std::string_view bytes) {
  SB_RETURN_IF_ERROR(wire::ReadExponentialPoint(bytes, &exponential_));
  SB_RETURN_IF_ERROR(ReadExemplars(exponential_));
  if (!Begin(exponential_)) {
    return base::OkStatus();
  }
  if (exponential_.HasNoRecordedValue()) {
    AddNative(exponential_, StaleHistogram());
    return base::OkStatus();
  }
  auto converted = NativeHistogram(exponential_);
  if (!Accept(converted.status())) {
    return base::OkStatus();
  }
  model::Histogram histogram = *std::move(converted);
  if (metric.temporality != OtlpTemporality::kDelta ||
      Accept(deltas().AddNative(batch_.point_key(), &exponential_, &histogram))) {
    AddNative(exponential_, std::move(histogram));
  }
  return base::OkStatus();
}

void OtlpMetricsTranslator::AddNative(const wire::OtlpPoint& point, model::Histogram histogram) {
  model::Sample sample = SampleOf(point, 0);
  sample.value = 0;
  sample.histogram = std::make_shared<const model::Histogram>(std::move(histogram));
  batch_.Add(SeriesPart::kPlain, 0, std::move(sample));
  AddExemplars();
}

base::Status OtlpMetricsTranslator::TranslateSummary(std::string_view bytes) {
  SB_RETURN_IF_ERROR(wire::ReadSummaryPoint(bytes, &summary_));
  if (!Begin(summary_)) {
    return base::OkStatus();
  }
  batch_.Add(SeriesPart::kSum, 0, SampleOf(summary_, summary_.sum));
  batch_.Add(SeriesPart::kCount, 0, SampleOf(summary_, static_cast<double>(summary_.count)));
  for (const wire::OtlpSummaryPoint::Quantile& quantile : summary_.quantiles) {
    model::Sample sample = SampleOf(summary_, quantile.value);
    sample.start_time_ms = 0;  // a quantile does not accumulate
    batch_.Add(SeriesPart::kQuantile, quantile.quantile, std::move(sample));
  }
  return base::OkStatus();
}

base::Status OtlpMetricsTranslator::AddTargetInfo(const wire::OtlpResource& resource) {
  if (earliest_ms_ > latest_ms_) {
    return base::OkStatus();
  }
  auto context = std::make_shared<OtlpMetricContext>();
  SB_ASSIGN_OR_RETURN(context->fixed_labels, TargetInfoLabels(rules_, resource));
  if (context->fixed_labels.empty()) {
    return base::OkStatus();
  }
  context->name = "target_info";
  context->metadata = {model::MetricType::kGauge, "", "Target metadata"};
  context->key = KeyOf(*context, seed_);
  batch_.BeginMetric(std::move(context));
  const int64_t latest = latest_ms_;
  for (int64_t at = std::max(earliest_ms_, latest - kTargetInfoSpanMs);;
       at = std::min(at + kTargetInfoStepMs, latest)) {
    model::Sample sample;
    sample.time_ms = at;
    sample.value = 1;
    batch_.BeginPoint({}, false);
    batch_.Add(SeriesPart::kPlain, 0, std::move(sample));
    if (at == latest) {
      return base::OkStatus();
    }
  }
}

}  // namespace sb::ingest
