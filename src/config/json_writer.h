// SPDX-License-Identifier: Apache-2.0
//
// WriteJson prints a Node tree as JSON in one line. What ParseJson read comes back as it was, but
// for blanks; of YAML, plain scalars that are JSON numbers, booleans or null stay so, the rest are
// strings. Threads: a pure function.
#pragma once

#include <string>

#include "config/node.h"

namespace sb::config {

std::string WriteJson(const Node& node);

}  // namespace sb::config
