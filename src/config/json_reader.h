// SPDX-License-Identifier: Apache-2.0
//
// ParseJson reads one JSON document into the same Node tree as yaml_reader.h, so that a binder need
// not know which of the two it reads. Strings become quoted scalars, numbers and booleans plain
// ones.
//
// kInvalidArgument "file:line:column: json: …". Same limits as for YAML. Threads: a pure function.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "config/node.h"

namespace sb::config {

base::Result<NodePtr> ParseJson(std::string_view text, const std::string& file);

}  // namespace sb::config
