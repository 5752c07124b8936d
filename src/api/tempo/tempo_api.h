// SPDX-License-Identifier: Apache-2.0
//
// The HTTP and gRPC API of Tempo, on top of the events store and TraceQL.
//
//   TempoApi api(options, {clock, spans});
//   api.AddRoutes(&router);      // /api/traces/…, /api/search…, /api/metrics/…, /status…
//   api.AddGrpcRoutes(&router);  // tempopb.StreamingQuerier, on the same port (h2c)
//
// Shapes are those that Grafana's data source decodes strictly: no field that it does not know.
// Errors are plain text. What a query has to say beside its result (names of newer conventions that
// were read too) stands in `message` where the reply has one, and in the header Signalbox-Notes.
//
// Handlers run on the pool named by Options::query_pool; a query is cancelled when its client goes
// away. Threads: immutable after construction; the dependencies must outlive the routes.
#pragma once

#include <cstdint>
#include <string>

#include "base/env.h"
#include "net/router.h"
#include "store/interface/event_store.h"

namespace sb::api {

struct TempoApiOptions {
  std::string query_pool = "query";
  int64_t query_timeout_ms = 120'000;
  std::string version;  // of this program
  std::string revision;
};

class TempoApi {
 public:
  struct Dependencies {
    const base::Clock& clock;
    const store::EventReader& spans;
  };

  TempoApi(TempoApiOptions options, Dependencies dependencies)
      : options_(std::move(options)), dependencies_(dependencies) {}

  void AddRoutes(net::Router* router) const;
  void AddGrpcRoutes(net::Router* router) const;

 private:
  TempoApiOptions options_;
  Dependencies dependencies_;
};

}  // namespace sb::api
