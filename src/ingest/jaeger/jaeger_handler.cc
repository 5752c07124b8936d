// SPDX-License-Identifier: Apache-2.0
#include "ingest/jaeger/jaeger_handler.h"

#include <utility>

#include "encoding/protobuf.h"
#include "ingest/otlp/grpc_unary.h"

namespace sb::ingest {
namespace {

constexpr const char* kRetryAfterSeconds = "5";

net::HttpResponse ReplyTo(JaegerEndpoint* endpoint, const net::HttpRequest& request) {
  const std::string type = request.MediaType();
  if (type != "application/x-thrift" && type != "application/vnd.apache.thrift.binary") {
    return net::PlainTextResponse(415,
                                  "the content type must be application/x-thrift or "
                                  "application/vnd.apache.thrift.binary, not \"" +
                                      type + "\"");
  }
  const SpanWriteResult result = endpoint->WriteThrift(request.body);
  if (result.status.ok()) {
    return net::HttpResponse(202);
  }
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    return net::PlainTextResponse(400, result.status.message());
  }
  net::HttpResponse busy = net::PlainTextResponse(503, result.status.message());
  busy.headers.Add("Retry-After", kRetryAfterSeconds);
  return busy;
}

base::Result<std::string> ServiceNameOf(std::string_view message) {
  std::string service;
  encoding::ProtoReader in(message);
  while (in.Next()) {
    if (in.field() == 1) {
      service = in.Bytes();
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  return service;
}

}  // namespace

void AddJaegerThriftRoutes(JaegerEndpoint* endpoint, const std::string& prefix,
                           net::Router* router) {
  net::RouteOptions options;
  options.max_body_bytes = kJaegerBodyBytesMax;
  options.max_decoded_body_bytes = kJaegerBodyBytesMax;
  options.pool = "ingest";
  router->Handle(
      "POST", prefix + "/api/traces",
      [endpoint](const net::HttpRequest& request, net::ResponseWriter& writer) {
        writer.Send(ReplyTo(endpoint, request));
      },
      options);
}

void AddJaegerGrpcRoutes(JaegerEndpoint* endpoint, StrategiesSource strategies,
                         net::Router* router) {
  AddGrpcMethod(
      "/jaeger.api_v2.CollectorService/PostSpans",
      [endpoint](std::string_view message) -> base::Result<std::string> {
        SB_RETURN_IF_ERROR(endpoint->WriteProto(message).status);
        return std::string();
      },
      kJaegerBodyBytesMax, router);
  AddGrpcMethod(
      "/jaeger.api_v2.SamplingManager/GetSamplingStrategy",
      [strategies = std::move(strategies)](std::string_view message) -> base::Result<std::string> {
        SB_ASSIGN_OR_RETURN(const std::string service, ServiceNameOf(message));
        return strategies()->Find(service).Proto();
      },
      kJaegerBodyBytesMax, router);
  SetGrpcNotFound(router);
}

void AddJaegerSamplingRoutes(const StrategiesSource& strategies, std::string_view path,
                             net::Router* router) {
  router->Handle(
      "GET", path, [strategies](const net::HttpRequest& request, net::ResponseWriter& writer) {
        const auto services = request.query.GetAll("service");
        if (services.size() != 1 || services[0].empty()) {
          writer.Send(net::PlainTextResponse(400, "'service' parameter must be provided once"));
          return;
        }
        writer.Send(net::HttpResponse(200, strategies()->Find(std::string(services[0])).Json(),
                                      "application/json"));
      });
}

}  // namespace sb::ingest
