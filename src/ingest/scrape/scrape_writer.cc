// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/scrape_writer.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "model/histogram_math.h"
#include "wire/prometheus/exposition_format.h"

namespace sb::scrape {
namespace {

// How far ahead of the scrape a timestamp of the target may be.
constexpr int64_t kFutureMaxMs = 10 * 60'000;
constexpr double kNsPerSecond = 1e9;

double SecondsSince(const base::Clock& clock, int64_t start_ns) {
  return static_cast<double>(clock.MonotonicNs() - start_ns) / kNsPerSecond;
}

std::optional<wire::ScrapeProtocol> FallbackOf(const ScrapeConfig& config) {
  return wire::ParseScrapeProtocol(config.fallback_scrape_protocol);
}

size_t BucketsOf(const model::Histogram& histogram) {
  return histogram.positive_buckets.size() + histogram.negative_buckets.size();
}

bool IsExponential(const model::Histogram& histogram) {
  return histogram.schema >= model::kExponentialSchemaMin &&
         histogram.schema <= model::kExponentialSchemaMax;
}

// A copy of coarser schema until it has at most `limit` buckets; null if that cannot be.
model::HistogramPtr WithinBuckets(const model::HistogramPtr& histogram, size_t limit) {
  if (BucketsOf(*histogram) <= limit) {
    return histogram;
  }
  auto copy = std::make_shared<model::Histogram>(*histogram);
  while (BucketsOf(*copy) > limit) {
    if (!IsExponential(*copy) || copy->schema <= model::kExponentialSchemaMin) {
      return nullptr;
    }
    model::ReduceResolution(copy.get(), copy->schema - 1);
  }
  return copy;
}

}  // namespace

const std::array<ScrapeWriter::Report, 8> ScrapeWriter::kReports = {{
    {"up", "targets",
     "Health of the scrape target. 1 means the target is healthy, 0 if the scrape failed."},
    {"scrape_duration_seconds", "seconds", "Duration of the last scrape in seconds."},
    {"scrape_samples_scraped", "samples", "Number of samples last scraped."},
    {"scrape_samples_post_metric_relabeling", "samples",
     "Number of samples remaining after metric relabeling was applied."},
    {"scrape_series_added", "series", "Number of series in the last scrape."},
    {"scrape_timeout_seconds", "seconds", "The configured scrape timeout for a target."},
    {"scrape_sample_limit", "samples",
     "The configured sample limit for a target. Returns zero if there is no limit configured."},
    {"scrape_body_size_bytes", "bytes",
     "The uncompressed size of the last scrape response, if successful. Scrapes failing because "
     "body_size_limit is exceeded report -1, other scrape failures report 0."},
}};

int32_t SchemaOfFactor(double factor) {
  if (factor <= 1) {
    return model::kExponentialSchemaMax;
  }
  const double schema = std::floor(-std::log2(std::log2(factor)));
  return static_cast<int32_t>(
      std::clamp<double>(schema, model::kExponentialSchemaMin, model::kExponentialSchemaMax));
}

ScrapeWriter::ScrapeWriter(std::shared_ptr<const ScrapeConfig> config,
                           std::shared_ptr<Target> target, model::RelabelRules metric_rules,
                           const WriterDependencies& dependencies)
    : config_(std::move(config)),
      target_(std::move(target)),
      labels_of_(*config_, target_->labels(), std::move(metric_rules)),
      dependencies_(dependencies),
      native_histograms_(target_->Flag("__scrape_native_histograms__",
                                       config_->scrape_native_histograms.value_or(false))),
      always_classic_(target_->Flag("__always_scrape_classic_histograms__",
                                    config_->always_scrape_classic_histograms.value_or(false))),
      convert_classic_(target_->Flag("__convert_classic_histograms_to_nhcb__",
                                     config_->convert_classic_histograms_to_nhcb.value_or(false))),
      schema_max_(SchemaOfFactor(config_->native_histogram_min_bucket_factor)) {}

ScrapeWriter::~ScrapeWriter() = default;

base::Status ScrapeWriter::Write(const ScrapeInput& input) {
  time_ms_ = input.time.Value();
  appender_ = dependencies_.store.NewAppender();
  base::Status error = input.error.ok() ? ReadBody(input) : input.error;
  if (error.code() == base::StatusCode::kNotFound) {
    // The store has dropped series that the cache still names: once more, with fresh references.
    appender_ = dependencies_.store.NewAppender();
    cache_.Restart();
    cache_.ForgetReferences();
    error = ReadBody(input);
  }
  if (!error.ok()) {
    AbandonBody();
  }
  AppendReports(input, error);
  const base::Status stored = Commit(error.ok() ? ScrapeEnd::kGood : ScrapeEnd::kFailed);
  error = error.ok() ? stored : error;
  dependencies_.counters.scrapes.Add();
  if (!error.ok()) {
    CountFailure(error);
  }
  if (auto metadata = families_.Finish()) {
    target_->SetMetadata(std::move(metadata));
  }
  target_->Report(input.time, SecondsSince(dependencies_.clock, input.start_monotonic_ns), error);
  return error;
}

base::Status ScrapeWriter::ReadBody(const ScrapeInput& input) {
  counts_ = Counts();
  family_ = nullptr;
  family_is_native_ = false;
  sample_limit_used_ = 0;
  sample_limit_hit_ = false;
  bucket_limit_hit_ = false;
  floats_.clear();
  float_series_.clear();
  classic_.Clear();
  if (!input.body.empty()) {
    SB_ASSIGN_OR_RETURN(const wire::FormatChoice choice,
                        wire::SelectFormat(input.content_type, FallbackOf(*config_)));
    wire::ExpositionOptions options;
    options.skip_created_series = false;
    options.native_histograms = native_histograms_;
    options.always_classic_histograms = always_classic_;
    const auto parser = wire::NewExpositionParser(choice.format, input.body, options);
    SB_RETURN_IF_ERROR(ReadEntries(parser.get()));
  }
  SB_RETURN_IF_ERROR(FlushFloats());
  SB_RETURN_IF_ERROR(LimitError());
  cache_.ForEachVanished([this](CachedSeries& series) { AppendStaleMarker(series.ref); });
  EndInherited();
  return base::OkStatus();
}

void ScrapeWriter::EndInherited() {
  if (inherited_.empty()) {
    return;
  }
  std::unordered_set<uint64_t> living;
  cache_.ForEachTrackedNow(
      [&living](const CachedSeries& series) { living.insert(static_cast<uint64_t>(series.ref)); });
  for (const store::SeriesRef ref : inherited_) {
    if (!living.contains(static_cast<uint64_t>(ref))) {
      AppendStaleMarker(ref);
    }
  }
}

std::vector<store::SeriesRef> ScrapeWriter::TrackedSeries() {
  std::vector<store::SeriesRef> refs = inherited_;
  cache_.ForEachTrackedBefore([&refs](const CachedSeries& series) { refs.push_back(series.ref); });
  return refs;
}

base::Status ScrapeWriter::ReadEntries(wire::ExpositionParser* parser) {
  while (true) {
    switch (parser->Next()) {
      case wire::EntryKind::kType:
        SB_RETURN_IF_ERROR(EnterFamily(families_.SetType(parser->metric_name(), parser->type())));
        break;
      case wire::EntryKind::kHelp:
        SB_RETURN_IF_ERROR(EnterFamily(families_.SetHelp(parser->metric_name(), parser->text())));
        break;
      case wire::EntryKind::kUnit:
        SB_RETURN_IF_ERROR(EnterFamily(families_.SetUnit(parser->metric_name(), parser->text())));
        break;
      case wire::EntryKind::kComment:
        break;
      case wire::EntryKind::kHistogram:
        family_is_native_ = true;
        [[fallthrough]];
      case wire::EntryKind::kSeries:
        SB_RETURN_IF_ERROR(TakeSeries(parser));
        break;
      case wire::EntryKind::kEnd:
        return FinishClassic();
      case wire::EntryKind::kInvalid:
        return parser->status();
    }
  }
}

base::Status ScrapeWriter::EnterFamily(const Family* family) {
  if (family == family_) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(FinishClassic());
  family_ = family;
  family_is_native_ = false;
  return base::OkStatus();
}

base::Status ScrapeWriter::TakeSeries(wire::ExpositionParser* parser) {
  ++counts_.total;
  bool taken = false;
  SB_RETURN_IF_ERROR(TakeClassicPart(parser, &taken));
  if (taken) {
    return base::OkStatus();
  }
  CachedSeries* series = cache_.Find(parser->raw_series());
  if (series == nullptr) {
    series = cache_.Insert(parser->raw_series());
  }
  if (series->dropped) {
    return base::OkStatus();
  }
  const bool resolve = series->ref == store::SeriesRef::kNone;
  if (resolve) {
    SB_RETURN_IF_ERROR(parser->ReadLabels(&labels_));
    SB_RETURN_IF_ERROR(ResolveSeries(series, labels_));
    if (series->dropped) {
      return base::OkStatus();
    }
  }
  ++counts_.added;
  if (series->ref == store::SeriesRef::kNone) {
    return base::OkStatus();  // beyond a limit; counted where it was found
  }
  if (family_ != nullptr && (resolve || families_.ChangedNow(*family_))) {
    SB_RETURN_IF_ERROR(TakeMetadata(*series, parser));
  }
  return TakeSample(series, parser);
}

base::Status ScrapeWriter::TakeMetadata(const CachedSeries& series,
                                        wire::ExpositionParser* parser) {
  SB_RETURN_IF_ERROR(parser->ReadLabels(&labels_));
  const auto labels = model::LabelSet::FromSorted(labels_.data(), labels_.size());
  if (!IsOfFamily(labels.metric_name(), *family_)) {
    return base::OkStatus();
  }
  const base::Status status = appender_->SetMetadata(series.ref, family_->metadata);
  if (status.code() == base::StatusCode::kNotFound) {
    return status;
  }
  if (!status.ok()) {
    dependencies_.losses.Add(ingest::LossReason::kInvalidMetadata);
  }
  return base::OkStatus();
}

base::Status ScrapeWriter::TakeSample(CachedSeries* series, wire::ExpositionParser* parser) {
  const bool own_time = parser->has_time() && config_->honor_timestamps;
  const int64_t time_ms = own_time ? parser->time_ms() : time_ms_;
  if (series->duplicate && !own_time) {
    return Classify(base::AlreadyExists("series twice in one scrape"));
  }
  if (!WithinSampleLimit()) {
    return base::OkStatus();
  }
  if (time_ms > time_ms_ + kFutureMaxMs) {
    dependencies_.losses.Add(ingest::LossReason::kTooFarInFuture);
    dependencies_.counters.out_of_bounds.Add();
    return base::OkStatus();
  }
  counts_.series_added += cache_.IsNew(*series) && !series->duplicate ? 1 : 0;
  if (parser->histogram() != nullptr && family_is_native_) {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.start_time_ms = parser->StartTimeMs();
    sample.histogram = parser->histogram();
    SB_RETURN_IF_ERROR(AppendHistogram(series, std::move(sample)));
  } else {
    floats_.push_back({series->ref, time_ms, parser->value()});
    float_series_.push_back(cache_.IndexOf(series));
  }
  if (!own_time || config_->track_timestamps_staleness) {
    cache_.Track(series);
  }
  TakeExemplars(series, parser, time_ms);
  return base::OkStatus();
}

base::Status ScrapeWriter::ResolveSeries(CachedSeries* series,
                                         std::span<const model::Label> exposed) {
  SB_ASSIGN_OR_RETURN(const model::LabelSet labels, labels_of_.Apply(exposed));
  if (labels.empty()) {
    series->dropped = true;
    return base::OkStatus();
  }
  if (config_->limits.sample_limit > 0 && sample_limit_used_ >= config_->limits.sample_limit) {
    WithinSampleLimit();  // over the limit: the scrape fails, no need to create the series
    return base::OkStatus();
  }
  auto ref = appender_->Resolve(labels);
  if (ref.ok()) {
    series->ref = *ref;
    return base::OkStatus();
  }
  if (ref.status().code() == base::StatusCode::kResourceExhausted) {
    dependencies_.losses.Add(ingest::LossReason::kSeriesLimit);
    SB_LOG_EVERY(10, kWarn, "series limit reached, sample dropped", {"target", target_->url()},
                 {"error", ref.status().message()});
    return base::OkStatus();
  }
  return ref.status();
}

base::Status ScrapeWriter::AppendHistogram(CachedSeries* series, model::Sample sample) {
  if (IsExponential(*sample.histogram) && sample.histogram->schema > schema_max_) {
    auto coarser = std::make_shared<model::Histogram>(*sample.histogram);
    model::ReduceResolution(coarser.get(), schema_max_);
    sample.histogram = std::move(coarser);
  }
  const uint64_t limit = config_->native_histogram_bucket_limit;
  if (limit > 0) {
    sample.histogram = WithinBuckets(sample.histogram, limit);
    if (sample.histogram == nullptr) {
      bucket_limit_hit_ = true;
      return base::OkStatus();
    }
  }
  return Classify(appender_->Append(series->ref, sample));
}

void ScrapeWriter::TakeExemplars(CachedSeries* series, wire::ExpositionParser* parser,
                                 int64_t time_ms) {
  model::Exemplar exemplar;
  while (parser->NextExemplar(&exemplar)) {
    if (!exemplar.has_time) {
      if (parser->histogram() != nullptr && family_is_native_) {
        continue;  // nothing says to which moment it belongs
      }
      exemplar.time_ms = time_ms;
      exemplar.has_time = true;
    }
    const base::Status status = appender_->AppendExemplar(series->ref, exemplar);
    if (status.code() == base::StatusCode::kFailedPrecondition) {
      dependencies_.counters.exemplar_out_of_order.Add();
      dependencies_.losses.Add(ingest::LossReason::kExemplarOutOfOrder);
    } else if (!status.ok() && status.code() != base::StatusCode::kAlreadyExists) {
      dependencies_.losses.Add(ingest::LossReason::kExemplarRefused);
    }
  }
}

base::Status ScrapeWriter::TakeClassicPart(wire::ExpositionParser* parser, bool* taken) {
  if (!convert_classic_ || family_is_native_ || family_ == nullptr ||
      family_->metadata.type != model::MetricType::kHistogram) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(parser->ReadLabels(&labels_));
  double le = 0;
  const ClassicPart part = ClassicPartOf(labels_, family_->name, &le);
  if (part == ClassicPart::kNone) {
    return base::OkStatus();
  }
  if (classic_.empty() || !classic_.IsSame(labels_)) {
    SB_RETURN_IF_ERROR(FinishClassic());
    classic_.Start(labels_, family_->name);
  }
  classic_.Add(part, le, parser->value());
  *taken = !always_classic_;
  return base::OkStatus();
}

base::Status ScrapeWriter::FinishClassic() {
  if (classic_.empty()) {
    return base::OkStatus();
  }
  auto histogram = classic_.Build();
  const model::LabelSet identity = classic_.identity();
  classic_.Clear();
  if (!histogram.ok()) {
    dependencies_.losses.Add(ingest::LossReason::kInvalidHistogram);
    SB_LOG_EVERY(10, kWarn, "classic histogram cannot be converted", {"target", target_->url()},
                 {"error", histogram.status().message()});
    return base::OkStatus();
  }
  // No exposition starts with NUL, so this cannot be taken for a series of the target.
  const std::string key = std::string(1, '\0') + std::string(identity.Encoded());
  CachedSeries* series = cache_.Find(key);
  if (series == nullptr) {
    series = cache_.Insert(key);
  }
  if (!series->dropped && series->ref == store::SeriesRef::kNone) {
    const std::vector<model::Label> exposed(identity.begin(), identity.end());
    SB_RETURN_IF_ERROR(ResolveSeries(series, exposed));
  }
  if (series->dropped) {
    return base::OkStatus();
  }
  ++counts_.added;
  if (series->ref == store::SeriesRef::kNone || series->duplicate || !WithinSampleLimit()) {
    return base::OkStatus();
  }
  counts_.series_added += cache_.IsNew(*series) ? 1 : 0;
  cache_.Track(series);
  model::Sample sample;
  sample.time_ms = time_ms_;
  sample.histogram = std::move(*histogram);
  return AppendHistogram(series, std::move(sample));
}

bool ScrapeWriter::WithinSampleLimit() {
  ++sample_limit_used_;
  const uint64_t limit = config_->limits.sample_limit;
  if (limit > 0 && sample_limit_used_ > limit) {
    sample_limit_hit_ = true;
  }
  return !sample_limit_hit_;
}

base::Status ScrapeWriter::LimitError() const {
  if (sample_limit_hit_) {
    return base::ResourceExhausted("sample limit exceeded");
  }
  if (bucket_limit_hit_) {
    return base::ResourceExhausted("histogram bucket limit exceeded");
  }
  return base::OkStatus();
}

base::Status ScrapeWriter::FlushFloats() {
  float_errors_.clear();
  appender_->AppendFloats(floats_, &float_errors_);
  for (size_t i = 0; i < float_errors_.size(); ++i) {
    if (float_errors_[i].ok()) {
      continue;
    }
    const CachedSeries& series = cache_.At(float_series_[i]);
    SB_RETURN_IF_ERROR(Classify(float_errors_[i]));
    counts_.series_added -= cache_.IsNew(series) && counts_.series_added > 0 ? 1 : 0;
  }
  return base::OkStatus();
}

base::Status ScrapeWriter::Classify(const base::Status& status) {
  using ingest::LossReason;
  switch (status.code()) {
    case base::StatusCode::kOk:
      return base::OkStatus();
    case base::StatusCode::kFailedPrecondition:
      dependencies_.losses.Add(LossReason::kOutOfOrder);
      dependencies_.counters.out_of_order.Add();
      return base::OkStatus();
    case base::StatusCode::kAlreadyExists:
      dependencies_.losses.Add(LossReason::kDuplicateTimestamp);
      dependencies_.counters.duplicate_timestamp.Add();
      return base::OkStatus();
    case base::StatusCode::kOutOfRange:
      dependencies_.losses.Add(LossReason::kTooOld);
      dependencies_.counters.out_of_bounds.Add();
      return base::OkStatus();
    default:
      return status;
  }
}

void ScrapeWriter::AppendStaleMarker(store::SeriesRef ref) {
  if (ref == store::SeriesRef::kNone) {
    return;
  }
  model::Sample sample;
  sample.time_ms = time_ms_;
  sample.value = model::StaleNan();
  // A series that the store has dropped, or that another target has written since, needs no marker.
  const base::Status status = appender_->Append(ref, sample);
  if (status.code() == base::StatusCode::kUnavailable ||
      status.code() == base::StatusCode::kInternal) {
    SB_LOG_EVERY(10, kWarn, "stale marker not stored", {"target", target_->url()},
                 {"error", status.message()});
  }
}

void ScrapeWriter::AbandonBody() {
  appender_->Rollback();
  appender_ = dependencies_.store.NewAppender();
  counts_.series_added = 0;
  cache_.Restart();
  AppendAllStale();
}

void ScrapeWriter::AppendAllStale() {
  cache_.ForEachTrackedBefore([this](CachedSeries& series) { AppendStaleMarker(series.ref); });
  for (const store::SeriesRef ref : inherited_) {
    AppendStaleMarker(ref);
  }
}

void ScrapeWriter::CountFailure(const base::Status& error) {
  dependencies_.counters.failed_scrapes.Add();
  const std::string_view message = error.message();
  if (message == "sample limit exceeded") {
    dependencies_.counters.exceeded_sample_limit.Add();
    dependencies_.losses.Add(ingest::LossReason::kScrapeSampleLimit);
  } else if (message == "histogram bucket limit exceeded") {
    dependencies_.counters.exceeded_bucket_limit.Add();
    dependencies_.losses.Add(ingest::LossReason::kScrapeSampleLimit);
  } else if (message == "body size limit exceeded") {
    dependencies_.counters.exceeded_body_size_limit.Add();
    dependencies_.losses.Add(ingest::LossReason::kScrapeBodyLimit);
  } else if (error.code() == base::StatusCode::kResourceExhausted &&
             message.starts_with("label_")) {
    dependencies_.counters.exceeded_label_limits.Add();
    dependencies_.losses.Add(ingest::LossReason::kScrapeLabelLimit);
  } else if (error.code() == base::StatusCode::kInvalidArgument) {
    dependencies_.losses.Add(ingest::LossReason::kScrapeMalformed);
  }
}

void ScrapeWriter::AppendReports(const ScrapeInput& input, const base::Status& error) {
  const bool body_limit = error.message() == "body size limit exceeded";
  const double body_bytes = body_limit ? -1 : static_cast<double>(input.body.size());
  if (!input.error.ok()) {
    counts_ = Counts();
  }
  const double values[] = {error.ok() ? 1.0 : 0.0,
                           SecondsSince(dependencies_.clock, input.start_monotonic_ns),
                           static_cast<double>(counts_.total),
                           static_cast<double>(counts_.added),
                           static_cast<double>(counts_.series_added),
                           static_cast<double>(target_->timeout().Value()) / 1000.0,
                           static_cast<double>(config_->limits.sample_limit),
                           body_bytes};
  const size_t count = config_->extra_scrape_metrics.value_or(false) ? kReports.size() : 5;
  for (size_t i = 0; i < count; ++i) {
    AppendReport(i, time_ms_, values[i]);
  }
}

void ScrapeWriter::AppendReport(size_t i, int64_t time_ms, double value) {
  model::Sample sample;
  sample.time_ms = time_ms;
  sample.value = value;
  base::Status status = base::NotFound("not resolved");
  if (report_refs_[i] != store::SeriesRef::kNone) {
    status = appender_->Append(report_refs_[i], sample);
  }
  if (status.code() == base::StatusCode::kNotFound) {
    auto ref = appender_->Resolve(labels_of_.Report(kReports[i].metric));
    report_refs_[i] = ref.ok() ? *ref : store::SeriesRef::kNone;
    status = ref.ok() ? appender_->Append(*ref, sample) : ref.status();
    if (ref.ok()) {
      model::MetricMetadata metadata;
      metadata.type = model::MetricType::kGauge;
      metadata.unit = kReports[i].unit;
      metadata.help = kReports[i].help;
      // Metadata is a service to the reader; a store that refuses it still has the sample.
      (void)appender_->SetMetadata(*ref, metadata);
    }
  }
  // Two targets with the same labels write the same report series; the second one is refused.
  if (!status.ok() && status.code() != base::StatusCode::kFailedPrecondition &&
      status.code() != base::StatusCode::kAlreadyExists) {
    SB_LOG_EVERY(10, kWarn, "cannot store the series about a scrape", {"target", target_->url()},
                 {"metric", kReports[i].metric}, {"error", status.message()});
  }
}

base::Status ScrapeWriter::Commit(ScrapeEnd end) {
  const base::Status status = appender_->Commit();
  appender_.reset();
  if (status.ok()) {
    const uint64_t stored = end == ScrapeEnd::kGood ? counts_.added : 0;
    dependencies_.counters.samples.Add(stored);
    if (dependencies_.arrivals != nullptr) {
      dependencies_.arrivals->Count(ingest::ArrivalSignal::kMetrics, "scrape", config_->job_name,
                                    stored);
    }
    cache_.Finish(end);
    inherited_.clear();
    return status;
  }
  const bool full = status.code() == base::StatusCode::kResourceExhausted;
  dependencies_.losses.Add(
      full ? ingest::LossReason::kDiskFull : ingest::LossReason::kStoreUnavailable, counts_.added);
  report_refs_.fill(store::SeriesRef::kNone);
  cache_.Finish(ScrapeEnd::kNotStored);
  return status.WithPrefix("samples could not be stored");
}

void ScrapeWriter::WriteStale(base::TimestampMs time) {
  appender_ = dependencies_.store.NewAppender();
  time_ms_ = time.Value();
  AppendAllStale();
  for (size_t i = 0; i < kReports.size(); ++i) {
    if (report_refs_[i] != store::SeriesRef::kNone) {
      AppendReport(i, time_ms_, model::StaleNan());
    }
  }
  counts_ = Counts();
  const base::Status status = Commit(ScrapeEnd::kFailed);
  if (!status.ok()) {
    SB_LOG(kWarn, "stale markers of a removed target not stored", {"target", target_->url()},
           {"error", status.message()});
  }
}

}  // namespace sb::scrape
