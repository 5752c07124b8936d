// SPDX-License-Identifier: Apache-2.0
//
// What several answers about objectives say alike.
//
// Threads: pure.
#pragma once

#include <cstdint>
#include <vector>

#include "api/http/json_writer.h"
#include "slo/slo_service.h"

namespace sb::api {

// RFC 3339; null for 0: it has not happened, or has not ended.
void WriteTimeOrNull(int64_t time_ms, JsonWriter* json);
// [[ms, remaining, SLI or null where nothing happened], …]
void WriteBurnDown(const std::vector<slo::BurnDownPoint>& points, JsonWriter* json);

}  // namespace sb::api
