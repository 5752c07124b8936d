// SPDX-License-Identifier: Apache-2.0
//
// Part is one area of the program (traces, logs, alerts, …): it builds the objects of its area from
// what all share, answers paths on doors, takes configuration, and stops. Server owns the parts and
// calls them in this order, all on the main thread unless said otherwise:
//
//   constructor                  builds objects; opens files, but no socket; starts no work
//   Prepare(config)              checks everything; on success holds what Commit will put in force
//   Commit()                     puts the prepared configuration in force; cannot fail
//   AddRoutes(door, router)      once per HTTP door ("listen" is port 3000's)
//   UseMainRoutes(router)        once, when all routes of port 3000 are known
//   OpenDoor(name, …)            for doors that are not HTTP
//   Start()                      all doors are open: periodic work may begin
//   Stop()                       doors are closed; end all work, then close files
//
// A reload is Prepare on every part, then, only if all agreed, Commit on every part.
// What Commit changes while requests run is the part's own business (snapshots).
//
// Adding one: a class in server/<area>_part.{h,cc}, a line in parts.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/task_runner.h"
#include "ingest/pipeline/loss.h"
#include "ingest/scrape/prometheus_file.h"
#include "net/event_loop.h"
#include "net/router.h"
#include "server/server_config.h"
#include "store/interface/appender.h"
#include "store/interface/event_store.h"

namespace sb::api::loki {
class HidingReader;
}
namespace sb::catalog {
class Catalog;
}
namespace sb::net {
class HttpClient;
}
namespace sb::promql {
class Engine;
}
namespace sb::tsdb {
class Db;
}

namespace sb::server {

struct ServerOptions;

// All outlive the parts.
struct PartContext {
  base::Env& env;
  base::Registry& registry;
  ingest::LossCounters& losses;
  const ServerOptions& options;
  base::ThreadPool& ingest_pool;
  base::ThreadPool& query_pool;
  base::ThreadPool& background_pool;
  base::ThreadPool& rules_pool;  // evaluates rules and delivers alerts: never behind a dashboard
  net::HttpClient& client;
  const promql::Engine& engine;
  tsdb::Db& metrics;                      // to read from
  store::AppenderFactory& metric_writes;  // to write metrics to: remote write sends them on
  catalog::Catalog& catalog;
  store::EventWriter& trace_writer;
  store::EventReader& trace_reader;
  store::EventAdmin& trace_admin;
  store::EventWriter& log_writer;
  store::EventReader& log_reader;
  store::EventAdmin& log_admin;
  api::loki::HidingReader& hidden_logs;  // what log_reader is
};

// signalbox.yaml and the files that it names.
struct PartConfig {
  const ServerConfig& server;
  std::shared_ptr<const scrape::PrometheusConfig> prometheus;
};

class Part {
 public:
  virtual ~Part() = default;

  virtual base::Status Prepare(const PartConfig& config) {
    (void)config;
    return base::OkStatus();
  }
  virtual void Commit() {}
  // Paths of a product stand at the root of its own door and under its name on "listen".
  virtual void AddRoutes(std::string_view door, net::Router* router) {
    (void)door;
    (void)router;
  }
  // A copy of port 3000's routes, for a part that asks the program's own APIs without a socket.
  virtual void UseMainRoutes(std::shared_ptr<const net::Router> routes) { (void)routes; }
  // Whether a door is no HTTP door but this part's.
  virtual bool OwnsDoor(std::string_view door) const {
    (void)door;
    return false;
  }
  // Listens there; the bound address. Called on doors that the part owns.
  virtual base::Result<std::string> OpenDoor(std::string_view door, const std::string& address,
                                             net::EventLoops& loops) {
    (void)address;
    (void)loops;
    return base::Internal("no such door: " + std::string(door));
  }
  // Addresses of all open doors ("listen", "loki", …) are known now.
  virtual base::Status Start() { return base::OkStatus(); }
  virtual void Stop() {}
};

// All parts, in the order in which they are built; they stop in the reverse order.
base::Result<std::vector<std::unique_ptr<Part>>> MakeParts(const PartContext& context);

}  // namespace sb::server
