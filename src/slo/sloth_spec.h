// SPDX-License-Identifier: Apache-2.0
//
// Sloth's specifications: prometheus/v1, the Kubernetes resource PrometheusServiceLevel, and
// OpenSLO v1alpha as Sloth takes it.
//
// Source: https://sloth.dev/specs/ Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "config/node.h"
#include "slo/objective.h"

namespace sb::slo {

enum class SlothForm : uint8_t { kPrometheus, kKubernetes, kOpenSlo };

struct SlothSpec {
  SlothForm form = SlothForm::kPrometheus;
  std::string name;  // of the Kubernetes object
  std::string name_space;
  LabelMap object_labels;
  std::vector<Objective> objectives;
};

struct SlothOptions {
  base::DurationMs period = base::Hours(24 * 30);  // --default-slo-period
  // By period; those of the workbook for 28 and 30 days are always there.
  std::map<int64_t, AlertWindows> windows;
  LabelMap extra_labels;
};

bool IsSloth(const config::Node& document);
// kInvalidArgument names the place: an objective out of range, a missing name, a query without
// window.
base::Result<SlothSpec> ReadSloth(const config::Node& document, const std::string& file,
                                  const SlothOptions& options);

// An id that occurs twice.
base::Status CheckUniqueIds(const std::vector<Objective>& objectives);

}  // namespace sb::slo
