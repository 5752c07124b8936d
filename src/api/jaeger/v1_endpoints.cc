// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>

#include "api/jaeger/endpoints.h"
#include "api/jaeger/clock_skew.h"
#include "api/jaeger/request.h"
#include "api/jaeger/ui_json.h"
#include "query/traceql/trace_fetch.h"
#include "wire/otlp/json_to_proto.h"

namespace sb::api::jaeger {
namespace {

std::string StringsJson(const std::vector<std::string>& strings) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string& text : strings) {
    json.String(text);
  }
  json.EndArray();
  return std::move(json).Take();
}

// `raw`: as they came, without what clock_skew.h does.
base::Result<std::string> TracesJson(const Context& api, const net::UrlParams& params,
                                     const std::vector<std::string>& encoded, size_t* count) {
  std::vector<UiTrace> all;
  for (const std::string& bytes : encoded) {
    SB_ASSIGN_OR_RETURN(std::vector<UiTrace> traces, UiTracesFromOtlp(bytes));
    std::move(traces.begin(), traces.end(), std::back_inserter(all));
  }
  *count = all.size();
  if (params.Get("raw") != "true") {
    for (UiTrace& trace : all) {
      AdjustClocks(api.options.clock_skew_max_ns, &trace);
    }
  }
  return UiTracesJson(all);
}

base::Result<std::vector<std::string>> IdsOf(const Context& api, const query::QueryContext& context,
                                             const net::UrlParams& params) {
  const std::vector<std::string_view> wanted = params.GetAll("traceID");
  if (wanted.empty()) {
    SB_ASSIGN_OR_RETURN(const TraceQuery query, ReadQueryV1(params));
    return FindTraceIds(api.with.spans, context, query);
  }
  std::vector<std::string> ids;
  for (const std::string_view hex : wanted) {
    SB_ASSIGN_OR_RETURN(std::string id, traceql::ParseTraceId(hex));
    ids.push_back(std::move(id));
  }
  return ids;
}

base::Result<std::string> TracesReply(const Context& api, const query::QueryContext& context,
                                      const net::UrlParams& params) {
  SB_ASSIGN_OR_RETURN(const auto ids, IdsOf(api, context, params));
  SB_ASSIGN_OR_RETURN(const auto traces, FetchInOrder(api.with.spans, context, ids));
  size_t count = 0;
  SB_ASSIGN_OR_RETURN(const std::string json, TracesJson(api, params, traces, &count));
  return Envelope(json, count);
}

void Answer(base::Result<std::string> json, net::ResponseWriter& out) {
  if (!json.ok()) {
    return SendError(json.status(), out);
  }
  SendJson(std::move(*json), out);
}

base::Result<int64_t> Milliseconds(const net::UrlParams& params, std::string_view name,
                                   int64_t fallback) {
  const std::string_view text = params.Get(name);
  int64_t value = fallback;
  if (!text.empty()) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
      return base::InvalidArgument("unable to parse param '" + std::string(name) +
                                   "': " + std::string(text));
    }
  }
  return value;
}

base::Result<std::string> DependenciesReply(const Context& api, const query::QueryContext& context,
                                            const net::UrlParams& params) {
  constexpr int64_t kDayMs = 86'400'000;
  constexpr int64_t kMsMax = INT64_MAX / 1'000'000 / 2;
  SB_ASSIGN_OR_RETURN(const int64_t end_ms,
                      Milliseconds(params, "endTs", api.with.clock.NowMs().Value()));
  SB_ASSIGN_OR_RETURN(const int64_t lookback_ms, Milliseconds(params, "lookback", kDayMs));
  if (end_ms < 0 || end_ms > kMsMax || lookback_ms <= 0 || lookback_ms > kMsMax) {
    return base::InvalidArgument("endTs and lookback are milliseconds: " +
                                 std::string(params.Get("endTs")));
  }
  const store::EventRange range{(end_ms - lookback_ms) * 1'000'000, end_ms * 1'000'000 + 1};
  SB_ASSIGN_OR_RETURN(const auto edges, FindDependencies(api.with.spans, context, range));
  JsonWriter json;
  json.BeginArray();
  for (const Dependency& edge : edges) {
    json.BeginObject().Key("parent").String(edge.parent).Key("child").String(edge.child);
    json.Key("callCount").Uint(edge.calls).EndObject();
  }
  json.EndArray();
  return Envelope(std::move(json).Take(), edges.size());
}

}  // namespace

