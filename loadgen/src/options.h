// SPDX-License-Identifier: Apache-2.0
//
// The options of a test, as k6 scripts, environment and command line give them.
//
//   rapidjson::Document merged;                       // layers from the weakest to the strongest
//   MergeLayer(script_json, &merged);  MergeLayer(environment_json, &merged);  …
//   base::Result<TestOptions> options = ReadOptions(merged);
//
// Every layer is a JSON object with the names of k6's options. A layer that says how the test is
// executed (duration, iterations, stages, scenarios) replaces what weaker layers said about that.
// What cannot be used is kInvalidArgument naming the option; such a run exits with 104.
// Source: k6 documentation, "Options reference" and "Scenarios".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rapidjson/document.h>

#include "base/status.h"
#include "duration.h"
#include "metric.h"

namespace sb::load {

enum class ExecutorKind : uint8_t {
  kSharedIterations, kPerVuIterations, kConstantVus, kRampingVus, kConstantArrivalRate,
  kRampingArrivalRate,
};
std::string_view ExecutorName(ExecutorKind kind);

struct Stage {
  Nanos duration = 0;
  double target = 0;
};

struct Scenario {
  std::string name;
  ExecutorKind kind = ExecutorKind::kPerVuIterations;
  std::string exec = "default";
  Nanos start_time = 0;
  Nanos graceful_stop = 30 * kSecond;
  Nanos graceful_ramp_down = 30 * kSecond;
  std::map<std::string, std::string> env;
  Tags tags;
  uint32_t vus = 1;              // or startVUs, or preAllocatedVUs
  uint32_t max_vus = 1;          // of arrival rates
  uint64_t iterations = 1;
  Nanos duration = 10 * kMinute;  // or maxDuration
  std::vector<Stage> stages;
  double rate = 0;               // or startRate, iterations per time unit
  Nanos time_unit = kSecond;

  // How many VUs it can have at most.
  uint32_t VusMax() const;
  // From its start to its regular end, without the grace.
  Nanos RegularDuration() const;
  // "Up to 5 looping VUs for 7s over 3 stages (gracefulRampDown: 30s, gracefulStop: 30s)".
  std::string Describe() const;
};

struct ThresholdSpec {
  std::string source;
  bool abort_on_fail = false;
  Nanos delay_abort = 0;
};

struct TestOptions {
  std::vector<Scenario> scenarios;
  std::vector<std::pair<std::string, std::vector<ThresholdSpec>>> thresholds;
  Tags tags;
  std::vector<std::string> summary_trend_stats = {"avg", "min", "med", "max", "p(90)", "p(95)"};
  std::string summary_time_unit;
  std::string user_agent = "signalbox-load/0.1 (k6 script)";
  Nanos setup_timeout = 60 * kSecond;
  Nanos teardown_timeout = 60 * kSecond;
  Nanos min_iteration_duration = 0;
  std::map<std::string, std::string> hosts;  // "name" or "name:port" -> address
  uint32_t max_redirects = 10;
  uint32_t batch = 20;
  uint32_t batch_per_host = 6;
  double rps = 0;  // 0: not limited
  bool discard_response_bodies = false;
  bool insecure_skip_tls_verify = false;
  bool no_cookies_reset = false;
  bool no_connection_reuse = false;
  bool no_vu_connection_reuse = false;
  bool throw_errors = false;
  bool no_setup = false;
  bool no_teardown = false;
  bool no_thresholds = false;
};

void MergeLayer(const rapidjson::Value& layer, rapidjson::Document* merged);
base::Result<TestOptions> ReadOptions(const rapidjson::Value& merged);

}  // namespace sb::load
