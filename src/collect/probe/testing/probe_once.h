// SPDX-License-Identifier: Apache-2.0
//
// One probe by one module written in place, for tests.
//
//   ProbeOutcome outcome = ProbeOnce(ModuleOf("{prober: tcp}"), "127.0.0.1:80");
#pragma once

#include <string>

#include "base/check.h"
#include "collect/probe/probe_run.h"

namespace sb::probe {

inline ProbeModule ModuleOf(const std::string& text) {
  const auto config = ParseProbeConfig("modules: {m: " + text + "}", "test.yml");
  SB_CHECK(config.ok());
  return (*config)->modules.at("m");
}

inline ProbeOutcome ProbeOnce(const ProbeModule& module, const std::string& target,
                              std::shared_ptr<const net::AddressFilter> filter = nullptr) {
  static net::HttpClient client;
  const ProbeSource source{base::Env::Real(), client};
  ProbeOutcome outcome;
  const int64_t timeout_ms = module.timeout.Ms() > 0 ? module.timeout.Ms() : 10'000;
  RunProbe(source, {module, target, "", timeout_ms, std::move(filter)}, &outcome);
  return outcome;
}

inline bool Has(const ProbeOutcome& outcome, const std::string& line) {
  return ("\n" + outcome.metrics.ToText()).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace sb::probe
