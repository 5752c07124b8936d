// SPDX-License-Identifier: Apache-2.0
//
// A configuration file of the OpenTelemetry Collector, as it is: its components by kind, and the
// pipelines that use them.
//
//   SB_ASSIGN_OR_RETURN(CollectorFile file, ParseCollectorFile(text, "collector.yaml",
//   environment));
//
// `${env:NAME}`, `${NAME}`, `${env:NAME:-default}` and `$$` are expanded before the YAML is read.
// kInvalidArgument lists, as file:line:column, unknown sections, pipelines that name components
// that are not there, and pipelines without receivers or exporters. What is inside of a component
// is judged when it is built (collector_plan.h). Threads: values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "config/node.h"

namespace sb::ingest {

enum class ComponentKind : uint8_t { kReceiver, kProcessor, kExporter, kConnector, kExtension };
std::string_view ComponentKindName(ComponentKind kind);

struct CollectorComponent {
  ComponentKind kind = ComponentKind::kReceiver;
  std::string id;    // "spanmetrics/red"
  std::string type;  // "spanmetrics"
  config::NodePtr config;
  config::Position position;
};

struct CollectorPipeline {
  std::string id;      // "traces/sampled"
  std::string signal;  // traces, metrics, logs, profiles
  std::vector<std::string> receivers;
  std::vector<std::string> processors;
  std::vector<std::string> exporters;
  config::Position position;
};

struct CollectorFile {
  std::string path;
  config::NodePtr root;
  std::vector<CollectorComponent> components;
  std::vector<CollectorPipeline> pipelines;
  // Null if there is none.
  const CollectorComponent* Find(ComponentKind kind, std::string_view id) const;
};

// The value of an environment variable; nothing if it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

base::Result<CollectorFile> ParseCollectorFile(std::string_view text, const std::string& path,
                                               const EnvironmentLookup& environment);

}  // namespace sb::ingest
