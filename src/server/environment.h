// SPDX-License-Identifier: Apache-2.0
//
// The process's environment variables, for `${NAME}` in external_labels. The only place that reads
// them.
#pragma once

#include "config/expand.h"

namespace sb::server {

config::VariableLookup ProcessEnvironment();

}  // namespace sb::server
