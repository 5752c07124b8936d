// SPDX-License-Identifier: Apache-2.0
//
// The doors of OTLP metrics.
//
//   AddOtlpHttpRoutes(&endpoint, "/v1", &router);        // POST /v1/metrics
//   AddOtlpGrpcRoutes(&endpoint, &router);               // …MetricsService/Export
//
// HTTP: 200 with an export response, 400 with google.rpc.Status, 415 for another content type or
// encoding, 503 with Retry-After when the sender shall come again. The paths of traces and logs
// answer 404 and say why. gRPC: the same outcomes as INVALID_ARGUMENT and UNAVAILABLE, and
// UNIMPLEMENTED for every other method.
//
// Source: OTLP specification 1.x.
#pragma once

#include <string>

#include "ingest/otlp/otlp_metrics_endpoint.h"
#include "net/router.h"

namespace sb::ingest {

// What a request may be, as sent and decompressed; the specification recommends 64 MiB.
inline constexpr size_t kOtlpBodyBytesMax = 64U << 20;

// `endpoint` must outlive the router.
void AddOtlpHttpRoutes(OtlpMetricsEndpoint* endpoint, const std::string& prefix,
                       net::Router* router);
void AddOtlpGrpcRoutes(OtlpMetricsEndpoint* endpoint, net::Router* router);

}  // namespace sb::ingest
