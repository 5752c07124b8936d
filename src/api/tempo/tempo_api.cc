// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/tempo_api.h"

#include "api/tempo/endpoints.h"
#include "api/tempo/streaming.h"
#include "api/tempo/tempo_json.h"

namespace sb::api {
namespace tempo {

namespace {

using Endpoint = void (*)(const Context&, const net::HttpRequest&, net::ResponseWriter&);

struct Row {
  const char* path;
  Endpoint endpoint;
};

constexpr Row kRows[] = {
    {"/api/traces/{id}", HandleTraceV1},
    {"/api/v2/traces/{id}", HandleTraceV2},
    {"/api/search", HandleSearch},
    {"/api/search/tags", HandleTagsV1},
    {"/api/v2/search/tags", HandleTagsV2},
    {"/api/search/tag/{tag}/values", HandleTagValuesV1},
    {"/api/v2/search/tag/{tag}/values", HandleTagValuesV2},
    {"/api/metrics/query_range", HandleQueryRange},
    {"/api/metrics/query", HandleQueryInstant},
    {"/api/echo", HandleEcho},
    {"/api/status/buildinfo", HandleBuildInfo},
    {"/api/overrides", HandleOverrides},
    {"/ready", HandleReady},
    {"/status", HandleStatus},
    {"/status/*page", HandleStatus},
};

int HttpCodeOf(base::StatusCode code) {
  switch (code) {
    case base::StatusCode::kInvalidArgument:
    case base::StatusCode::kUnimplemented:
    case base::StatusCode::kOutOfRange:
      return 400;
    case base::StatusCode::kNotFound:
      return 404;
    case base::StatusCode::kResourceExhausted:
      return 422;
    case base::StatusCode::kCancelled:
      return 499;
    case base::StatusCode::kDeadlineExceeded:
      return 504;
    case base::StatusCode::kUnavailable:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

std::shared_ptr<query::QueryContext> StartQuery(const Context& api, net::ResponseWriter& out) {
  query::QueryContext::Options options;
  options.timeout_ms = api.options.query_timeout_ms;
  options.stage = "trace query";
  auto context = std::make_shared<query::QueryContext>(api.with.clock, options);
  out.OnCancel([context] { context->Cancel(); });
  return context;
}

void SendError(const base::Status& status, net::ResponseWriter& out) {
  out.Send(net::PlainTextResponse(HttpCodeOf(status.code()), status.message()));
}

void SendJson(std::string json, const traceql::QueryNotes& notes, net::ResponseWriter& out) {
  net::HttpResponse reply(200, std::move(json), "application/json");
  if (const std::string text = JoinNotes(notes.messages);
      !text.empty() && net::IsHeaderValue(text)) {
    reply.headers.Add("Signalbox-Notes", text);
  }
  out.Send(std::move(reply));
}

}  // namespace tempo

void TempoApi::AddRoutes(net::Router* router) const {
  const auto context =
      std::make_shared<const tempo::Context>(tempo::Context{options_, dependencies_});
  net::RouteOptions route_options;
  route_options.pool = options_.query_pool;
  for (const tempo::Row& row : tempo::kRows) {
    router->Handle(
        "GET", row.path,
        [context, endpoint = row.endpoint](const net::HttpRequest& request,
                                           net::ResponseWriter& writer) {
          endpoint(*context, request, writer);
        },
        route_options);
  }
}

void TempoApi::AddGrpcRoutes(net::Router* router) const {
  tempo::AddStreamingRoutes(
      std::make_shared<const tempo::Context>(tempo::Context{options_, dependencies_}), router);
}

}  // namespace sb::api
