// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_handler.h"

#include "ingest/otlp/grpc_unary.h"

namespace sb::ingest {
namespace {

constexpr const char* kRetryAfterSeconds = "5";

struct Signal {
  wire::OtlpSignal signal;
  std::string_view path;  // below the prefix of the door
  std::string_view method;
  OtlpEndpoint* OtlpEndpoints::* endpoint;
};
constexpr Signal kSignals[] = {
    {wire::OtlpSignal::kTraces, "traces",
     "/opentelemetry.proto.collector.trace.v1.TraceService/Export", &OtlpEndpoints::traces},
    {wire::OtlpSignal::kMetrics, "metrics",
     "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", &OtlpEndpoints::metrics},
    {wire::OtlpSignal::kLogs, "logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
     &OtlpEndpoints::logs},
};

int HttpStatusOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kOk:
      return 200;
    case base::StatusCode::kInvalidArgument:
      return 400;
    default:
      return 503;
  }
}

net::HttpResponse ReplyTo(wire::OtlpSignal signal, OtlpEndpoint* endpoint,
                          const net::HttpRequest& request) {
  wire::OtlpEncoding encoding;
  const std::string media_type = request.MediaType();
  if (!wire::ParseOtlpContentType(media_type, &encoding)) {
    return net::PlainTextResponse(
        415, "the content type must be application/x-protobuf or application/json, not \"" +
                 media_type + "\"");
  }
  if (request.headers.Has("Content-Encoding")) {
    return net::PlainTextResponse(
        415, "unsupported content encoding: " + request.headers.GetJoined("Content-Encoding"));
  }
  const OtlpOutcome outcome = endpoint->Export(encoding, request.body);
  const int status = HttpStatusOf(outcome.status);
  net::HttpResponse response(status,
                             status == 200
                                 ? wire::WriteExportResponse(signal, encoding, outcome.partial)
                                 : wire::WriteRpcStatus(encoding, outcome.status),
                             wire::OtlpContentType(encoding));
  if (status == 503) {
    response.headers.Add("Retry-After", kRetryAfterSeconds);
  }
  return response;
}

}  // namespace

void AddOtlpHttpRoutes(const OtlpEndpoints& endpoints, const std::string& prefix,
                       net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kOtlpBodyBytesMax;
  options.max_decoded_body_bytes = kOtlpBodyBytesMax;
  options.pool = "ingest";
  for (const Signal& row : kSignals) {
    OtlpEndpoint* const endpoint = endpoints.*row.endpoint;
    if (endpoint == nullptr) {
      continue;
    }
    router->Handle(
        "POST", prefix + "/" + std::string(row.path),
        [signal = row.signal, endpoint](const net::HttpRequest& request,
                                        net::ResponseWriter& writer) {
          writer.Send(ReplyTo(signal, endpoint, request));
        },
        options);
  }
}

void AddOtlpGrpcRoutes(const OtlpEndpoints& endpoints, net::Router* router) {
  for (const Signal& row : kSignals) {
    OtlpEndpoint* const endpoint = endpoints.*row.endpoint;
    if (endpoint == nullptr) {
      continue;
    }
    AddGrpcMethod(
        row.method,
        [signal = row.signal, endpoint](std::string_view message) -> base::Result<std::string> {
          const OtlpOutcome outcome = endpoint->Export(wire::OtlpEncoding::kProtobuf, message);
          SB_RETURN_IF_ERROR(outcome.status);
          return wire::WriteExportResponse(signal, wire::OtlpEncoding::kProtobuf, outcome.partial);
        },
        kOtlpBodyBytesMax, router);
  }
  SetGrpcNotFound(router);
}

}  // namespace sb::ingest
