// SPDX-License-Identifier: Apache-2.0
//
// Reading the SLO files of other tools, which take unknown keys without complaint.
//
// Threads: pure functions.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rules/rule_file.h"
#include "base/status.h"
#include "config/node.h"

namespace sb::slo {

using rules::LabelMap;

// All documents of a YAML stream, empty ones left out; places are those of the whole text.
base::Result<std::vector<config::NodePtr>> ParseDocuments(std::string_view text,
                                                          const std::string& file);

// Each is empty (null, "", nothing) when the path does not exist.
const config::Node* At(const config::Node* node, std::initializer_list<std::string_view> path);
std::string TextAt(const config::Node* node, std::initializer_list<std::string_view> path);
LabelMap LabelsAt(const config::Node* node, std::initializer_list<std::string_view> path);
bool FlagAt(const config::Node* node, std::initializer_list<std::string_view> path);
std::vector<std::string> ListAt(const config::Node* node,
                                std::initializer_list<std::string_view> path);
std::optional<double> NumberAt(const config::Node* node,
                               std::initializer_list<std::string_view> path);

// `to` with the entries of `from` over its own.
LabelMap Over(LabelMap to, const LabelMap& from);

// "file:line:column: message".
base::Status ErrorAt(const std::string& file, const config::Node& node, std::string message);

// Go's %v of a float64.
std::string GoFloat(double value);
// A percentage as a ratio, by moving the decimal point: "99.9" is 0.999.
std::optional<double> RatioOfPercent(const std::string& percent);

}  // namespace sb::slo
