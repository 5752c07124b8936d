// SPDX-License-Identifier: Apache-2.0
//
// QueryService owns what bounds the queries of clients: their memory budget, the desk that admits
// them, the query log, and the instruments of these.
//
//   QueryService queries(env, options.config.query, query_pool, registry);
//   promql::Engine engine(queries.EngineOptions(config));
//   SB_RETURN_IF_ERROR(queries.OpenLog(config, prometheus));   // at the start and on each reload
//   queries.desk().Close();                                     // before the doors close
//
// Threads for queries run with less priority than those that take data in and evaluate rules, so
// that a flood of queries delays neither; see Executor().
//
// Threads: constructor and Close from the main thread, the rest from any.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "api/prometheus/query_log.h"
#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/task_runner.h"
#include "ingest/scrape/prometheus_file.h"
#include "query/engine/memory_budget.h"
#include "query/engine/query_desk.h"
#include "query/promql/engine.h"
#include "server/server_config.h"

namespace sb::server {

class QueryService {
 public:
  // All must outlive the object. A memory_total that cannot be read was refused with the file.
  QueryService(base::Env& env, const QuerySection& options, base::ThreadPool& pool,
               base::Registry& registry);

  promql::EngineOptions EngineOptions(const ServerConfig& config);
  base::Status OpenLog(const ServerConfig& config, const scrape::PrometheusConfig& prometheus);

  query::QueryDesk& desk() { return desk_; }
  api::QueryLog& log() { return log_; }

  // Runs tasks on the pool; its threads give way to all others of the process.
  static std::function<bool(std::function<void()>)> Executor(base::ThreadPool& pool);

 private:
  void RegisterInstruments(base::Registry& registry);

  query::MemoryBudget budget_;
  query::QueryDesk desk_;
  api::QueryLog log_;
  std::vector<base::Registry::Handle> handles_;
};

// Memory of the machine, or of the control group if that has less; bytes.
uint64_t MachineMemoryBytes(base::FileSystem& files);

}  // namespace sb::server
