// SPDX-License-Identifier: Apache-2.0
//
// Reads the conformance files of LogQL: one JSON object per list item, on a line of its own.
//
//   const std::optional<std::string> folder = ConformanceFolder("logql");   // absent: skip
//   for (const config::NodePtr& item : ReadItems(*folder + "/parse.yaml")) …
//
// A file that is missing or broken fails the test that asked for it. Threads: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"

namespace sb::logql {

// A folder below SIGNALBOX_CONFORMANCE_DIR.
std::optional<std::string> ConformanceFolder(std::string_view name);
std::vector<config::NodePtr> ReadItems(const std::string& path);

// The items of a YAML file that is a list.
std::vector<config::NodePtr> ReadYamlItems(const std::string& path);
// One object of a JSON-lines file; null if it is none.
config::NodePtr ReadJsonItem(std::string_view text);

// The text of a scalar under `key`, "" when absent.
std::string TextOf(const config::Node& item, std::string_view key);
bool IsTrue(const config::Node& item, std::string_view key);
std::string DecodeBase64(std::string_view text);

// JSON in one form: keys sorted, numbers as shortest doubles.
std::string Canonical(const config::Node& node);

}  // namespace sb::logql
