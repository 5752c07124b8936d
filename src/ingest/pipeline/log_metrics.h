// SPDX-License-Identifier: Apache-2.0
//
// LogMetrics are the metrics that `metric` stages make out of log lines: counters and classic
// histograms, summed up in memory and written to the metrics store at an interval.
//
//   metrics.Count("lines_total", {{"app", "shop"}}, 1);
//   metrics.Observe("took_seconds", {}, 0.25, {0.1, 1});
//   SB_RETURN_IF_ERROR(metrics.Flush(now));
//
// They start at zero with the process, as a scraped program's would. At most kSeriesMax series;
// what would need another is counted as lost.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "ingest/pipeline/loss.h"
#include "store/interface/appender.h"

namespace sb::ingest {

class LogMetrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  static constexpr size_t kSeriesMax = 100'000;

  // Both must outlive the object; `store` may be null: nothing is written then.
  LogMetrics(store::AppenderFactory* store, LossCounters* losses)
      : store_(store), losses_(losses) {}

  void Count(const std::string& name, const Labels& labels, double n);
  void Observe(const std::string& name, const Labels& labels, double value,
               const std::vector<double>& bounds);
  base::Status Flush(base::TimestampMs now);
  // "name{a="b"} value", sorted; for tests and `logs test-pipeline`.
  std::vector<std::string> Print() const;

 private:
  using Key = std::pair<std::string, Labels>;
  struct Series {
    double value = 0;  // of a counter; of a histogram the sum
    std::vector<double> bounds;
    std::vector<double> counts;  // per bucket, the last one above all bounds
  };
  Series* Find(const std::string& name, const Labels& labels) SB_REQUIRES(mutex_);
  template <typename Sink>
  void ForEach(Sink&& sink) const SB_REQUIRES(mutex_);

  store::AppenderFactory* const store_;
  LossCounters* const losses_;
  mutable base::Mutex mutex_;
  std::map<Key, Series> series_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::ingest
