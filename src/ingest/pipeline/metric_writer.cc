// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/metric_writer.h"

#include <limits>
#include <utility>

#include "wire/prometheus/name_rules.h"

namespace sb::ingest {
namespace {

// The last moment that is accepted, without overflow for limits of any size.
int64_t TimeMax(const MetricLimits& limits, base::TimestampMs now) {
  const int64_t ahead = limits.future_max.Value();
  if (ahead <= 0 || now.Value() > std::numeric_limits<int64_t>::max() - ahead) {
    return std::numeric_limits<int64_t>::max();
  }
  return now.Value() + ahead;
}

// The reason why the store refused one sample; kCount if it failed as a whole.
LossReason ReasonOfSample(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kFailedPrecondition:
      return LossReason::kOutOfOrder;
    case base::StatusCode::kOutOfRange:
      return LossReason::kTooOld;
    case base::StatusCode::kAlreadyExists:
      return LossReason::kDuplicateTimestamp;
    case base::StatusCode::kInvalidArgument:
      return LossReason::kInvalidHistogram;
    case base::StatusCode::kResourceExhausted:
      return LossReason::kSeriesLimit;
    default:
      return LossReason::kCount;
  }
}

}  // namespace

LossReason ReasonOfStoreFailure(const base::Status& failure) {
  return failure.code() == base::StatusCode::kResourceExhausted ? LossReason::kDiskFull
                                                                : LossReason::kStoreUnavailable;
}

MetricWriter::MetricWriter(std::unique_ptr<store::Appender> appender, const MetricLimits& limits,
                           base::TimestampMs now)
    : appender_(std::move(appender)), limits_(limits), time_max_ms_(TimeMax(limits, now)) {}

store::SeriesRef MetricWriter::Resolve(std::span<const model::Label> sorted, uint64_t samples) {
  if (const auto breach = CheckLabelLimits(limits_, sorted)) {
    Reject(breach->reason, samples, breach->message);
    return store::SeriesRef::kNone;
  }
  const base::Status valid = wire::ValidateSeriesLabels(sorted);
  if (!valid.ok()) {
    Reject(LossReason::kInvalidLabels, samples, std::string(valid.message()));
    return store::SeriesRef::kNone;
  }
  auto ref = appender_->Resolve(model::LabelSet::FromSorted(sorted.data(), sorted.size()));
  if (ref.ok()) {
    return *ref;
  }
  switch (ref.status().code()) {
    case base::StatusCode::kInvalidArgument:
      Reject(LossReason::kInvalidLabels, samples, std::string(ref.status().message()));
      break;
    case base::StatusCode::kResourceExhausted:
      Reject(LossReason::kSeriesLimit, samples, std::string(ref.status().message()));
      break;
    default:
      failure_ = ref.status();
  }
  return store::SeriesRef::kNone;
}

void MetricWriter::AppendFloats(std::span<const store::RefSample> batch,
                                std::span<const uint32_t> series_of, SeriesSource* source) {
  if (failed()) {
    return;
  }
  bool all_in_time = true;
  for (const store::RefSample& sample : batch) {
    all_in_time = all_in_time && !IsTooFarAhead(sample.time_ms);
  }
  if (!all_in_time) [[unlikely]] {
    in_time_.clear();
    in_time_series_.clear();
    for (size_t i = 0; i < batch.size(); ++i) {
      if (IsTooFarAhead(batch[i].time_ms)) {
        Append(batch[i].ref, {.time_ms = batch[i].time_ms, .histogram = {}}, series_of[i], source);
      } else {
        in_time_.push_back(batch[i]);
        in_time_series_.push_back(series_of[i]);
      }
    }
    batch = in_time_;
    series_of = in_time_series_;
  }
  errors_.clear();
  appender_->AppendFloats(batch, &errors_);
  if (errors_.empty()) [[likely]] {
    result_.accepted.samples += batch.size();
    return;
  }
  for (size_t i = 0; i < batch.size() && !failed(); ++i) {
    if (errors_[i].ok()) {
      ++result_.accepted.samples;
    } else {
      const model::Sample sample{
          .time_ms = batch[i].time_ms, .value = batch[i].value, .histogram = {}};
      Classify(errors_[i], sample, series_of[i], source);
    }
  }
}

void MetricWriter::Append(store::SeriesRef ref, const model::Sample& sample, size_t series,
                          SeriesSource* source) {
  if (failed()) {
    return;
  }
  if (IsTooFarAhead(sample.time_ms)) {
    const base::Status status =
        base::OutOfRange("out of bounds: timestamp is too far in the future");
    const bool first = !result_.Has(LossReason::kTooFarInFuture);
    Reject(LossReason::kTooFarInFuture, 1, first ? Describe(status, series, source) : "");
    source->OnRejected(series);
    return;
  }
  const base::Status status = appender_->Append(ref, sample);
  if (status.ok()) {
    CountAccepted(sample);
  } else {
    Classify(status, sample, series, source);
  }
}

