// SPDX-License-Identifier: Apache-2.0
//
// Instruments count and measure. An instrument keeps one value per set of attributes; binding a set
// once makes counting with it a single atomic addition, without allocation or lock.
//
//   Counter requests = meter.CreateCounter("http.server.requests", {.unit = "{request}"});
//   requests.Add(1, {{"route", "/cart"}});
//   BoundCounter hits = cache.Bind({{"result", "hit"}});   hits.Add(1);       // under 10 ns
//
// More sets than `cardinality_max` of an instrument share one value with
// otel.metric.overflow="true". Values are cumulative since the start of the process.
//
// Threads: safe for concurrent use. Instruments are handles; copies share their values.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signalbox/attributes.h"

namespace signalbox {

namespace internal {
class Instrument;
struct SumCell;
struct GaugeCell;
class HistogramCell;
}  // namespace internal

struct InstrumentOptions {
  std::string unit = {};
  std::string description = {};
  // Histograms only: upper bounds, ascending. Empty: OpenTelemetry's default.
  std::vector<double> buckets = {};
  // Histograms only: an exponential histogram of at most 160 buckets instead of fixed bounds.
  bool is_exponential = false;
  size_t cardinality_max = 2000;
};

class BoundCounter {
 public:
  explicit BoundCounter(std::shared_ptr<internal::SumCell> cell) : cell_(std::move(cell)) {}
  void Add(uint64_t n = 1) const;

 private:
  std::shared_ptr<internal::SumCell> cell_;
};

class Counter {
 public:
  explicit Counter(std::shared_ptr<internal::Instrument> instrument)
      : instrument_(std::move(instrument)) {}
  void Add(uint64_t n = 1, const Attributes& attributes = {}) const;
  BoundCounter Bind(const Attributes& attributes) const;

 private:
  std::shared_ptr<internal::Instrument> instrument_;
};

// A sum of fractions, such as money. Negative values are ignored.
class FloatCounter {
 public:
  explicit FloatCounter(std::shared_ptr<internal::Instrument> instrument)
      : instrument_(std::move(instrument)) {}
  void Add(double value, const Attributes& attributes = {}) const;

 private:
  std::shared_ptr<internal::Instrument> instrument_;
};

// What goes up and down: connections, items in a queue.
class UpDownCounter {
 public:
  explicit UpDownCounter(std::shared_ptr<internal::Instrument> instrument)
      : instrument_(std::move(instrument)) {}
  void Add(int64_t n, const Attributes& attributes = {}) const;

 private:
  std::shared_ptr<internal::Instrument> instrument_;
};

class Gauge {
 public:
  explicit Gauge(std::shared_ptr<internal::Instrument> instrument)
      : instrument_(std::move(instrument)) {}
  void Set(double value, const Attributes& attributes = {}) const;

 private:
  std::shared_ptr<internal::Instrument> instrument_;
};

class BoundHistogram {
 public:
  explicit BoundHistogram(std::shared_ptr<internal::HistogramCell> cell) : cell_(std::move(cell)) {}
  void Record(double value) const;

 private:
  std::shared_ptr<internal::HistogramCell> cell_;
};

// Keeps an exemplar (the current span, if it is sampled) for each bucket.
class Histogram {
 public:
  explicit Histogram(std::shared_ptr<internal::Instrument> instrument)
      : instrument_(std::move(instrument)) {}
  void Record(double value, const Attributes& attributes = {}) const;
  BoundHistogram Bind(const Attributes& attributes) const;

 private:
  std::shared_ptr<internal::Instrument> instrument_;
};

// Reports values when they are asked for.
class Observation {
 public:
  virtual ~Observation() = default;
  virtual void Observe(double value, const Attributes& attributes = {}) = 0;
};
using ObserveFunction = std::function<void(Observation&)>;

enum class ObservableKind { kGauge, kCounter, kUpDownCounter };

// Ends the observation when destroyed; its function is not under way afterwards.
class ObservableHandle {
 public:
  ObservableHandle() = default;
  explicit ObservableHandle(std::shared_ptr<void> owner) : owner_(std::move(owner)) {}

 private:
  std::shared_ptr<void> owner_;
};

// Changes how an instrument is kept, without touching the code that counts.
struct View {
  std::string instrument;  // name, may end in '*'
  std::string name = {};   // new name; empty: unchanged
  bool is_dropped = false;
  std::vector<std::string> keep_keys = {};  // empty: all attributes
  std::vector<double> buckets = {};
  bool is_exponential = false;
};

class MetricStore;  // metric_store.h of the library's sources

class Meter {
 public:
  Meter() = default;
  Meter(std::shared_ptr<MetricStore> store, std::string scope, std::string version);

  Counter CreateCounter(std::string_view name, InstrumentOptions options = {}) const;
  FloatCounter CreateFloatCounter(std::string_view name, InstrumentOptions options = {}) const;
  UpDownCounter CreateUpDownCounter(std::string_view name, InstrumentOptions options = {}) const;
  Gauge CreateGauge(std::string_view name, InstrumentOptions options = {}) const;
  Histogram CreateHistogram(std::string_view name, InstrumentOptions options = {}) const;
  [[nodiscard]] ObservableHandle Observe(ObservableKind kind, std::string_view name,
                                         InstrumentOptions options, ObserveFunction function) const;

 private:
  std::shared_ptr<MetricStore> store_;
  std::string scope_;
  std::string version_;
};

}  // namespace signalbox
