// SPDX-License-Identifier: Apache-2.0
//
// TargetGroup is a list of targets that share labels, as a discovery mechanism found them. A target
// is its labels; the address is `__address__`.
//
// ParseTargetGroups reads the list that files (YAML or JSON) and HTTP endpoints (JSON) give:
//   [{"targets": ["10.0.0.1:9100"], "labels": {"env": "prod"}}]
// kInvalidArgument with file, line and column; all or nothing.
//
// Threads: values; a pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "discovery/discovery_configs.h"

namespace sb::discovery {

inline constexpr std::string_view kAddressLabel = "__address__";

struct TargetGroup {
  std::string source;  // unique within a job: "file.yml:0", "static/1"
  std::vector<LabelMap> targets;
  LabelMap labels;
  friend bool operator==(const TargetGroup&, const TargetGroup&) = default;
};

TargetGroup MakeTargetGroup(std::string source, const StaticConfig& config);

enum class GroupFormat : uint8_t { kJson, kYaml };

base::Result<std::vector<StaticConfig>> ParseTargetGroups(std::string_view text,
                                                          const std::string& name,
                                                          GroupFormat format);

}  // namespace sb::discovery
