// SPDX-License-Identifier: Apache-2.0
//
// GET /api/signalbox/v1/arrivals: who has sent what since the program started, for the page "send
// your data". Signalbox's own telemetry is left out.
//
//   {"startTime": "…", "arrivals": [{"signal": "traces", "way": "", "source": "checkout",
//     "items": 312, "firstSeen": "2026-11-27T05:00:00.000Z", "lastSeen": "…"}]}      the latest
//     first
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/pipeline/arrivals.h"
#include "net/router.h"

namespace sb::api {

std::string ArrivalsJson(int64_t start_time_ms, const std::vector<ingest::Arrival>& arrivals);

// `arrivals` must outlive the router.
void AddArrivalsRoute(int64_t start_time_ms, const ingest::Arrivals& arrivals, net::Router* router);

}  // namespace sb::api
