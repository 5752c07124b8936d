// SPDX-License-Identifier: Apache-2.0
//
// Reading documents that may have keys which are not known here. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "alert/rules/rule_file.h"
#include "config/node.h"

namespace sb::provisioning {

std::string TextAt(const config::Node& node, std::string_view key);
int64_t IntAt(const config::Node& node, std::string_view key, int64_t fallback);
double NumberAt(const config::Node& node, std::string_view key, double fallback);
rules::LabelMap MapAt(const config::Node& node, std::string_view key);
// `node` with `key` set to `value` (null: removed).
config::NodePtr With(const config::Node& node, const std::string& key, config::NodePtr value);

}  // namespace sb::provisioning
