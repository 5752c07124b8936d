// SPDX-License-Identifier: Apache-2.0
//
// OtlpSeriesBatch carries translated points to the store: collected, looked up in the SeriesCache
// together, appended. The labels of a series are built only if the cache does not know it.
//
//   batch.BeginMetric(context);
//   batch.BeginPoint(attributes);
//   batch.Add(SeriesPart::kBucket, 0.5, sample);      // a series of the point
//   batch.AddExemplar(exemplar);                      // of the series added last
//   …
//   batch.Flush();
//
// The key of a series is a seeded hash of its metric (name and metadata included, so that changed
// metadata makes the store see them), its attributes as encoded, and its part. Attributes are views
// into the request, which must outlive the batch.
//
// Threads: one at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/hash.h"
#include "ingest/otlp/otlp_translation.h"
#include "ingest/pipeline/metric_writer.h"
#include "ingest/remote_write/series_cache.h"

namespace sb::ingest {

struct OtlpMetricContext {
  std::shared_ptr<const OtlpLabels> shared;
  std::string name;  // translated
  model::MetricMetadata metadata;
  std::vector<NamedValue> fixed_labels;  // of target_info: all there are
  encoding::Hash128 key;                 // of what stands above
};

enum class SeriesPart : uint8_t { kPlain, kSum, kCount, kBucket, kQuantile };

class OtlpSeriesBatch final : public SeriesSource {
 public:
  OtlpSeriesBatch(const OtlpTranslation* rules, uint64_t seed, SeriesCache* cache,
                  MetricWriter* writer)
      : rules_(*rules), seed_(seed), cache_(cache), writer_(writer) {}

  void BeginMetric(std::shared_ptr<const OtlpMetricContext> metric);
  // Flushes if the batch is full. A point that does not count is none of the sender's.
  void BeginPoint(std::span<const std::string_view> attributes, bool counts = true);
  // Of the point begun last.
  const encoding::Hash128& point_key() const { return point_key_; }

  // `bound` is the upper bound of a bucket, or the quantile.
  void Add(SeriesPart part, double bound, model::Sample sample);
  void AddExemplar(model::Exemplar exemplar);
  // The point cannot be stored.
  void RejectPoint(LossReason reason, std::string message);
  void Flush();

  uint64_t points() const { return points_seen_; }
  uint64_t rejected_points() const { return rejected_points_; }

  // SeriesSource
  base::Status ReadLabels(size_t series, std::vector<model::Label>* labels) override;
  void Rebind(size_t series, store::SeriesRef ref) override;
  void OnRejected(size_t series) override;

 private:
  static constexpr size_t kSeriesMax = 1024;

  struct Point {
    std::shared_ptr<const OtlpMetricContext> metric;
    std::vector<std::string_view> attributes;
    bool counts = true;
    bool is_rejected = false;
  };
  struct Series {
    uint32_t point;
    SeriesPart part;
    double bound;
    model::Sample sample;
  };
  struct PendingExemplar {
    size_t series;
    model::Exemplar exemplar;
  };

  void ResolveMissing();
  void AppendSamples();
  void Clear();

  const OtlpTranslation& rules_;
  const uint64_t seed_;
  SeriesCache* const cache_;
  MetricWriter* const writer_;

  std::shared_ptr<const OtlpMetricContext> metric_;
  encoding::Hash128 point_key_;
  uint64_t points_seen_ = 0;
  uint64_t rejected_points_ = 0;
  std::vector<Point> points_;
  std::vector<Series> series_;
  std::vector<encoding::Hash128> keys_;  // of series_
  std::vector<store::SeriesRef> refs_;
  std::vector<PendingExemplar> exemplars_;
  std::vector<encoding::Hash128> hashes_;
  std::vector<encoding::Hash128> new_keys_;
  std::vector<store::SeriesRef> new_refs_;
  std::vector<store::RefSample> floats_;
  std::vector<uint32_t> float_series_;
  std::vector<NamedValue> labels_;
  std::vector<model::Label> views_;
};

}  // namespace sb::ingest
