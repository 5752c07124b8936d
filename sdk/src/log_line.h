// SPDX-License-Identifier: Apache-2.0
//
// A log record as one line of JSON, as collectors of containers' output read it.
#pragma once

#include <string>

#include "signalbox/logger.h"

namespace signalbox::internal {

// {"time":"2026-…Z","level":"INFO","msg":"…","trace_id":"…","span_id":"…",…}\n
std::string JsonLine(const LogData& record);

}  // namespace signalbox::internal
