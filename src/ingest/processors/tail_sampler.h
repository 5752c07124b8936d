// SPDX-License-Identifier: Apache-2.0
//
// TailSampler holds the spans of a trace back until the trace is as good as complete, and passes it
// on as a whole or not at all.
//
//   TailSampler sampler(std::move(options), std::move(policies), &next, &clock, &losses);
//   … sampler.Write(request) …
//   sampler.Tick();              // every second: decides what has waited long enough
//   sampler.DecideAll();         // at the end: nothing is left waiting
//
// Spans that come after the decision follow it. Traces that wait are at most `traces_max`; beyond,
// the oldest is decided early and counted. What the next sink cannot take now waits on.
//
// A span is acknowledged while it waits in memory: a crash loses what waits. That is the price of
// this processor, and why it is never on without being asked for.
//
// Threads: Write from any thread; Tick and DecideAll from one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "ingest/pipeline/loss.h"
#include "ingest/processors/tail_policy.h"

namespace sb::ingest {

class TailSampler final : public SpanSink {
 public:
  struct Options {
    int64_t wait_ms = 30'000;
    size_t traces_max = 50'000;
    size_t decisions_max = 200'000;  // remembered for late spans
  };
  // All pointers must outlive the sampler.
  TailSampler(Options options, std::vector<TailPolicy> policies, SpanSink* next,
              const base::Clock* clock, LossCounters* losses);

  SpanWriteResult Write(std::string_view request) override;
  void Tick();
  void DecideAll();
  size_t waiting_count() const;

 private:
  struct Waiting {
    std::string request;  // messages one after another are one message
    size_t spans = 0;
  };
  struct Due {
    std::string trace_id;
    Waiting waiting;
  };
  void Split(TraceRecord record, std::unordered_map<std::string, TraceRecord>* traces) const;
  void DecideUntil(int64_t deadline_ns);
  // False if the next sink could not take it.
  bool Decide(const Due& due);
  void Remember(const std::string& trace_id, bool keeps);

  const Options options_;
  const std::vector<TailPolicy> policies_;
  SpanSink* const next_;
  const base::Clock* const clock_;
  LossCounters* const losses_;
  mutable base::Mutex mutex_;
  std::unordered_map<std::string, Waiting> waiting_ SB_GUARDED_BY(mutex_);
  std::deque<std::pair<int64_t, std::string>> deadlines_ SB_GUARDED_BY(mutex_);
  std::unordered_map<std::string, bool> decisions_ SB_GUARDED_BY(mutex_);
  std::deque<std::string> decision_order_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
