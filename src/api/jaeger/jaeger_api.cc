// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/jaeger_api.h"

#include "api/jaeger/endpoints.h"
#include "api/jaeger/grpc_query.h"
#include "api/jaeger/trace_archive.h"
#include "api/jaeger/trace_query.h"
#include "api/jaeger/ui_json.h"
#include "query/traceql/trace_fetch.h"

namespace sb::api {
namespace jaeger {
namespace {

struct Row {
  const char* method;
  const char* path;
  Endpoint endpoint;
};

constexpr Row kRows[] = {
    {"GET", "/api/services", HandleServices},
    {"GET", "/api/operations", HandleOperations},
    {"GET", "/api/services/{service}/operations", HandleOperationNames},
    {"GET", "/api/traces", HandleTraces},
    {"GET", "/api/traces/{id}", HandleTrace},
    {"GET", "/api/dependencies", HandleDependencies},
    {"POST", "/api/archive/{id}", HandleArchive},
    {"POST", "/api/transform", HandleTransform},
    {"GET", "/api/v3/services", HandleServicesV3},
    {"GET", "/api/v3/operations", HandleOperationsV3},
    {"GET", "/api/v3/traces/{id}", HandleTraceV3},
    {"GET", "/api/v3/traces", HandleTracesV3},
    {"GET", "/api/v3/trace-summaries", HandleSummariesV3},
    {"GET", "/api/metrics/latencies", HandleLatencies},
    {"GET", "/api/metrics/calls", HandleCalls},
    {"GET", "/api/metrics/errors", HandleErrors},
    {"GET", "/api/metrics/minstep", HandleMinStep},
};

}  // namespace

std::shared_ptr<query::QueryContext> StartQuery(const Context& api, net::ResponseWriter& out) {
  query::QueryContext::Options options;
  options.timeout_ms = api.options.query_timeout_ms;
  options.stage = "trace query";
  auto context = std::make_shared<query::QueryContext>(api.with.clock, options);
  out.OnCancel([context] { context->Cancel(); });
  return context;
}

base::Result<std::vector<std::string>> FetchOrFromArchive(const Context& api,
                                                          const query::QueryContext& context,
                                                          const std::vector<std::string>& ids) {
  std::vector<std::string> traces;
  for (const std::string& id : ids) {
    SB_ASSIGN_OR_RETURN(auto found, FetchInOrder(api.with.spans, context, {id}));
    if (!found.empty()) {
      traces.push_back(std::move(found[0]));
    } else if (api.with.archive != nullptr) {
      auto archived = FromArchive(api.with.archive, id);
      if (archived.ok()) {
        traces.push_back(*std::move(archived));
      } else if (archived.status().code() != base::StatusCode::kNotFound) {
        return archived.status();
      }
    }
  }
  if (traces.empty()) {
    return base::NotFound("trace not found");
  }
  return traces;
}

base::Status ArchiveTrace(const Context& api, const query::QueryContext& context,
                          std::string_view hex_id) {
  if (api.with.archive == nullptr) {
    return base::Unimplemented("archive span storage was not configured");
  }
  SB_ASSIGN_OR_RETURN(const std::string id, traceql::ParseTraceId(hex_id));
  SB_ASSIGN_OR_RETURN(const auto found, FetchInOrder(api.with.spans, context, {id}));
  if (found.empty()) {
    return base::NotFound("trace not found");
  }
  return Archive(api.with.archive, id, found[0]);
}

int HttpCodeOf(base::StatusCode code) {
  switch (code) {
    case base::StatusCode::kInvalidArgument:
    case base::StatusCode::kOutOfRange:
      return 400;
    case base::StatusCode::kNotFound:
      return 404;
    case base::StatusCode::kResourceExhausted:
      return 422;
    case base::StatusCode::kCancelled:
      return 499;
    case base::StatusCode::kUnimplemented:
      return 501;
    case base::StatusCode::kUnavailable:
      return 503;
    case base::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

void SendError(const base::Status& status, net::ResponseWriter& out) {
  const int code = HttpCodeOf(status.code());
  out.Send(net::HttpResponse(code, ErrorEnvelope(code, status.message()), "application/json"));
}

void SendJson(std::string json, net::ResponseWriter& out) {
  out.Send(net::HttpResponse(200, std::move(json), "application/json"));
}

}  // namespace jaeger

void JaegerApi::AddRoutes(net::Router* router) const {
  const auto context =
      std::make_shared<const jaeger::Context>(jaeger::Context{options_, dependencies_});
  net::RouteOptions route_options;
  route_options.pool = options_.query_pool;
  for (const jaeger::Row& row : jaeger::kRows) {
    router->Handle(
        row.method, row.path,
        [context, endpoint = row.endpoint](const net::HttpRequest& request,
                                           net::ResponseWriter& writer) {
          endpoint(*context, request, writer);
        },
        route_options);
  }
}

void JaegerApi::AddGrpcRoutes(net::Router* router) const {
  jaeger::AddGrpcQueryRoutes(
      std::make_shared<const jaeger::Context>(jaeger::Context{options_, dependencies_}), router);
}

}  // namespace sb::api
