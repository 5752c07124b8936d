// SPDX-License-Identifier: Apache-2.0
//
// The HTTP API of Prometheus, version 1, on top of the store and the PromQL engine.
//
//   PrometheusApi api(options, {clock, store, engine, targets, status, desk, log, admin});
//   api.AddRoutes(&router);              // /api/v1/…, /federate
//
// Shapes, number formats, messages and error types are the reference's
// (https://prometheus.io/docs/prometheus/latest/querying/api/). Rules, alerts and alertmanagers are
// those of rules_api.h.
//
// Handlers run on the pool named by Options::query_pool; /query and /query_range go through the
// desk. A query is cancelled when its client goes away. The limits of a query are the engine's.
// Threads: immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "api/prometheus/query_dialect.h"
#include "api/prometheus/sources.h"
#include "base/env.h"
#include "net/router.h"
#include "store/interface/querier.h"

namespace sb::promql {
class Engine;
}
namespace sb::query {
class QueryDesk;
}

namespace sb::api {

class QueryLog;

struct PrometheusApiOptions {
  std::string query_pool = "query";
  // (end - start) / step above this is refused, so that a graph cannot ask for millions of points.
  int64_t steps_max = 11'000;
  bool enable_admin = false;
  QueryDialect dialect = QueryDialect::kPromql;  // of queries that name none
};

class PrometheusApi {
 public:
  struct Dependencies {
    const base::Clock& clock;
    store::QuerierFactory& store;
    const promql::Engine& engine;
    const TargetSource& targets;
    const StatusSource& status;
    query::QueryDesk& desk;  // where queries of clients are admitted
    QueryLog& query_log;
    AdminActions* maybe_admin = nullptr;
    base::FileSystem* maybe_files = nullptr;  // for the time zones of MetricsQL
  };

  PrometheusApi(PrometheusApiOptions options, Dependencies dependencies);

  void AddRoutes(net::Router* router) const;

 private:
  PrometheusApiOptions options_;
  Dependencies dependencies_;
};

}  // namespace sb::api
