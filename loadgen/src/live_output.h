// SPDX-License-Identifier: Apache-2.0
//
// Sends the running test's metrics by Prometheus remote write, with the names of k6's output
// experimental-prometheus-rw: k6_http_reqs_total, k6_http_req_duration_p99 (seconds),
// k6_http_req_failed_rate, k6_vus.
//
//   LiveOutput output(test, settings, series);   output.Start();   …   output.Finish();
//
// A push that fails is told on the console and is not repeated: values are totals since the start,
// so that the next push brings everything. The slowest request of an interval goes along as an
// exemplar with its trace_id.
// Source: k6 documentation, "Prometheus remote write" (environment variables K6_PROMETHEUS_RW_*).
#pragma once

#include <pthread.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "http_client.h"
#include "test_state.h"

namespace sb::load {

struct LiveOutputSettings {
  std::string url = "http://localhost:9090/api/v1/write";
  std::string headers;  // further header lines, such as Authorization
  Nanos interval = 5 * kSecond;
  std::vector<std::string> trend_stats = {"p(99)"};
  bool stale_markers = false;

  // What the environment says, over the defaults.
  static base::Result<LiveOutputSettings> FromEnvironment(
      const std::map<std::string, std::string>& env);
};

using SeriesMap = std::map<std::string, TagSet>;

// The body of one push. `now_ms` is the wall clock.
std::string EncodeWrite(const MetricRegistry& registry, SeriesMap& series,
                        const LiveOutputSettings& settings, int64_t now_ms, bool stale);

class LiveOutput {
 public:
  LiveOutput(TestState& test, LiveOutputSettings settings, std::function<SeriesMap()> series);
  void Start();
  // Pushes once more and ends.
  void Finish();

 private:
  void Loop();
  void Push(bool stale);

  TestState& test_;
  const LiveOutputSettings settings_;
  const std::function<SeriesMap()> series_;
  HttpClient client_;
  base::Mutex mutex_;
  base::CondVar changed_;
  bool finishing_ SB_GUARDED_BY(mutex_) = false;
  pthread_t thread_{};
};

}  // namespace sb::load
