// SPDX-License-Identifier: Apache-2.0
//
// SpanMetrics counts spans by their labels: calls, durations, sizes, events. One class makes both
// families that the field knows: the Collector's (`techmart_calls_total`,
// `techmart_duration_milliseconds`) and Tempo's (`traces_spanmetrics_calls_total`,
// `traces_spanmetrics_latency`).
//
//   SpanMetrics metrics(SpanMetricsOptions::Tempo(), &clock, &losses);
//   … metrics.Observe(resource, scope, spans) as spans come …
//   metrics.Flush(store);                    // every few seconds
//
// Label sets are bounded: beyond `label_sets_max` spans count in the one with
// otel_metric_overflow="true". A label set that saw no span for `expiration_ms` ends with stale
// markers; 0: never. Spans without service.name are passed over by the Collector's family.
//
// Source: Collector contrib, spanmetricsconnector; Tempo, metrics generator. Threads: safe for
// concurrent use; one Flush at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "ingest/connectors/series_flush.h"
#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

struct SpanDimension {
  enum class Source : uint8_t {
    kServiceName,
    kSpanName,
    kSpanKind,
    kStatusCode,
    kStatusMessage,
    kAttribute,  // of the span, else of the resource, else `fallback`, else no label
    kResourceAttribute,
    kScopeName,
    kScopeVersion
  };
  Source source = Source::kAttribute;
  std::string attribute;
  std::string label;
  std::string fallback;
  bool has_fallback = false;
};

struct SpanMetricsOptions {
  // With all the names of Tempo's metrics generator.
  static SpanMetricsOptions Tempo();

  // A group of families that share their labels; an empty name: not made.
  struct Group {
    std::vector<SpanDimension> dimensions;
    std::string calls;
    std::string size;
    std::string events;    // one count per span event, by its name (label event_name)
    std::string duration;  // a histogram, without _bucket
  };
  std::vector<Group> groups;
  LatencyShape shape;
  double duration_unit_ns = 1e9;  // what is 1 in the histogram
  bool needs_service_name = true;
  bool has_exemplars = true;
  size_t exemplars_max = 5;  // of one label set between two flushes
  size_t label_sets_max = 5'000;
  int64_t expiration_ms = 0;
  // A counter that did not change is written again after this time.
  int64_t keep_alive_ms = 15'000;
};

class SpanMetrics final : public SpanObserver {
 public:
  // All pointers must outlive the object.
  SpanMetrics(SpanMetricsOptions options, const base::Clock* clock, LossCounters* losses);
  ~SpanMetrics() override;

  void Observe(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
               std::span<const wire::OtlpSpan> spans) override;
  void Flush(store::AppenderFactory* store);
  size_t label_set_count() const;

 private:
  struct LabelSet;
  struct GroupState;
  struct Seen;

  LabelSet* Find(GroupState* group, const Seen& seen) SB_REQUIRES(mutex_);
  void ReadKey(const SpanMetricsOptions::Group& group, const Seen& seen) SB_REQUIRES(mutex_);
  void AddLabel(const std::string& label, std::string_view value) SB_REQUIRES(mutex_);
  void Count(GroupState* group, LabelSet* set, const Seen& seen);
  void CountEvents(GroupState* group, const Seen& seen) SB_REQUIRES(mutex_);
  void Gather(GroupState* group, int64_t now_ms, SeriesFlush* flush,
              std::vector<std::unique_ptr<LabelSet>>* ended);
  void GatherSet(GroupState* group, LabelSet* set, SeriesFlush* flush);

  const SpanMetricsOptions options_;
  const base::Clock* const clock_;
  LossCounters* const losses_;
  mutable base::Mutex mutex_;
  std::vector<std::unique_ptr<GroupState>> groups_ SB_GUARDED_BY(mutex_);
  // Of the span at hand.
  ConnectorLabels labels_ SB_GUARDED_BY(mutex_);
  std::string key_ SB_GUARDED_BY(mutex_);
  std::string scratch_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
