// SPDX-License-Identifier: Apache-2.0
//
// The HTTP and gRPC doors of Jaeger's collector.
//
//   AddJaegerThriftRoutes(&endpoint, "", &router);          // POST /api/traces
//   AddJaegerGrpcRoutes(&endpoint, strategies, &router);    // CollectorService, SamplingManager
//   AddJaegerSamplingRoutes(strategies, "/api/sampling", &router);
//
// POST /api/traces: 202 without body, 400 with the reason, 415 for another content type, 503 with
// Retry-After. GET of a sampling path: the strategy of the one ?service=, else 400.
//
// Threads: as net/router.h; `strategies` is called for each request.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/jaeger/jaeger_endpoint.h"
#include "ingest/jaeger/sampling_strategies.h"
#include "net/router.h"

namespace sb::ingest {

// What a request may be, as sent and decompressed.
inline constexpr size_t kJaegerBodyBytesMax = 32U << 20;

using StrategiesSource = std::function<std::shared_ptr<const SamplingStrategies>()>;

// The endpoint must outlive the router.
void AddJaegerThriftRoutes(JaegerEndpoint* endpoint, const std::string& prefix,
                           net::Router* router);
void AddJaegerGrpcRoutes(JaegerEndpoint* endpoint, StrategiesSource strategies,
                         net::Router* router);
void AddJaegerSamplingRoutes(const StrategiesSource& strategies, std::string_view path,
                             net::Router* router);

}  // namespace sb::ingest
