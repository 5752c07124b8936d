// SPDX-License-Identifier: Apache-2.0
//
// SpanWriter is the last SpanSink: it decodes a request into rows and writes them to the events
// store as one batch.
//
//   SpanWriter writer(&event_writer, env, &losses, &registry);
//   SpanWriteResult result = writer.Write(request);
//
// A span that cannot be decoded, or whose ids or times are none, is refused alone; a request whose
// envelope is broken is refused as a whole.
//
// Streams of resources seen before are kept (by the hash of their bytes, at most
// kCachedStreamsMax), so that a resource is not encoded again for every request.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_batch.h"
#include "ingest/pipeline/span_sink.h"
#include "store/interface/event_store.h"

namespace sb::ingest {

class SpanWriter final : public SpanSink {
 public:
  static constexpr size_t kCachedStreamsMax = 16'384;

  // All pointers must outlive the writer.
  SpanWriter(store::EventWriter* store, base::Env* env, LossCounters* losses,
             base::Registry* registry, SpanLimits limits = {});

  SpanWriteResult Write(std::string_view request) override;

 private:
  struct Pass;
  store::EventStream Stream(const wire::OtlpResource& resource, const wire::OtlpScope& scope);
  void AddSpan(std::string_view item, uint32_t stream, Pass* pass);
  SpanWriteResult Finish(Pass pass);

  store::EventWriter* const store_;
  const base::Clock& clock_;
  LossCounters* const losses_;
  const SpanLimits limits_;
  const uint64_t seed_;  // of the cache's keys: nobody outside can choose equal ones
  base::Counter* const spans_;
  base::Counter* const future_spans_;
  base::Mutex mutex_;
  std::unordered_map<uint64_t, store::EventStream> streams_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