void HandleServices(const Context& api, const net::HttpRequest& /*in*/, net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  const auto services = FindServices(api.with.spans, *context);
  if (!services.ok()) {
    return SendError(services.status(), out);
  }
  SendJson(Envelope(StringsJson(*services), services->size()), out);
}

void HandleOperations(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const std::string service(in.query.Get("service"));
  if (service.empty()) {
    return SendError(base::InvalidArgument("parameter 'service' is required"), out);
  }
  const auto context = StartQuery(api, out);
  const auto operations =
      FindOperations(api.with.spans, *context, service, std::string(in.query.Get("spanKind")));
  if (!operations.ok()) {
    return SendError(operations.status(), out);
  }
  JsonWriter json;
  json.BeginArray();
  for (const Operation& operation : *operations) {
    json.BeginObject().Key("name").String(operation.name);
    json.Key("spanKind").String(operation.kind).EndObject();
  }
  json.EndArray();
  SendJson(Envelope(std::move(json).Take(), operations->size()), out);
}

void HandleOperationNames(const Context& api, const net::HttpRequest& in,
                          net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  const auto operations =
      FindOperations(api.with.spans, *context, std::string(in.path_params.Get("service")), "");
  if (!operations.ok()) {
    return SendError(operations.status(), out);
  }
  std::set<std::string> names;
  for (const Operation& operation : *operations) {
    names.insert(operation.name);
  }
  SendJson(Envelope(StringsJson({names.begin(), names.end()}), names.size()), out);
}

void HandleTraces(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  if (!in.query_error.ok()) {
    return SendError(in.query_error, out);
  }
  const auto context = StartQuery(api, out);
  Answer(TracesReply(api, *context, in.query), out);
}

void HandleTrace(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const base::Result<std::string> id = traceql::ParseTraceId(in.path_params.Get("id"));
  if (!id.ok()) {
    return SendError(id.status(), out);
  }
  const auto context = StartQuery(api, out);
  const auto traces = FetchOrFromArchive(api, *context, {*id});
  if (!traces.ok()) {
    return SendError(traces.status(), out);
  }
  size_t count = 0;
  const base::Result<std::string> json = TracesJson(api, in.query, *traces, &count);
  if (!json.ok()) {
    return SendError(json.status(), out);
  }
  SendJson(Envelope(*json, 0), out);
}

void HandleDependencies(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  Answer(DependenciesReply(api, *context, in.query), out);
}

void HandleArchive(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  const auto context = StartQuery(api, out);
  const base::Status status = ArchiveTrace(api, *context, in.path_params.Get("id"));
  if (!status.ok()) {
    return SendError(status, out);
  }
  SendJson(Envelope("[]", 0), out);
}

void HandleTransform(const Context& /*api*/, const net::HttpRequest& in, net::ResponseWriter& out) {
  std::string proto;
  base::Status status = wire::JsonToProto(wire::JsonTraceRequest(), in.body, &proto);
  if (!status.ok()) {
    return SendError(status.WithPrefix("cannot unmarshal OTLP"), out);
  }
  const auto traces = UiTracesFromOtlp(proto);
  if (!traces.ok()) {
    return SendError(traces.status(), out);
  }
  SendJson(Envelope(UiTracesJson(*traces), 0), out);
}

}  // namespace sb::api::jaeger
