// SPDX-License-Identifier: Apache-2.0
//
// One alertmanager.yml from two: the administrator's, and Grafana's contact points and policies
// (AlertingStore::AlertmanagerYaml). Alerts of Grafana's rules, which carry `grafana_folder`,
// follow Grafana's policy tree; all others the administrator's. Receivers and time intervals of
// Grafana whose name is taken become "grafana/NAME".
//
// kInvalidArgument for what is no YAML or has no route. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::provisioning {

inline constexpr std::string_view kGrafanaFolderLabel = "grafana_folder";

base::Result<std::string> MergedRouting(std::string_view own_text, const std::string& own_file,
                                        std::string_view grafana_text);

}  // namespace sb::provisioning
