// SPDX-License-Identifier: Apache-2.0
//
// The HTTP API of Loki on top of an events store and the LogQL engine.
//
//   LokiApi api(options, {clock, reader, deletes, engine, tail_pool});
//   api.AddRoutes(&router);              // /loki/api/v1/…
//   api.AddRootRoutes(&router);          // /api/prom/…, /ready: on a door of Loki's own
//   api.AddSearchRoutes(&router);        // /api/signalbox/v1/logs/search
//
// Shapes, parameters and status codes are the reference's
// (https://grafana.com/docs/loki/latest/reference/loki-http-api/); errors are plain text. Own
// addition: `all_streams=true` lets a query select `{}`.
//
// Handlers run on the pool named by Options::query_pool; a query is cancelled when its client goes
// away. A tail holds no thread: lines are filtered where they are written and sent from
// `tail_pool`.
//
// Threads: immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/env.h"
#include "base/task_runner.h"
#include "net/router.h"
#include "query/logql/engine.h"
#include "store/interface/event_store.h"

namespace sb::api::loki {

struct LokiApiOptions {
  std::string query_pool = "query";
  std::string version = "3.7.0";  // that clients are told; Grafana asks for features by it
  uint32_t entries_max = 1'000'000;
  uint32_t field_lines_max = 100'000;    // that detected_fields looks at
  uint32_t pattern_lines_max = 200'000;  // that patterns looks at
  bool enable_delete = true;
};

class LogDeletes;
struct LokiContext;

class LokiApi {
 public:
  struct Dependencies {
    const base::Clock& clock;
    store::EventReader& reader;
    LogDeletes* maybe_deletes = nullptr;  // null: deletes are refused
    const logql::Engine& engine;
    base::ThreadPool& tail_pool;
  };
  LokiApi(LokiApiOptions options, Dependencies dependencies);
  ~LokiApi();

  void AddRoutes(net::Router* router) const;
  void AddRootRoutes(net::Router* router) const;
  void AddSearchRoutes(net::Router* router) const;

 private:
  std::shared_ptr<const LokiContext> context_;
};

}  // namespace sb::api::loki
