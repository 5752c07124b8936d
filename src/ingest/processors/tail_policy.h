// SPDX-License-Identifier: Apache-2.0
//
// The policies of the Collector's processor `tail_sampling`: what a whole trace must be like to be
// kept.
//
//   TailSamplingConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   SB_ASSIGN_OR_RETURN(auto policies, MakeTailPolicies(config));
//   bool keep = KeepsTrace(policies, trace, now_ns);
//
// Policies: always_sample, latency, numeric_attribute, probabilistic, status_code,
// string_attribute, boolean_attribute, rate_limiting, span_count, trace_state, ottl_condition, and,
// not, drop. A drop that applies wins, then any policy that samples; a trace that none samples
// goes.
//
// kInvalidArgument: a policy is not understood. Source: Collector contrib,
// processor/tailsamplingprocessor. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/go_duration.h"
#include "config/option_table.h"
#include "ingest/processors/processor_chain.h"

namespace sb::ingest {

struct TailPolicyConfig {
  std::string name;
  std::string type;
  struct Latency {
    int64_t threshold_ms = 0;
    int64_t upper_threshold_ms = 0;
  } latency;
  struct Numeric {
    std::string key;
    int64_t min_value = INT64_MIN;
    int64_t max_value = INT64_MAX;
    bool invert_match = false;
  } numeric_attribute;
  struct Probabilistic {
    std::string hash_salt;
    double sampling_percentage = 0;
  } probabilistic;
  struct StatusCode {
    std::vector<std::string> status_codes;
  } status_code;
  struct Text {
    std::string key;
    std::vector<std::string> values;
    bool enabled_regex_matching = false;
    int64_t cache_max_size = 0;
    bool invert_match = false;
  } string_attribute;
  struct Boolean {
    std::string key;
    bool value = true;
    bool invert_match = false;
  } boolean_attribute;
  struct Rate {
    int64_t spans_per_second = 0;
  } rate_limiting;
  struct Count {
    int64_t min_spans = 0;
    int64_t max_spans = 0;
  } span_count;
  struct State {
    std::string key;
    std::vector<std::string> values;
  } trace_state;
  struct Ottl {
    std::string error_mode = "ignore";
    std::vector<std::string> span;
    std::vector<std::string> spanevent;
  } ottl_condition;
  std::vector<TailPolicyConfig> sub_policies;  // of and, not, drop
};

struct TailSamplingConfig {
  config::GoDuration decision_wait{30'000'000'000};
  config::GoDuration decision_wait_after_root_received;
  int64_t num_traces = 50'000;
  int64_t expected_new_traces_per_sec = 0;
  std::vector<TailPolicyConfig> policies;
  ForeignSection decision_cache;
  ForeignSection sample_on_first_match;
  ForeignSection block_on_overflow;
  ForeignSection maximum_trace_size_bytes;
};
const config::OptionTable<TailSamplingConfig>& OptionsOf(const TailSamplingConfig*);
const config::OptionTable<TailPolicyConfig>& OptionsOf(const TailPolicyConfig*);

struct TailPolicy {
  std::string name;
  bool drops = false;
  std::function<bool(const TraceRecord& trace, int64_t now_ns)> holds;
};
base::Result<std::vector<TailPolicy>> MakeTailPolicies(const TailSamplingConfig& config);
bool KeepsTrace(const std::vector<TailPolicy>& policies, const TraceRecord& trace, int64_t now_ns);

}  // namespace sb::ingest
