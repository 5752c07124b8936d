// SPDX-License-Identifier: Apache-2.0
//
// DeltaAccumulator turns points of delta temporality into cumulative ones: it remembers for each
// series what was summed up so far.
//
//   DeltaAccumulator::Session session(&accumulator, now);   // a request holds it until it ends
//   SB_RETURN_IF_ERROR(session.AddNumber(key, &point));     // point.value is cumulative now
//   session.Keep();                                         // the request was stored
//
// A session that ends without Keep() leaves the accumulator as it was: the sender will send the
// same points again. kFailedPrecondition for a point that is not newer than the last one of its
// series, kResourceExhausted for a new series above `series_max`, once those that had no point for
// `idle_max` have made room. Histograms whose buckets change start over, which queries see as a
// counter reset, as does everything after a restart of the program.
//
// Source: the Collector's deltatocumulative processor. Threads: sessions exclude each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "encoding/hash.h"
#include "model/histogram.h"
#include "wire/otlp/metrics_reader.h"

namespace sb::ingest {

class DeltaAccumulator {
 public:
  struct Options {
    size_t series_max = 200'000;
    base::DurationMs idle_max = base::Minutes(60);
  };
  explicit DeltaAccumulator(Options options) : options_(options) {}

  class Session;
  size_t series_count() const;

 private:
  struct State {
    uint64_t start_ns = 0;
    uint64_t time_ns = 0;
    int64_t touched_ms = 0;
    double sum = 0;
    uint64_t count = 0;
    std::vector<double> bounds;
    std::vector<uint64_t> counts;
    model::HistogramPtr histogram;
  };
  struct KeyHash {
    size_t operator()(const encoding::Hash128& key) const { return key.low; }
  };

  const Options options_;
  mutable base::Mutex mutex_;
  std::unordered_map<encoding::Hash128, State, KeyHash> states_;  // guarded by the session
  int64_t swept_ms_ = 0;
};

class DeltaAccumulator::Session {
 public:
  Session(DeltaAccumulator* accumulator, base::TimestampMs now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  base::Status AddNumber(const encoding::Hash128& key, wire::OtlpNumberPoint* point);
  base::Status AddHistogram(const encoding::Hash128& key, wire::OtlpHistogramPoint* point);
  base::Status AddNative(const encoding::Hash128& key, wire::OtlpPoint* point,
                         model::Histogram* histogram);
  void Keep() { undo_.clear(); }

 private:
  // The state of a series that this point may be added to, with its times moved on.
  base::Result<State*> Advance(const encoding::Hash128& key, wire::OtlpPoint* point);
  void Sweep();

  DeltaAccumulator* const accumulator_;
  const int64_t now_ms_;
  base::MutexLock lock_;
  std::vector<std::pair<encoding::Hash128, std::optional<State>>> undo_;
};

}  // namespace sb::ingest
