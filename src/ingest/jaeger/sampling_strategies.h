// SPDX-License-Identifier: Apache-2.0
//
// SamplingStrategies answers the remote samplers of Jaeger and OpenTelemetry SDKs: how often a
// service shall record a trace. The file is Jaeger's own (--sampling.strategies-file): a default
// strategy and one per service, each with strategies per operation.
//
//   SB_ASSIGN_OR_RETURN(auto strategies, SamplingStrategies::Parse(text, "strategies.json"));
//   std::string reply = strategies.Find("checkout").Json();
//
// As the reference has it: per-operation strategies of the default hold for every service, unless
// the service has its own for the operation; rate limits per operation are not supported by clients
// and left out. Without a file each service gets a probability of 0.001.
//
// Failures: kInvalidArgument file:line:column. Threads: immutable once parsed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::ingest {

struct SamplingStrategy {
  struct Operation {
    std::string name;
    double probability = 0;
  };
  bool is_rate_limiting = false;
  double probability = 0.001;
  int max_traces_per_second = 0;
  bool has_operations = false;
  double operation_default_probability = 0.001;
  std::vector<Operation> operations;

  // The reply of GET /sampling?service=…
  std::string Json() const;
  // SamplingStrategyResponse of api_v2.
  std::string Proto() const;
};

class SamplingStrategies {
 public:
  SamplingStrategies() = default;
  static base::Result<SamplingStrategies> Parse(std::string_view text, const std::string& file);

  const SamplingStrategy& Find(const std::string& service) const;

 private:
  SamplingStrategy default_;
  std::map<std::string, SamplingStrategy> services_;
};

}  // namespace sb::ingest
