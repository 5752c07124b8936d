// SPDX-License-Identifier: Apache-2.0
//
// SLOs of the Grafana SLO plugin's API, which Terraform's `grafana_slo` speaks.
//
// The JSON that was sent is kept as it is and given back as it is; the objective is read from it.
// Source: https://github.com/grafana/slo-openapi-client Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "config/node.h"
#include "slo/objective.h"

namespace sb::slo {

// kInvalidArgument for what Grafana refuses: no name, no objective, a window below 7 days, a query
// of unknown type.
base::Result<Objective> ReadGrafanaSlo(const config::Node& body, const std::string& uuid);

// `body` with another uuid, and readOnly if `status` is not empty ("created", "updated", "error").
config::NodePtr WithUuid(const config::Node& body, const std::string& uuid,
                         std::string_view status);

}  // namespace sb::slo
