// SPDX-License-Identifier: Apache-2.0
//
// The HTTP API of Prometheus, version 1, on top of the store and the PromQL engine.
//
//   PrometheusApi api(options, {clock, store, engine, targets, status, admin});
//   api.AddRoutes(&router);              // /api/v1/…, /federate
//
// Shapes, number formats, messages and error types are the reference's
// (https://prometheus.io/docs/prometheus/latest/querying/api/). Rules, alerts and alertmanagers are
// those of rules_api.h.
//
// Handlers run on the pool named by Options::query_pool; a query is cancelled when its client goes
// away. Threads: immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "api/prometheus/sources.h"
#include "base/env.h"
#include "net/router.h"
#include "store/interface/querier.h"

namespace sb::promql {
class Engine;
}

namespace sb::api {

struct PrometheusApiOptions {
  std::string query_pool = "query";
  int64_t query_timeout_ms = 120'000;
  int64_t query_samples_max = 50'000'000;
  // (end - start) / step above this is refused, so that a graph cannot ask for millions of points.
  int64_t steps_max = 11'000;
  bool enable_admin = false;
};

class PrometheusApi {
 public:
  struct Dependencies {
    const base::Clock& clock;
    store::QuerierFactory& store;
    const promql::Engine& engine;
    const TargetSource& targets;
    const StatusSource& status;
    AdminActions* maybe_admin = nullptr;
  };

  PrometheusApi(PrometheusApiOptions options, Dependencies dependencies);

  void AddRoutes(net::Router* router) const;

 private:
  PrometheusApiOptions options_;
  Dependencies dependencies_;
};

}  // namespace sb::api
