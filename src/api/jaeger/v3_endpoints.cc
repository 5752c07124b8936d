// SPDX-License-Identifier: Apache-2.0
//
// Version 3: OTLP JSON inside of `result`; errors are {"error":{"httpCode":…,"message":…}}.
#include "api/http/json_writer.h"
#include "api/jaeger/endpoints.h"
#include "api/jaeger/request.h"
#include "encoding/hex.h"
#include "query/traceql/slots.h"
#include "query/traceql/trace_fetch.h"
#include "wire/otlp/proto_to_json.h"

namespace sb::api::jaeger {
namespace {

void SendErrorV3(const base::Status& status, net::ResponseWriter& out) {
  const int code = HttpCodeOf(status.code());
  JsonWriter json;
  json.BeginObject().Key("error").BeginObject().Key("httpCode").Int(code);
  json.Key("message").String(status.message()).EndObject().EndObject();
  out.Send(net::HttpResponse(code, std::move(json).Take(), "application/json"));
}

base::Result<std::string> ResultJson(const std::vector<std::string>& traces) {
  std::string all;
  for (const std::string& trace : traces) {
    all += trace;  // resource spans are a repeated field: joined bytes are a joined list
  }
  std::string json = "{\"result\":";
  SB_RETURN_IF_ERROR(
      wire::AppendProtoAsJson(wire::JsonTraceRequest(), all, wire::JsonDialect::kOtlp, &json));
  return json + "}";
}

base::Result<std::string> TracesReply(const Context& api, const query::QueryContext& context,
                                      const net::UrlParams& params) {
  SB_ASSIGN_OR_RETURN(const TraceQuery query, ReadQueryV3(params));
  SB_ASSIGN_OR_RETURN(const auto ids, FindTraceIds(api.with.spans, context, query));
  SB_ASSIGN_OR_RETURN(const auto traces, FetchInOrder(api.with.spans, context, ids));
  return ResultJson(traces);
}

base::Result<std::string> TraceReply(const Context& api, const query::QueryContext& context,
                                     std::string_view hex) {
  SB_ASSIGN_OR_RETURN(const std::string id, traceql::ParseTraceId(hex));
  SB_ASSIGN_OR_RETURN(const auto traces, FetchOrFromArchive(api, context, {id}));
  return ResultJson(traces);
}

void WriteSummary(const traceql::FoundTrace& trace, JsonWriter* json) {
  uint64_t spans = 0;
  uint64_t errors = 0;
  for (const auto& [service, stats] : trace.services) {
    spans += stats.spans;
    errors += stats.errors;
  }
  json->BeginObject();
  json->Key("traceId").String(encoding::HexOf(trace.trace_id));
  json->Key("rootServiceName").String(trace.root_service);
  json->Key("rootOperationName").String(trace.root_name);
  json->Key("minStartTimeUnixNano").String(std::to_string(trace.start_ns));
  json->Key("maxEndTimeUnixNano").String(std::to_string(trace.start_ns + trace.duration_ns));
  json->Key("spanCount").Uint(spans).Key("errorSpanCount").Uint(errors);
  json->Key("services").BeginArray();
  for (const auto& [service, stats] : trace.services) {
    json->BeginObject().Key("name").String(service).Key("spanCount").Uint(stats.spans);
    json->Key("errorSpanCount").Uint(stats.errors).EndObject();
  }
  json->EndArray().EndObject();
}

base::Result<std::string> SummariesReply(const Context& api, const query::QueryContext& context,
                                         const net::UrlParams& params) {
  SB_ASSIGN_OR_RETURN(const TraceQuery query, ReadQueryV3(params));
  SB_ASSIGN_OR_RETURN(const auto found, FindSummaries(api.with.spans, context, query));
  JsonWriter json;
  json.BeginObject().Key("summaries").BeginArray();
  for (const traceql::FoundTrace& trace : found.traces) {
    WriteSummary(trace, &json);
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

void Answer(base::Result<std::string> json, net::ResponseWriter& out) {
  if (!json.ok()) {
    return SendErrorV3(json.status(), out);
  }
  SendJson(std::move(*json), out);
}

}  // namespace

void HandleServicesV3(const Context& api, const net::HttpRequest& /*in*/,
                      net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  const auto services = FindServices(api.with.spans, *context);
  if (!services.ok()) {
    return SendErrorV3(services.status(), out);
  }
  JsonWriter json;
  json.BeginObject().Key("services").BeginArray();
  for (const std::string& service : *services) {
    json.String(service);
  }
  json.EndArray().EndObject();
  SendJson(std::move(json).Take(), out);
}

void HandleOperationsV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const std::string kind(in.query.Has("spanKind") ? in.query.Get("spanKind")
                                                  : in.query.Get("span_kind"));
  const auto context = StartQuery(api, out);
  const auto operations =
      FindOperations(api.with.spans, *context, std::string(in.query.Get("service")), kind);
  if (!operations.ok()) {
    return SendErrorV3(operations.status(), out);
  }
  JsonWriter json;
  json.BeginObject().Key("operations").BeginArray();
  for (const Operation& operation : *operations) {
    json.BeginObject().Key("name").String(operation.name);
    json.Key("spanKind").String(operation.kind).EndObject();
  }
  json.EndArray().EndObject();
  SendJson(std::move(json).Take(), out);
}

void HandleTraceV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  Answer(TraceReply(api, *context, in.path_params.Get("id")), out);
}

void HandleTracesV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  if (!in.query_error.ok()) {
    return SendErrorV3(in.query_error, out);
  }
  const auto context = StartQuery(api, out);
  Answer(TracesReply(api, *context, in.query), out);
}

void HandleSummariesV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  if (!in.query_error.ok()) {
    return SendErrorV3(in.query_error, out);
  }
  const auto context = StartQuery(api, out);
  Answer(SummariesReply(api, *context, in.query), out);
}

}  // namespace sb::api::jaeger
