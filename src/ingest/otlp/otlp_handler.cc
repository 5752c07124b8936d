// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_handler.h"

#include "ingest/otlp/grpc_unary.h"

namespace sb::ingest {
namespace {

constexpr const char* kRetryAfterSeconds = "5";
constexpr const char* kMetricsExport =
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

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

net::HttpResponse ReplyTo(OtlpMetricsEndpoint* endpoint, const net::HttpRequest& request) {
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
                             status == 200 ? wire::WriteExportResponse(wire::OtlpSignal::kMetrics,
                                                                       encoding, outcome.partial)
                                           : wire::WriteRpcStatus(encoding, outcome.status),
                             wire::OtlpContentType(encoding));
  if (status == 503) {
    response.headers.Add("Retry-After", kRetryAfterSeconds);
  }
  return response;
}

}  // namespace

void AddOtlpHttpRoutes(OtlpMetricsEndpoint* endpoint, const std::string& prefix,
                       net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kOtlpBodyBytesMax;
  options.max_decoded_body_bytes = kOtlpBodyBytesMax;
  options.pool = "ingest";
  router->Handle(
      "POST", prefix + "/metrics",
      [endpoint](const net::HttpRequest& request, net::ResponseWriter& writer) {
        writer.Send(ReplyTo(endpoint, request));
      },
      options);
  for (const std::string signal : {"traces", "logs"}) {
    router->Handle("POST", prefix + "/" + signal,
                   [signal](const net::HttpRequest&, net::ResponseWriter& writer) {
                     writer.Send(net::PlainTextResponse(
                         404, "this version of Signalbox does not take OTLP " + signal + " yet"));
                   });
  }
}

void AddOtlpGrpcRoutes(OtlpMetricsEndpoint* endpoint, net::Router* router) {
  AddGrpcMethod(
      kMetricsExport,
      [endpoint](std::string_view message) -> base::Result<std::string> {
        const OtlpOutcome outcome = endpoint->Export(wire::OtlpEncoding::kProtobuf, message);
        SB_RETURN_IF_ERROR(outcome.status);
        return wire::WriteExportResponse(wire::OtlpSignal::kMetrics, wire::OtlpEncoding::kProtobuf,
                                         outcome.partial);
      },
      kOtlpBodyBytesMax, router);
  SetGrpcNotFound(router);
}

}  // namespace sb::ingest
