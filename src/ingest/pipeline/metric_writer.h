// SPDX-License-Identifier: Apache-2.0
//
// MetricWriter turns decoded series into calls of a store::Appender. It is what every metrics
// endpoint writes through: limits, validation, the clock's bounds, the retry of stale references
// and the accounting of losses are here, once.
//
//   MetricWriter writer(store->NewAppender(), limits, now);
//   SeriesRef ref = writer.Resolve(labels, samples);           // kNone: rejected, and accounted
//   for writer.AppendFloats(batch, series_of, &source); Result<AppendResult> result =
//   writer.Commit(&losses);      // durable, or nothing of it
//
// One sample that is refused does not touch the others. An error of the store itself (full disk,
// I/O) is different: the writer is then failed(), everything is rolled back, and Commit() returns
// the error, so that the sender tries again.
//
// Threads: one at a time, like the Appender.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "ingest/pipeline/append_result.h"
#include "ingest/pipeline/metric_limits.h"
#include "store/interface/appender.h"

namespace sb::ingest {

// The series of a batch, by an index that the endpoint chose.
class SeriesSource {
 public:
  virtual ~SeriesSource() = default;
  // Sorted by name.
  virtual base::Status ReadLabels(size_t series, std::vector<model::Label>* labels) = 0;
  // The series has another reference now: the one that was remembered is stale.
  virtual void Rebind(size_t series, store::SeriesRef ref) = 0;
  // A sample of the series was rejected, for protocols that count their own data points.
  virtual void OnRejected(size_t /*series*/) {}
};

class MetricWriter {
 public:
  MetricWriter(std::unique_ptr<store::Appender> appender, const MetricLimits& limits,
               base::TimestampMs now);

  // The series with these labels, sorted by name. kNone if it was rejected; `samples` is how many
  // were lost with it.
  store::SeriesRef Resolve(std::span<const model::Label> sorted, uint64_t samples);

  // From here on, indices of series mean those of another batch.
  void BeginBatch() { renewed_series_ = SIZE_MAX; }
  // Floats without start timestamp; batch[i] belongs to the series series_of[i] of the source.
  void AppendFloats(std::span<const store::RefSample> batch, std::span<const uint32_t> series_of,
                    SeriesSource* source);
  // One sample of any kind.
  void Append(store::SeriesRef ref, const model::Sample& sample, size_t series,
              SeriesSource* source);
  void AppendExemplar(store::SeriesRef ref, const model::Exemplar& exemplar, size_t series,
                      SeriesSource* source);
  void SetMetadata(store::SeriesRef ref, const model::MetricMetadata& metadata, size_t series,
                   SeriesSource* source);
  void Reject(LossReason reason, uint64_t count, std::string message) {
    result_.Reject(reason, count, std::move(message));
  }

  bool failed() const { return !failure_.ok(); }

  // Once, at the end. Counts what was lost in `losses`.
  base::Result<AppendResult> Commit(LossCounters* losses);

 private:
  void Classify(const base::Status& status, const model::Sample& sample, size_t series,
                SeriesSource* source);
  store::SeriesRef ResolveAgain(size_t series, uint64_t samples, SeriesSource* source);
  std::string Describe(const base::Status& status, size_t series, SeriesSource* source);
  void CountAccepted(const model::Sample& sample);
  bool IsTooFarAhead(int64_t time_ms) const { return time_ms > time_max_ms_; }

  const std::unique_ptr<store::Appender> appender_;
  const MetricLimits limits_;
  const int64_t time_max_ms_;
  base::Status failure_;
  AppendResult result_;
  std::vector<base::Status> errors_;
  std::vector<store::RefSample> in_time_;
  std::vector<uint32_t> in_time_series_;
  std::vector<model::Label> labels_;
  // The series that was resolved again last: the samples of a series stand together.
  size_t renewed_series_ = SIZE_MAX;
  store::SeriesRef renewed_ref_ = store::SeriesRef::kNone;
};

// The status that a sender is told when nothing of its request was stored: kResourceExhausted and
// kUnavailable keep their code.
LossReason ReasonOfStoreFailure(const base::Status& failure);

}  // namespace sb::ingest