// Decides what an error of the store means for one sample.
void MetricWriter::Classify(const base::Status& status, const model::Sample& sample, size_t series,
                            SeriesSource* source) {
  if (status.code() == base::StatusCode::kNotFound) {
    const store::SeriesRef ref = ResolveAgain(series, 1, source);
    if (ref == store::SeriesRef::kNone) {
      source->OnRejected(series);
      return;  // rejected, or the store failed
    }
    const base::Status retried = appender_->Append(ref, sample);
    if (retried.ok()) {
      CountAccepted(sample);
    } else if (retried.code() == base::StatusCode::kNotFound) {
      failure_ = base::Internal("a series is unknown right after it was resolved");
    } else {
      Classify(retried, sample, series, source);
    }
    return;
  }
  const LossReason reason = ReasonOfSample(status);
  if (reason == LossReason::kCount) {
    failure_ = status;
    return;
  }
  // Labels are read only for the message that is kept.
  Reject(reason, 1, result_.Has(reason) ? "" : Describe(status, series, source));
  source->OnRejected(series);
}

// For a stale reference. kNone if the series was rejected, with `samples`, or the store failed.
store::SeriesRef MetricWriter::ResolveAgain(size_t series, uint64_t samples, SeriesSource* source) {
  if (series == renewed_series_) {
    return renewed_ref_;
  }
  const base::Status read = source->ReadLabels(series, &labels_);
  if (!read.ok()) {
    Reject(LossReason::kInvalidLabels, samples, std::string(read.message()));
    return store::SeriesRef::kNone;
  }
  const store::SeriesRef ref = Resolve(labels_, samples);
  if (ref != store::SeriesRef::kNone) {
    renewed_series_ = series;
    renewed_ref_ = ref;
    source->Rebind(series, ref);
  }
  return ref;
}

void MetricWriter::CountAccepted(const model::Sample& sample) {
  ++(sample.histogram != nullptr ? result_.accepted.histograms : result_.accepted.samples);
}

std::string MetricWriter::Describe(const base::Status& status, size_t series,
                                   SeriesSource* source) {
  std::string message(status.message());
  if (source->ReadLabels(series, &labels_).ok()) {
    message.append(" for series ").append(wire::LabelsForMessage(labels_));
  }
  return message;
}

void MetricWriter::AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar,
                                  size_t series, SeriesSource* source) {
  if (failed()) {
    return;
  }
  if (exemplar.has_time && IsTooFarAhead(exemplar.time_ms)) {
    Reject(LossReason::kInvalidExemplar, 1,
           "out of bounds: exemplar timestamp is too far in the future");
    return;
  }
  base::Status status = appender_->AppendExemplar(ref, exemplar);
  if (status.code() == base::StatusCode::kNotFound) {
    ref = ResolveAgain(series, 0, source);
    status = ref == store::SeriesRef::kNone ? base::NotFound("its series was rejected")
                                            : appender_->AppendExemplar(ref, exemplar);
  }
  if (status.ok()) {
    ++result_.accepted.exemplars;
    return;
  }
  const LossReason reason = status.code() == base::StatusCode::kFailedPrecondition
                                ? LossReason::kExemplarOutOfOrder
                                : LossReason::kExemplarRefused;
  Reject(reason, 1, result_.Has(reason) ? "" : Describe(status, series, source));
}

void MetricWriter::SetMetadata(store::SeriesRef ref, const model::MetricMetadata& metadata,
                               size_t series, SeriesSource* source) {
  if (failed()) {
    return;
  }
  base::Status status = appender_->SetMetadata(ref, metadata);
  if (status.code() == base::StatusCode::kNotFound) {
    ref = ResolveAgain(series, 0, source);
    status = ref == store::SeriesRef::kNone ? base::NotFound("its series was rejected")
                                            : appender_->SetMetadata(ref, metadata);
  }
  if (status.ok()) {
    ++result_.accepted.metadata;
  } else {
    Reject(LossReason::kInvalidMetadata, 1, std::string(status.message()));
  }
}

base::Result<AppendResult> MetricWriter::Commit(LossCounters* losses) {
  if (!failed()) {
    failure_ = appender_->Commit();
  } else {
    appender_->Rollback();
  }
  if (failed()) {
    const Accepted& accepted = result_.accepted;
    losses->Add(ReasonOfStoreFailure(failure_), accepted.samples + accepted.histograms);
    return failure_;
  }
  for (const Rejection& rejection : result_.rejected) {
    losses->Add(rejection.reason, rejection.count);
  }
  return std::move(result_);
}

}  // namespace sb::ingest
