// SPDX-License-Identifier: Apache-2.0
#include "server/routes.h"

#include <utility>

#include "api/http/metrics_page.h"
#include "api/prometheus/prometheus_api.h"
#include "api/ui/arrivals_api.h"
#include "api/ui/batch_api.h"
#include "api/ui/inner_calls.h"
#include "api/ui/status_api.h"
#include "api/ui/ui_assets.h"
#include "api/ui/ui_files.h"
#include "ingest/otlp/otlp_handler.h"
#include "ingest/otlp/otlp_metrics_endpoint.h"
#include "ingest/remote_write/remote_write_endpoint.h"
#include "ingest/remote_write/remote_write_handler.h"
#include "server/api_sources.h"
#include "server/part.h"

namespace sb::server {

namespace {

constexpr size_t kWriteBodyBytesMax = 32U << 20;

void SendStatus(const base::Status& status, std::string_view done, std::string_view failed,
                net::ResponseWriter& writer) {
  if (status.ok()) {
    writer.Send(done.empty() ? net::HttpResponse(200) : net::PlainTextResponse(200, done));
    return;
  }
  writer.Send(
      net::PlainTextResponse(500, std::string(failed) + ": " + std::string(status.message())));
}

void AddHealthRoutes(const RouteParts& parts, net::Router* router) {
  net::RouteOptions quick;
  quick.run_on_event_loop = true;
  router->Handle(
      "GET", "/-/healthy",
      [](const net::HttpRequest&, net::ResponseWriter& writer) {
        writer.Send(net::PlainTextResponse(200, "Signalbox is healthy."));
      },
      quick);
  router->Handle(
      "GET", "/-/ready",
      [&sources = parts.sources](const net::HttpRequest&, net::ResponseWriter& writer) {
        writer.Send(sources.Ready() ? net::PlainTextResponse(200, "Signalbox is ready.")
                                    : net::PlainTextResponse(503, "Signalbox is not ready."));
      },
      quick);
}

// `reloaded` is what a reload answers: some products say nothing.
void AddLifecycleRoutes(const RouteParts& parts, const char* reloaded, net::Router* router) {
  for (const char* method : {"POST", "PUT"}) {
    router->Handle(
        method, "/-/reload",
        [reload = parts.reload, reloaded](const net::HttpRequest&, net::ResponseWriter& writer) {
          SendStatus(reload(), reloaded, "failed to reload config", writer);
        });
    router->Handle(method, "/-/flush",
                   [flush = parts.flush](const net::HttpRequest&, net::ResponseWriter& writer) {
                     SendStatus(flush(), "flushed", "failed to flush", writer);
                   });
  }
}

// Prometheus says so in words of its own.
void AddLifecycleRefusals(net::Router* router) {
  for (const char* method : {"GET", "PATCH", "DELETE"}) {
    for (const char* path : {"/-/reload", "/-/flush"}) {
      router->Handle(
          method, path,
          [](const net::HttpRequest&, net::ResponseWriter& writer) {
            net::HttpResponse reply =
                net::PlainTextResponse(405, "Only POST or PUT requests allowed");
            reply.headers.Set("Allow", "POST, PUT");
            writer.Send(std::move(reply));
          },
          {.run_on_event_loop = true});
    }
  }
}

void AddCommonRoutes(const RouteParts& parts, std::string_view door, net::Router* router) {
  AddHealthRoutes(parts, router);
  AddLifecycleRoutes(parts, door == "alertmanager" ? "" : "configuration reloaded", router);
  router->Handle(
      "GET", "/metrics",
      [&registry = parts.registry](const net::HttpRequest& request, net::ResponseWriter& writer) {
        writer.Send(api::MetricsPage(registry, request.headers.GetJoined("Accept")));
      });
}

net::Router PrometheusApiRoutes(const RouteParts& parts) {
  net::Router router;
  parts.api.AddRoutes(&router);
  net::RouteOptions write;
  write.max_body_bytes = kWriteBodyBytesMax;
  write.pool = "ingest";
  router.Handle("POST", "/api/v1/write", ingest::RemoteWriteHandler(&parts.remote_write), write);
  ingest::AddOtlpHttpRoutes(&parts.otlp, "/api/v1/otlp/v1", &router);
  return router;
}

void AddPartRoutes(std::string_view door, const RouteParts& parts, net::Router* router) {
  for (const std::unique_ptr<Part>& part : parts.parts) {
    part->AddRoutes(door, router);
  }
}

// What stands on port 3000; the parts' own routes follow as the door has them.
net::Router SharedRoutes(const RouteParts& parts) {
  net::Router router;
  AddCommonRoutes(parts, "listen", &router);
  AddLifecycleRefusals(&router);
  router.Mount("/prometheus", PrometheusApiRoutes(parts));
  ingest::AddOtlpHttpRoutes(&parts.otlp, "/otlp/v1", &router);
  api::AddSignalboxRoutes(parts.sources, &router);
  api::AddArrivalsRoute(parts.sources.start_time_ms(), parts.arrivals, &router);
  api::AddBatchRoute(parts.inner_calls, &router);
  api::AddUiRoutes(api::AllUiAssets(), &parts.inner_calls, &router);
  return router;
}

}  // namespace

net::Router MainRoutes(const RouteParts& parts) {
  net::Router router = SharedRoutes(parts);
  AddPartRoutes("listen", parts, &router);
  return router;
}

net::Router DoorRoutes(std::string_view door, const RouteParts& parts) {
  net::Router router;
  if (door == "prometheus") {
    // The UI stands here too, so that bookmarks of Prometheus' pages keep working; it asks for its
    // data under the products' names, as on the main door.
    router = MainRoutes(parts);
    router.Mount("", PrometheusApiRoutes(parts));
  } else {
    AddCommonRoutes(parts, door, &router);
  }
  if (door == "otlp-http") {
    ingest::AddOtlpHttpRoutes(&parts.otlp, "/v1", &router);
  } else if (door == "otlp-grpc") {
    ingest::AddOtlpGrpcRoutes(&parts.otlp, &router);
  }
  AddPartRoutes(door, parts, &router);
  return router;
}

}  // namespace sb::server
