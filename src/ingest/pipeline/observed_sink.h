// SPDX-License-Identifier: Apache-2.0
//
// ObservedSink shows the spans of a request to connectors once the sink behind it has accepted the
// request: what is sent again after a failure is counted once. Connectors stand before samplers and
// so see every span.
//
//   ObservedSink sink(&next, {&span_metrics, &service_graph});
//
// Threads: safe for concurrent use, as `next` and the observers are.
#pragma once

#include <utility>
#include <vector>

#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

class ObservedSink final : public SpanSink {
 public:
  static constexpr size_t kObservedSpansMax = 64;

  // All pointers must outlive the sink.
  ObservedSink(SpanSink* next, std::vector<SpanObserver*> observers)
      : next_(next), observers_(std::move(observers)) {}

  SpanWriteResult Write(std::string_view request) override;

 private:
  void Show(std::string_view request);

  SpanSink* const next_;
  const std::vector<SpanObserver*> observers_;
};

}  // namespace sb::ingest
