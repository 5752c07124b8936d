// SPDX-License-Identifier: Apache-2.0
//
// Trace by id, versions 1 and 2, as JSON or protobuf.
#include <charconv>

#include "api/tempo/endpoints.h"
#include "encoding/protobuf.h"
#include "query/traceql/trace_fetch.h"
#include "query/traceql/trace_filter.h"
#include "wire/otlp/proto_to_json.h"

namespace sb::api::tempo {
namespace {

bool WantsProtobuf(const net::HttpRequest& in) {
  return in.headers.GetJoined("Accept").find("application/protobuf") != std::string::npos;
}

using Found = traceql::FilteredTrace;

base::Result<int64_t> Depth(const net::UrlParams& params, std::string_view name, int64_t fallback) {
  const std::string_view text = params.Get(name);
  int64_t depth = fallback;
  if (!text.empty()) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), depth);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || depth < -1) {
      return base::InvalidArgument("invalid " + std::string(name) + ": " + std::string(text));
    }
  }
  return depth;
}

base::Result<traceql::TraceFilter> ReadFilter(const net::UrlParams& params) {
  traceql::TraceFilter filter;
  filter.query = std::string(params.Get("q"));
  const std::string_view keep = params.Get("keep_hierarchy");
  filter.keep_hierarchy = keep == "true" || keep == "1";
  SB_ASSIGN_OR_RETURN(filter.match_depth, Depth(params, "match_depth", 0));
  if (filter.keep_hierarchy) {
    SB_ASSIGN_OR_RETURN(filter.ancestor_depth, Depth(params, "ancestor_depth", -1));
  }
  return filter;
}

base::Result<Found> Find(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  SB_ASSIGN_OR_RETURN(std::string id, traceql::ParseTraceId(in.path_params.Get("id")));
  const auto context = StartQuery(api, out);
  if (!in.query.Get("q").empty() && in.path.find("/v2/") != std::string::npos) {
    SB_ASSIGN_OR_RETURN(const auto filter, ReadFilter(in.query));
    return traceql::FetchPart(api.with.spans, *context, id, filter);
  }
  SB_ASSIGN_OR_RETURN(traceql::FetchedTraces fetched,
                      traceql::FetchTraces(api.with.spans, *context, {id}));
  Found found;
  found.notes.stats = fetched.stats;
  found.notes.messages = std::move(fetched.warnings);
  if (const auto trace = fetched.traces.find(id); trace != fetched.traces.end()) {
    found.trace = std::move(trace->second);
  }
  return found;
}

// {"batches":[…]}: the message has one field, whose JSON name is another here.
base::Result<std::string> BatchesJson(std::string_view trace) {
  std::string fields;
  SB_RETURN_IF_ERROR(wire::AppendProtoFieldsAsJson(wire::JsonTraceRequest(), trace,
                                                   wire::JsonDialect::kGogo, &fields));
  constexpr std::string_view kName = "\"resourceSpans\":";
  if (!fields.starts_with(kName)) {
    return base::Internal("a trace without resource spans");
  }
  return "{\"batches\":" + fields.substr(kName.size()) + "}";
}

}  // namespace

void HandleTraceV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  base::Result<Found> found = Find(api, in, out);
  if (!found.ok()) {
    return SendError(found.status(), out);
  }
  if (found->trace.empty()) {
    return SendError(base::NotFound("trace not found"), out);
  }
  if (WantsProtobuf(in)) {
    return out.Send(net::HttpResponse(200, std::move(found->trace), "application/protobuf"));
  }
  base::Result<std::string> json = BatchesJson(found->trace);
  if (!json.ok()) {
    return SendError(json.status(), out);
  }
  SendJson(std::move(*json), found->notes, out);
}

void HandleTraceV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  base::Result<Found> found = Find(api, in, out);
  if (!found.ok()) {
    return SendError(found.status(), out);
  }
  if (WantsProtobuf(in)) {
    std::string reply;
    encoding::ProtoWriter writer(&reply);
    writer.Bytes(1, found->trace);
    writer.EndMessage(writer.BeginMessage(2));
    if (found->is_partial) {
      writer.Varint(3, 1);
    }
    return out.Send(net::HttpResponse(200, std::move(reply), "application/protobuf"));
  }
  std::string json = "{\"trace\":";
  const base::Status status = wire::AppendProtoAsJson(wire::JsonTraceRequest(), found->trace,
                                                      wire::JsonDialect::kGogo, &json);
  if (!status.ok()) {
    return SendError(status, out);
  }
  json += ",\"metrics\":{}";
  json += found->is_partial ? ",\"status\":\"PARTIAL\"}" : "}";
  SendJson(std::move(json), found->notes, out);
}

}  // namespace sb::api::tempo
