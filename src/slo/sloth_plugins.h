// SPDX-License-Identifier: Apache-2.0
//
// SLI plugins of Sloth. They are Go programs there; here each one that is known is a query.
//
// Threads: a pure function.
#pragma once

#include <string>

#include "base/status.h"
#include "slo/yaml_read.h"

namespace sb::slo {

// The error ratio query; kInvalidArgument for a plugin that is not known or lacks an option.
base::Result<std::string> SliPluginQuery(const std::string& id, const LabelMap& options);

}  // namespace sb::slo
