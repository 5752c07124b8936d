// SPDX-License-Identifier: Apache-2.0
//
// OpenSLO v1: documents of kind SLO (with indicators of their own or of kind SLI in the same
// files). Metric sources of type Prometheus are evaluated; others are kept and shown, with a
// notice.
//
// Source: https://github.com/OpenSLO/OpenSLO Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "slo/objective.h"

namespace sb::slo {

bool IsOpenSlo(const config::Node& document);  // apiVersion openslo/v1

struct OpenSloResult {
  std::vector<Objective> objectives;  // one for each objective of each SLO
  std::vector<std::string> notices;
};
// `documents`: all of one file; those of other kinds are looked up, not read alone.
base::Result<OpenSloResult> ReadOpenSloV1(const std::vector<config::NodePtr>& documents,
                                          const std::string& file);

}  // namespace sb::slo
