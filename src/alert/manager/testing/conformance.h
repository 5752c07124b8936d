// SPDX-License-Identifier: Apache-2.0
//
// The reference's behaviour as data: $SIGNALBOX_CONFORMANCE_DIR/alertmanager. Absent data means
// that a test skips and says so.
//
// Threads: pure functions.
#pragma once

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/env.h"
#include "config/yaml_reader.h"
#include "model/label_set.h"

namespace sb::alert {

// Empty when there is no data.
inline std::string ConformanceFolder() {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  const std::string path = folder == nullptr ? "" : std::string(folder) + "/alertmanager";
  return !path.empty() && base::Env::Real().files().Exists(path) ? path : "";
}

inline std::string ReadConformance(const std::string& name) {
  const auto text = base::Env::Real().files().ReadFile(ConformanceFolder() + "/" + name);
  SB_CHECK(text.ok());
  return *text;
}

inline config::NodePtr ReadConformanceYaml(const std::string& name) {
  const auto node = config::ParseYaml(ReadConformance(name), name);
  SB_CHECK(node.ok());
  return *node;
}

inline std::string TextOf(const config::Node& node, std::string_view key) {
  const config::Node* value = node.Find(key);
  return value == nullptr ? "" : value->text;
}

inline model::LabelSet LabelsOf(const config::Node* node) {
  std::vector<model::Label> labels;
  if (node != nullptr) {
    for (const config::Node::Entry& entry : node->entries) {
      labels.push_back({entry.key->text, entry.value->text});
    }
  }
  return model::LabelSet::FromLabels(std::move(labels));
}

}  // namespace sb::alert
