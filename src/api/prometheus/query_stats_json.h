// SPDX-License-Identifier: Apache-2.0
//
// Statistics of a query as the API (`stats=all`) and the query log have them.
//
// Source: util/stats/query_stats.go of the reference.
#pragma once

#include <cstdint>

#include "api/http/json_writer.h"
#include "query/engine/result.h"

namespace sb::api {

enum class StatsDetail : uint8_t { kTotals, kPerStep };

// {"timings":{…},"samples":{…}}; `waited_ns` is the time in the queue.
void WriteQueryStats(const query::QueryStats& stats, int64_t waited_ns, StatsDetail detail,
                     JsonWriter* json);

}  // namespace sb::api
