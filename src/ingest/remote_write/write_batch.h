// SPDX-License-Identifier: Apache-2.0
//
// WriteBatch carries some series of a remote write request from the decoder to the store: collected
// as columns, looked up in the SeriesCache together (so that cache misses overlap), and appended in
// one call. Labels are parsed only for series that the cache does not know.
//
//   batch.AddSeries(key, label_bytes);  batch.AddFloat(…); …
//   if (batch.full()) batch.Flush(&writer);
//
// Threads: one at a time.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "encoding/hash.h"
#include "ingest/pipeline/metric_writer.h"
#include "ingest/remote_write/series_cache.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::ingest {

class WriteBatch final : public SeriesSource {
 public:
  // Bounds of what is held at once: enough to hide the latency of memory, small enough for its
  // caches.
  static constexpr size_t kSeriesMax = 1024;
  static constexpr size_t kFloatsMax = 8192;

  // `metadata_cache` remembers which series have which metadata: senders repeat it with each
  // sample. `symbols` is the reader of a 2.0 request, null for 1.0.
  WriteBatch(SeriesCache* cache, SeriesCache* metadata_cache,
             const wire::WriteRequestV2Reader* symbols);

  void AddSeriesV1(const encoding::Hash128& key, std::string_view label_bytes);
  void AddSeriesV2(const encoding::Hash128& key, std::span<const uint32_t> label_refs);
  // Of the series that was added last.
  void AddFloats(std::span<const wire::WriteSample> samples);
  void AddHistogram(wire::WriteHistogram histogram);
  void AddExemplar(model::Exemplar exemplar);
  // `key` identifies the series together with the metadata.
  void SetMetadata(const encoding::Hash128& key, const wire::WriteMetadata& metadata);

  bool full() const { return keys_.size() >= kSeriesMax || floats_.size() >= kFloatsMax; }
  // Appends everything and is empty again.
  void Flush(MetricWriter* writer);

  uint64_t hits() const { return hits_; }
  uint64_t misses() const { return misses_; }

  // SeriesSource
  base::Status ReadLabels(size_t series, std::vector<model::Label>* labels) override;
  void Rebind(size_t series, store::SeriesRef ref) override;

 private:
  // What only few series have, with the index of the series.
  struct Rare {
    size_t series = 0;
    model::Sample sample;  // a histogram, or a float with start timestamp
    std::unique_ptr<model::Exemplar> exemplar;
  };
  struct Metadata {
    size_t series = 0;
    wire::WriteMetadata metadata;
  };

  void ResolveMissing(MetricWriter* writer);
  uint64_t CountSamples(size_t series) const;
  void AppendFloats(MetricWriter* writer);
  void AppendRare(MetricWriter* writer);
  void SetNewMetadata(MetricWriter* writer);
  void Clear();
  uint32_t last_series() const { return static_cast<uint32_t>(keys_.size() - 1); }

  SeriesCache* const cache_;
  SeriesCache* const metadata_cache_;
  const wire::WriteRequestV2Reader* const symbols_;

  // Per series.
  std::vector<encoding::Hash128> keys_;
  std::vector<store::SeriesRef> refs_;
  std::vector<std::string_view> label_bytes_;  // 1.0
  std::vector<uint32_t> label_refs_;           // 2.0, of all series one after another …
  std::vector<size_t> label_refs_end_;         // … and where each one's end

  // Per float; its reference is known only at Flush.
  std::vector<store::RefSample> floats_;
  std::vector<uint32_t> float_series_;

  std::vector<Rare> rare_;
  std::vector<Metadata> metadata_;
  std::vector<encoding::Hash128> metadata_keys_;
  std::vector<store::SeriesRef> metadata_refs_;

  std::vector<encoding::Hash128> new_keys_;
  std::vector<store::SeriesRef> new_refs_;
  std::vector<model::Label> labels_;
  uint64_t hits_ = 0;
  uint64_t misses_ = 0;
};

}  // namespace sb::ingest
