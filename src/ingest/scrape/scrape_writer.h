// SPDX-License-Identifier: Apache-2.0
//
// ScrapeWriter turns the answer of one target into samples of a store: one batch a scrape, all or
// nothing.
//
//   ScrapeWriter writer(config, target, metric_rules, dependencies);
//   base::Status error = writer.Write({.time = …, .body = …, .content_type = …});
//   writer.WriteStale(time);          // when the target is gone
//
// Write always stores the series about the scrape (`up`, `scrape_duration_seconds`, …). When the
// answer is missing, malformed or exceeds a limit, nothing else of it is stored, everything that
// the target had gets a stale marker, and the reason is returned and shown as the target's last
// error. Samples that the store refuses one by one (out of order, duplicate, too old) are left out
// and counted.
//
// Source: Prometheus scrape/scrape.go. Threads: one at a time.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "base/time.h"
#include "ingest/pipeline/arrivals.h"
#include "ingest/pipeline/loss.h"
#include "ingest/scrape/classic_histogram.h"
#include "ingest/scrape/family_table.h"
#include "ingest/scrape/sample_labels.h"
#include "ingest/scrape/scrape_cache.h"
#include "ingest/scrape/scrape_config.h"
#include "ingest/scrape/scrape_counters.h"
#include "ingest/scrape/target.h"
#include "store/interface/appender.h"
#include "wire/prometheus/exposition_parser.h"

namespace sb::scrape {

struct WriterDependencies {
  store::AppenderFactory& store;
  ScrapeCounters& counters;
  ingest::LossCounters& losses;
  const base::Clock& clock;
  ingest::Arrivals* arrivals = nullptr;  // may stay null
};

// What came back from a target.
struct ScrapeInput {
  base::TimestampMs time;          // of the samples
  int64_t start_monotonic_ns = 0;  // when the request was sent
  base::Status error;              // of the request; then there is no body
  std::string content_type;
  std::string_view body;
};

class ScrapeWriter {
 public:
  ScrapeWriter(std::shared_ptr<const ScrapeConfig> config, std::shared_ptr<Target> target,
               model::RelabelRules metric_rules, const WriterDependencies& dependencies);
  ~ScrapeWriter();

  base::Status Write(const ScrapeInput& input);
  // Stale markers for everything that the last scrape had, and for the series about scrapes.
  void WriteStale(base::TimestampMs time);

  // When another writer takes over the same target (new configuration): it gets stale markers
  // written for what it does not find any more.
  std::vector<store::SeriesRef> TrackedSeries();
  void Inherit(std::vector<store::SeriesRef> series) { inherited_ = std::move(series); }

 private:
  struct Counts {
    uint64_t total = 0;
    uint64_t added = 0;
    uint64_t series_added = 0;
  };
  struct Report {
    const char* metric;
    const char* unit;
    const char* help;
  };
  static const std::array<Report, 8> kReports;

  base::Status ReadBody(const ScrapeInput& input);
  base::Status ReadEntries(wire::ExpositionParser* parser);
  base::Status EnterFamily(const Family* family);
  base::Status TakeMetadata(const CachedSeries& series, wire::ExpositionParser* parser);
  base::Status TakeSeries(wire::ExpositionParser* parser);
  base::Status TakeClassicPart(wire::ExpositionParser* parser, bool* taken);
  base::Status FinishClassic();
  base::Status TakeSample(CachedSeries* series, wire::ExpositionParser* parser);
  // Resolves a series that the cache does not know; sets `dropped` if a rule drops it.
  base::Status ResolveSeries(CachedSeries* series, std::span<const model::Label> exposed);
  base::Status AppendHistogram(CachedSeries* series, model::Sample sample);
  void TakeExemplars(CachedSeries* series, wire::ExpositionParser* parser, int64_t time_ms);
  base::Status FlushFloats();
  base::Status LimitError() const;
  // Counts a refused sample; not OK if the scrape cannot go on.
  base::Status Classify(const base::Status& status);
  bool WithinSampleLimit();
  void AppendStaleMarker(store::SeriesRef ref);
  void AppendAllStale();
  void EndInherited();
  void AbandonBody();
  void CountFailure(const base::Status& error);
  void AppendReports(const ScrapeInput& input, const base::Status& error);
  void AppendReport(size_t i, int64_t time_ms, double value);
  base::Status Commit(ScrapeEnd end);

  const std::shared_ptr<const ScrapeConfig> config_;
  const std::shared_ptr<Target> target_;
  const SampleLabels labels_of_;
  const WriterDependencies dependencies_;
  const bool native_histograms_;
  const bool always_classic_;
  const bool convert_classic_;
  const int32_t schema_max_;

  ScrapeCache cache_;
  FamilyTable families_;
  ClassicHistogram classic_;
  std::array<store::SeriesRef, 8> report_refs_{};
  std::vector<store::SeriesRef> inherited_;

  // Of the scrape that is being written.
  std::unique_ptr<store::Appender> appender_;
  Counts counts_;
  int64_t time_ms_ = 0;
  const Family* family_ = nullptr;
  bool family_is_native_ = false;
  uint64_t sample_limit_used_ = 0;
  bool sample_limit_hit_ = false;
  bool bucket_limit_hit_ = false;
  std::vector<store::RefSample> floats_;
  std::vector<uint32_t> float_series_;  // index in the cache
  std::vector<base::Status> float_errors_;
  std::vector<model::Label> labels_;
};

// The finest schema whose buckets grow by at least `factor`.
int32_t SchemaOfFactor(double factor);

}  // namespace sb::scrape
