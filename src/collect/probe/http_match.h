// SPDX-License-Identifier: Apache-2.0
//
// What an HTTP probe demands of the reply: headers and body. False, with a line in the log, when a
// demand is not met.
#pragma once

#include <string_view>

#include "collect/probe/probe_run.h"

namespace sb::probe {

bool HeadersPass(const ProbeJob& job, const HttpProbe& probe, const net::Headers& headers);
bool BodyPasses(const ProbeJob& job, const HttpProbe& probe, std::string_view body);

}  // namespace sb::probe
