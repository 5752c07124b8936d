// SPDX-License-Identifier: Apache-2.0
//
// SelfTracing makes a server span, by the SDK of applications, of each HTTP request that the doors
// answer: service.name is signalbox, the parent is the caller's traceparent.
//
//   tracing.Watch(&http_options);         // each door, before it opens, after its other observers
//   tracing.Start(section, own_otlp_url, registry);            // doors are open: spans from now on
//   tracing.Stop();                       // doors still open: sends what waits, for seconds
//
// Nothing traces itself: requests that bring telemetry (OTLP, Zipkin, Jaeger), among them its own
// spans, have no span, whoever sent them; nor have probes and scrapes of itself, which would only
// hide the rest. Spans that do not get through are dropped and counted
// (signalbox_self_tracing_spans_total by outcome); a request never waits for them.
//
// The variables of OpenTelemetry (OTEL_…) in the environment go before the options, as in every
// application (signalbox/sdk.h).
//
// Threads: Start and Stop from the main thread, the observers from any. Has one thread of its own,
// the SDK's. Outlives the doors that it watches.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/instruments.h"
#include "net/http_server.h"
#include "server/product_sections.h"

namespace sb::server {

class SelfTracing {
 public:
  SelfTracing();
  ~SelfTracing();
  SelfTracing(const SelfTracing&) = delete;
  SelfTracing& operator=(const SelfTracing&) = delete;

  // Whether requests of this route have a span.
  static bool IsTraced(const net::Route& route);

  void Watch(net::HttpServerOptions* options);
  // `own_otlp_url` is where spans go if the section names no endpoint.
  void Start(const SelfTracingSection& section, const std::string& own_otlp_url,
             base::Registry& registry);
  void Stop();

 private:
  struct Client;
  void Observe(const net::HttpRequest& request, const net::Route& route, int status,
               uint64_t body_bytes, int64_t duration_ns) const;

  std::unique_ptr<Client> client_;                // lives until the end: observers may hold it
  std::atomic<const Client*> running_ = nullptr;  // null before Start and after Stop
};

}  // namespace sb::server
