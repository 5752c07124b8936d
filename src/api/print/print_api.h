// SPDX-License-Identifier: Apache-2.0
//
// Dashboards as PDF and panels as SVG:
//
//   GET
//   /api/signalbox/v1/dashboards/{uid}/pdf?from=&to=&tz=&theme=&var-x=&paper=&orientation=&rows=
//   GET /api/signalbox/v1/dashboards/{uid}/panels/{panelId}/svg?…&width=&height=
//   GET /render/d/{uid}[/{slug}]?…                   the first, as links of Grafana's renderer have
//   it GET /render/d-solo/{uid}[/{slug}]?panelId=…      the second
//
// The drawing is done by the program signalbox-print (render/, docs/decisions/0012-print-on-v8.md),
// one process a request: a script that fails, hangs or fills its memory costs that request and
// nothing else. It asks this server's own API, with the caller's credentials. Errors are JSON
// {"message": …}: 400 parameters, 404 no such dashboard, 501 the program is not there, 502 it
// failed, 503 too many wait, 504 too slow. Each end is counted:
// signalbox_print_requests_total{result=…}.
//
// Threads: handlers only queue; the pool's threads wait for the processes. The pool must outlive
// the requests and be shut down before this object goes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/print/print_job.h"
#include "base/env.h"
#include "base/instruments.h"
#include "base/task_runner.h"
#include "net/router.h"

namespace sb::print {

struct PrintApiOptions {
  std::string program;                      // the path of signalbox-print
  std::function<std::string()> server_url;  // where this server's port 3000 is reached
  int64_t timeout_ms = 60'000;
  size_t document_bytes_max = 64U << 20;
};

class PrintApi {
 public:
  PrintApi(PrintApiOptions options, base::Env& env, base::ThreadPool& pool,
           base::Registry& registry);

  void AddRoutes(net::Router* router);

 private:
  void Queue(Format format, const net::HttpRequest& request, net::ResponseWriter& writer);
  net::HttpResponse Print(const PrintJob& job, const std::atomic<bool>& cancelled);
  net::HttpResponse Failed(const char* result, int status, const std::string& message);

  const PrintApiOptions options_;
  base::Env& env_;
  base::ThreadPool& pool_;
  base::Registry& registry_;
};

}  // namespace sb::print
