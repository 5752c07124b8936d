// SPDX-License-Identifier: Apache-2.0
//
// The push door of Loki.
//
//   AddLokiPushRoutes(&endpoint, &router);     // POST /loki/api/v1/push, POST /api/prom/push
//
// 204 for OK; otherwise plain text with 400 (malformed), 422 (no streams), 429 (a limit, come
// again) or 503 (come again), as Promtail, Alloy and the client libraries expect.
#pragma once

#include "ingest/loki/loki_push_endpoint.h"
#include "net/router.h"

namespace sb::ingest {

// `endpoint` must outlive the router.
void AddLokiPushRoutes(LokiPushEndpoint* endpoint, net::Router* router);

}  // namespace sb::ingest
