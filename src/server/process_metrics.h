// SPDX-License-Identifier: Apache-2.0
//
// The process_* metrics that every Prometheus client library offers: CPU, memory, file descriptors,
// start time; and signalbox_build_info.
#pragma once

#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"

namespace sb::server {

// The metrics live as long as the handles. Values are read from /proc when asked for.
std::vector<base::Registry::Handle> RegisterProcessMetrics(base::Env& env,
                                                           base::Registry& registry);

// Threads of this process now; 0 if unknown.
uint64_t ProcessThreads(base::FileSystem& files);

// "" if the system does not say.
std::string HostName();

}  // namespace sb::server
