// SPDX-License-Identifier: Apache-2.0
#include "ingest/loki/loki_handler.h"

namespace sb::ingest {
namespace {

net::HttpResponse ReplyTo(const base::Status& status) {
  if (status.ok()) {
    return net::HttpResponse(204);
  }
  const int code =
      status.code() == base::StatusCode::kFailedPrecondition ? 422 : HttpStatusOfWrite(status);
  net::HttpResponse reply = net::PlainTextResponse(code, status.message());
  if (code == 429 || code == 503) {
    reply.headers.Add("Retry-After", "5");
  }
  return reply;
}

}  // namespace

void AddLokiPushRoutes(LokiPushEndpoint* endpoint, net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kLokiBodyBytesMax;
  options.max_decoded_body_bytes = kLokiBodyBytesMax;
  options.pool = "ingest";
  for (const bool is_legacy : {false, true}) {
    router->Handle(
        "POST", is_legacy ? "/api/prom/push" : "/loki/api/v1/push",
        [endpoint, is_legacy](const net::HttpRequest& request, net::ResponseWriter& writer) {
          writer.Send(ReplyTo(
              endpoint->Push({request.headers.Get("Content-Type"),
                              request.headers.Get("Content-Encoding"), request.body, is_legacy})));
        },
        options);
  }
}

}  // namespace sb::ingest
