// SPDX-License-Identifier: Apache-2.0
//
// The query API of Jaeger, on top of the events store and TraceQL: HTTP versions 1 and 3, gRPC
// api_v2 and api_v3, and the service performance metrics, computed from the spans themselves.
//
//   JaegerApi api(options, {clock, spans});
//   api.AddRoutes(&router);      // /api/services, /api/traces…, /api/v3/…, /api/metrics/…
//   api.AddGrpcRoutes(&router);  // jaeger.api_v2.QueryService, jaeger.api_v3.QueryService
//
// POST /api/archive keeps a trace in the catalog, beyond retention; without a catalog it answers
// 501, as Jaeger without archive storage does.
//
// Handlers run on the pool named by Options::query_pool; a query is cancelled when its client goes
// away. Threads: immutable after construction; the dependencies must outlive the routes.
#pragma once

#include <cstdint>
#include <string>

#include "base/env.h"
#include "net/router.h"
#include "store/catalog/catalog.h"
#include "store/interface/event_store.h"

namespace sb::api {

struct JaegerApiOptions {
  std::string query_pool = "query";
  int64_t query_timeout_ms = 120'000;
  int64_t clock_skew_max_ns = 0;  // clock_skew.h; 0: spans are not moved
};

class JaegerApi {
 public:
  struct Dependencies {
    const base::Clock& clock;
    const store::EventReader& spans;
    catalog::Catalog* archive = nullptr;  // null: none
  };

  JaegerApi(JaegerApiOptions options, Dependencies dependencies)
      : options_(std::move(options)), dependencies_(dependencies) {}

  void AddRoutes(net::Router* router) const;
  void AddGrpcRoutes(net::Router* router) const;

 private:
  JaegerApiOptions options_;
  Dependencies dependencies_;
};

}  // namespace sb::api
