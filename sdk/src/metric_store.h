// SPDX-License-Identifier: Apache-2.0
//
// MetricStore holds all instruments of a process and hands out what they hold, for exporters.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "instrument.h"
#include "signalbox/metrics.h"

namespace signalbox {

struct MetricPoint {
  Attributes attributes;
  double number = 0;    // gauges, float and observable sums
  int64_t integer = 0;  // counters, up-down counters
  bool is_integer = false;
  internal::HistogramValue histogram;
};

struct MetricData {
  enum class Kind { kSum, kUpDownSum, kGauge, kHistogram, kExponentialHistogram };
  std::string scope;
  std::string scope_version;
  std::string name;
  std::string unit;
  std::string description;
  Kind kind = Kind::kGauge;
  std::vector<double> bounds;
  std::vector<MetricPoint> points;
};

class MetricStore {
 public:
  explicit MetricStore(std::vector<View> views);

  // The instrument of this name in the scope; made at the first call, whose options hold.
  std::shared_ptr<internal::Instrument> Instrument(internal::InstrumentKind kind,
                                                   const std::string& scope,
                                                   const std::string& version,
                                                   std::string_view name,
                                                   InstrumentOptions options);
  ObservableHandle Observe(ObservableKind kind, const std::string& scope, std::string_view name,
                           InstrumentOptions options, ObserveFunction function);

  // Everything, sorted by scope and name. Calls the observers.
  std::vector<MetricData> Collect();
  int64_t start_ns() const { return start_ns_; }

 private:
  struct Observer {
    ObservableKind kind;
    std::string scope;
    std::string name;
    InstrumentOptions options;
    ObserveFunction function;
  };
  struct Scoped {
    std::string version;
    std::shared_ptr<internal::Instrument> instrument;
  };
  const View* ViewOf(std::string_view name) const;

  const std::vector<View> views_;
  const int64_t start_ns_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Scoped> instruments_;  // by (scope, name)
  std::map<uint64_t, Observer> observers_;
  uint64_t next_observer_ = 1;
  // Held while observers run, so that a handle's end waits for them.
  std::mutex observing_;
};

}  // namespace signalbox
