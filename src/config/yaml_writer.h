// SPDX-License-Identifier: Apache-2.0
//
// WriteYaml prints a Node tree as block YAML, two spaces a level, sequences flush with their key,
// as Go's yaml.v2 prints configuration. Strings are quoted only when they would read as something
// else. Parsing the result gives the same tree. Depth is bounded by the readers
// (kDocumentDepthMax).
#pragma once

#include <string>

#include "config/node.h"

namespace sb::config {

std::string WriteYaml(const Node& node);

}  // namespace sb::config
