// SPDX-License-Identifier: Apache-2.0
//
// The values of instruments: sums in shards that threads do not share, gauges, and histograms with
// fixed or exponential buckets.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "signalbox/context.h"

namespace signalbox::internal {

// Which of `count` shards the calling thread uses.
size_t ShardOfThread(size_t count);

struct SumCell {
  static constexpr size_t kShards = 8;
  struct alignas(64) Shard {
    std::atomic<uint64_t> value{0};
  };
  std::array<Shard, kShards> shards;
  std::atomic<int64_t> up_down{0};
  std::atomic<double> fraction{0};

  void Add(uint64_t n) {
    shards[ShardOfThread(kShards)].value.fetch_add(n, std::memory_order_relaxed);
  }
  uint64_t Total() const;
};

struct GaugeCell {
  std::atomic<double> value{0};
  std::atomic<bool> is_set{false};
};

struct MetricExemplar {
  double value = 0;
  int64_t time_ns = 0;
  SpanContext span;
};

struct HistogramValue {
  uint64_t count = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
  std::vector<uint64_t> buckets;  // explicit: bounds + 1
  // Exponential: bucket i of `positive` is (base^(offset+i), base^(offset+i+1)], base 2^(2^-scale).
  int32_t scale = 0;
  int32_t offset = 0;
  std::vector<uint64_t> positive;
  uint64_t zero_count = 0;
  std::vector<MetricExemplar> exemplars;
};

class HistogramCell {
 public:
  virtual ~HistogramCell() = default;
  virtual void Record(double value) = 0;
  virtual HistogramValue Read() const = 0;
};

// Upper bounds ascending; a value equal to a bound belongs below it.
std::unique_ptr<HistogramCell> MakeExplicitHistogram(std::vector<double> bounds);
// At most 160 buckets; the scale follows the values (OpenTelemetry data model, "Exponential
// histogram"). Negative values and NaN are left out.
std::unique_ptr<HistogramCell> MakeExponentialHistogram();

}  // namespace signalbox::internal
