// SPDX-License-Identifier: Apache-2.0
//
// The program's metrics about itself: counters, gauges and histograms in a Registry, which the API
// prints as text exposition.
//
//   Registry registry;
//   Counter& cut = registry.AddCounter("signalbox_tsdb_blocks_cut_total", "Blocks cut from the
//   head."); cut.Add(); Counter& refused =
//   registry.AddCounter("signalbox_tsdb_samples_refused_total",
//                                          "Samples refused.", {{"reason", "too_old"}});
//   auto handle = registry.AddCallback(InstrumentKind::kGauge, "signalbox_tsdb_head_series",
//                                      "Series in the head.", {}, [this] { return Count(); });
//
// Asking again for the same name and labels gives the same instrument; asking for the same name
// with another kind is a bug. Instruments live as long as their registry and never move. A callback
// is removed when its handle dies, which waits for a running call; a callback must not use the
// registry itself.
//
// Threads: safe for concurrent use. An increment is one relaxed atomic addition.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sb::base {

using InstrumentLabels = std::vector<std::pair<std::string, std::string>>;
enum class InstrumentKind : uint8_t { kCounter, kGauge, kHistogram };

class Counter {
 public:
  void Add(uint64_t n = 1) { count_.fetch_add(n, std::memory_order_relaxed); }
  // For counters that are not whole numbers, such as seconds.
  void AddFraction(double n) { fraction_.fetch_add(n, std::memory_order_relaxed); }
  double value() const {
    return static_cast<double>(count_.load(std::memory_order_relaxed)) +
           fraction_.load(std::memory_order_relaxed);
  }

 private:
  alignas(64) std::atomic<uint64_t> count_{0};  // own cache line: hot counters do not share one
  std::atomic<double> fraction_{0};
};

class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  void Add(double n) { value_.fetch_add(n, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Counts observations in buckets with the given ascending upper bounds, and above them.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void Observe(double value);
  const std::vector<double>& bounds() const { return bounds_; }
  std::vector<uint64_t> counts() const;  // per bucket, the last one above all bounds
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

// start, start*factor, … (`count` bounds).
std::vector<double> ExponentialBounds(double start, double factor, size_t count);

// What Collect() returns: values at one moment, sorted by name, then labels.
struct InstrumentPoint {
  InstrumentLabels labels;
  double value = 0;  // counter, gauge
  // Histogram: upper bounds without +Inf, cumulative counts with it (one more than bounds).
  std::vector<double> bounds;
  std::vector<uint64_t> cumulative_counts;
  double sum = 0;
};
struct InstrumentFamily {
  std::string name;
  std::string help;
  InstrumentKind kind = InstrumentKind::kGauge;
  std::vector<InstrumentPoint> points;
};

class Registry {
 public:
  // Keeps a callback registered while it lives.
  class Handle {
   public:
    Handle() = default;
    ~Handle();
    Handle(Handle&& other) noexcept;
    Handle& operator=(Handle&& other) noexcept;

   private:
    friend class Registry;
    struct Entry;
    explicit Handle(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    std::shared_ptr<Entry> entry_;
  };

  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& AddCounter(const std::string& name, const std::string& help,
                      const InstrumentLabels& labels = {});
  Gauge& AddGauge(const std::string& name, const std::string& help,
                  const InstrumentLabels& labels = {});
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          std::vector<double> bounds, const InstrumentLabels& labels = {});
  [[nodiscard]] Handle AddCallback(InstrumentKind kind, const std::string& name,
                                   const std::string& help, const InstrumentLabels& labels,
                                   std::function<double()> read);
  std::vector<InstrumentFamily> Collect() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sb::base
