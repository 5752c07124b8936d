// SPDX-License-Identifier: Apache-2.0
//
// The doors of OTLP: each signal whose endpoint is given. Several calls for one router add up.
//
//   AddOtlpHttpRoutes(endpoints, "/v1", &router);        // POST /v1/traces, /v1/metrics, /v1/logs
//   AddOtlpGrpcRoutes(endpoints, &router);               // …TraceService/Export and so on
//
// HTTP: 200 with an export response, 400 with google.rpc.Status, 415 for another content type or
// encoding, 503 with Retry-After when the sender shall come again. gRPC: the same outcomes as
// INVALID_ARGUMENT and UNAVAILABLE, and UNIMPLEMENTED for every other method.
//
// Source: OTLP specification 1.x.
#pragma once

#include <string>

#include "ingest/otlp/otlp_endpoint.h"
#include "net/router.h"

namespace sb::ingest {

// What a request may be, as sent and decompressed; the specification recommends 64 MiB.
inline constexpr size_t kOtlpBodyBytesMax = 64U << 20;

// The endpoints must outlive the router.
void AddOtlpHttpRoutes(const OtlpEndpoints& endpoints, const std::string& prefix,
                       net::Router* router);
void AddOtlpGrpcRoutes(const OtlpEndpoints& endpoints, net::Router* router);

}  // namespace sb::ingest
