// SPDX-License-Identifier: Apache-2.0
//
// Metrics of a load test: their registry, their sub-metrics, and the sinks that add samples up.
//
//   MetricRegistry registry;                                   // has the built-in metrics
//   MetricId orders = *registry.Declare("orders", MetricType::kCounter, Contains::kDefault);
//   registry.DeclareSub("http_req_duration{name:login}");
//   Sink sink(MetricType::kTrend);  sink.Add(12.5);  sink.Percentile(95);
//
// A trend keeps its values and is exact, as in k6, up to kExactValuesMax samples; from then on it
// counts values in buckets whose width is 0.2 % of the value, so that a long test has bounded
// memory. Times are milliseconds.
//
// Threads: MetricRegistry is safe for concurrent use; a Sink belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"

namespace sb::load {

enum class MetricType : uint8_t { kCounter, kGauge, kRate, kTrend };
enum class Contains : uint8_t { kDefault, kTime, kData };
std::string_view MetricTypeName(MetricType type);
std::string_view ContainsName(Contains contains);

using Tags = std::vector<std::pair<std::string, std::string>>;

class Sink {
 public:
  static constexpr size_t kExactValuesMax = 65536;

  explicit Sink(MetricType type) : type_(type) {}

  void Add(double value);
  void Merge(const Sink& other);

  MetricType type() const { return type_; }
  uint64_t count() const { return count_; }  // samples
  double sum() const { return sum_; }
  double min() const { return count_ == 0 ? 0 : min_; }
  double max() const { return count_ == 0 ? 0 : max_; }
  double last() const { return last_; }
  uint64_t passes() const { return trues_; }
  double rate() const { return count_ == 0 ? 0 : double(trues_) / double(count_); }
  double avg() const { return count_ == 0 ? 0 : sum_ / double(count_); }
  // Linear between the two nearest values, as k6 does it; 0 <= p <= 100.
  double Percentile(double p);

 private:
  void Fold();

  MetricType type_;
  bool sorted_ = false;
  uint64_t count_ = 0;
  uint64_t trues_ = 0;
  double sum_ = 0;
  double min_ = 0;
  double max_ = 0;
  double last_ = 0;
  std::vector<double> values_;
  std::vector<uint32_t> buckets_;  // empty while exact
};

using MetricId = uint32_t;

// One line of results: a metric as a whole, or the part of it that has certain tags.
struct Slot {
  std::string name;  // "http_reqs", "http_reqs{scenario:smoke}"
  MetricId metric = 0;
  Tags match;  // empty: all samples
};

struct Metric {
  std::string name;
  MetricType type = MetricType::kCounter;
  Contains contains = Contains::kDefault;
  std::vector<uint32_t> slots;  // the first is the metric as a whole
};

// The built-in metrics have fixed ids.
enum BuiltIn : MetricId {
  kVus, kVusMax, kIterations, kIterationDuration, kDroppedIterations, kDataSent, kDataReceived,
  kChecks, kGroupDuration, kHttpReqs, kHttpReqFailed, kHttpReqDuration, kHttpReqBlocked,
  kHttpReqConnecting, kHttpReqTls, kHttpReqSending, kHttpReqWaiting, kHttpReqReceiving,
  kWsSessions, kWsSent, kWsReceived, kWsConnecting, kWsSessionDuration, kWsPing, kBuiltInCount
};

class MetricRegistry {
 public:
  static constexpr size_t kMetricsMax = 2000;

  MetricRegistry();

  // The id of the metric; kAlreadyExists when it is there with another type, kInvalidArgument for
  // a name that is no metric name.
  base::Result<MetricId> Declare(const std::string& name, MetricType type, Contains contains);
  // "name" or "name{tag:value,…}"; kNotFound for an unknown name. Before the first sample only.
  base::Result<uint32_t> DeclareSub(const std::string& spelled);

  // References stay valid: metrics and slots are never removed.
  const Metric& metric(MetricId id) const;
  const Slot& slot(uint32_t index) const;
  size_t metric_count() const;
  size_t slot_count() const;

 private:
  mutable base::Mutex mutex_;
  std::deque<Metric> metrics_ SB_GUARDED_BY(mutex_);
  std::deque<Slot> slots_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::load
