// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/grpc_query.h"

#include <utility>

#include "api/jaeger/model_proto.h"
#include "api/jaeger/trace_query.h"
#include "encoding/protobuf.h"
#include "ingest/otlp/grpc_unary.h"
#include "query/traceql/trace_fetch.h"

namespace sb::api::jaeger {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;
using Query = query::QueryContext;
using Method = base::Result<std::string> (*)(const Context&, const Query&, std::string_view);

constexpr size_t kMessageBytesMax = 1 << 20;

// The string or message in field 1.
base::Result<std::string_view> FirstField(std::string_view message) {
  std::string_view out;
  ProtoReader reader(message);
  while (reader.Next()) {
    if (reader.field() == 1) {
      out = reader.Bytes();
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  return out;
}

base::Result<std::string> Services(const Context& api, const Query& context,
                                   std::string_view /*message*/) {
  SB_ASSIGN_OR_RETURN(const auto services, FindServices(api.with.spans, context));
  std::string out;
  for (const std::string& service : services) {
    ProtoWriter(&out).Bytes(1, service);
  }
  return out;
}

base::Result<std::vector<Operation>> OperationsOf(const Context& api, const Query& context,
                                                  std::string_view message) {
  std::string service;
  std::string kind;
  ProtoReader reader(message);
  while (reader.Next()) {
    if (reader.field() == 1) {
      service = std::string(reader.Bytes());
    } else if (reader.field() == 2) {
      kind = std::string(reader.Bytes());
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  return FindOperations(api.with.spans, context, service, kind);
}

void WriteOperations(uint32_t field, const std::vector<Operation>& operations, std::string* out) {
  ProtoWriter writer(out);
  for (const Operation& operation : operations) {
    const size_t mark = writer.BeginMessage(field);
    writer.Bytes(1, operation.name);
    writer.Bytes(2, operation.kind);
    writer.EndMessage(mark);
  }
}

base::Result<std::string> OperationsV3(const Context& api, const Query& context,
                                       std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto operations, OperationsOf(api, context, message));
  std::string out;
  WriteOperations(1, operations, &out);
  return out;
}

base::Result<std::string> OperationsV2(const Context& api, const Query& context,
                                       std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto operations, OperationsOf(api, context, message));
  std::string out;
  for (const Operation& operation : operations) {
    ProtoWriter(&out).Bytes(1, operation.name);
  }
  WriteOperations(2, operations, &out);
  return out;
}

base::Result<std::vector<std::string>> Fetch(const Context& api, const Query& context,
                                             const std::vector<std::string>& ids) {
  SB_ASSIGN_OR_RETURN(auto traces, FetchInOrder(api.with.spans, context, ids));
  if (traces.empty()) {
    return base::NotFound("trace not found");
  }
  return traces;
}

// Joined resource spans are one TracesData.
std::string Joined(const std::vector<std::string>& traces) {
  std::string out;
  for (const std::string& trace : traces) {
    out += trace;
  }
  return out;
}

base::Result<std::string> TraceV3(const Context& api, const Query& context,
                                  std::string_view message) {
  SB_ASSIGN_OR_RETURN(const std::string_view hex, FirstField(message));
  SB_ASSIGN_OR_RETURN(std::string id, traceql::ParseTraceId(hex));
  SB_ASSIGN_OR_RETURN(const auto traces, Fetch(api, context, {std::move(id)}));
  return Joined(traces);
}

base::Result<std::vector<std::string>> Find(const Context& api, const Query& context,
                                            std::string_view message) {
  SB_ASSIGN_OR_RETURN(const std::string_view parameters, FirstField(message));
  SB_ASSIGN_OR_RETURN(const TraceQuery query, QueryFromProto(parameters));
  SB_ASSIGN_OR_RETURN(const auto ids, FindTraceIds(api.with.spans, context, query));
  return FetchInOrder(api.with.spans, context, ids);
}

base::Result<std::string> TracesV3(const Context& api, const Query& context,
                                   std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto traces, Find(api, context, message));
  return Joined(traces);
}

base::Result<std::string> SpansChunk(const std::vector<std::string>& traces) {
  std::string out;
  for (const std::string& bytes : traces) {
    SB_ASSIGN_OR_RETURN(const std::vector<UiTrace> decoded, UiTracesFromOtlp(bytes));
    for (const UiTrace& trace : decoded) {
      AppendSpans(trace, 1, &out);
    }
  }
  return out;
}

base::Result<std::string> TraceV2(const Context& api, const Query& context,
                                  std::string_view message) {
  SB_ASSIGN_OR_RETURN(const std::string_view bytes, FirstField(message));
  if (bytes.empty() || bytes.size() > 16) {
    return base::InvalidArgument("a trace id has up to 16 bytes: " + std::to_string(bytes.size()));
  }
  const std::string id = std::string(16 - bytes.size(), '\0') + std::string(bytes);
  SB_ASSIGN_OR_RETURN(const auto traces, Fetch(api, context, {id}));
  return SpansChunk(traces);
}

base::Result<std::string> TracesV2(const Context& api, const Query& context,
                                   std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto traces, Find(api, context, message));
  return SpansChunk(traces);
}

base::Result<std::string> DependenciesV2(const Context& api, const Query& context,
                                         std::string_view message) {
  store::EventRange range;
  ProtoReader reader(message);
  while (reader.Next()) {
    if (reader.field() == 1) {
      range.start_ns = TimestampNs(reader.Bytes());
    } else if (reader.field() == 2) {
      range.end_ns = TimestampNs(reader.Bytes()) + 1;
    }
  }
  SB_RETURN_IF_ERROR(reader.status());
  SB_ASSIGN_OR_RETURN(const auto edges, FindDependencies(api.with.spans, context, range));
  std::string out;
  ProtoWriter writer(&out);
  for (const Dependency& edge : edges) {
    const size_t mark = writer.BeginMessage(1);
    writer.Bytes(1, edge.parent);
    writer.Bytes(2, edge.child);
    writer.Varint(3, edge.calls);
    writer.EndMessage(mark);
  }
  return out;
}

struct Row {
  std::string_view path;
  Method method;
};
constexpr Row kRows[] = {
    {"/jaeger.api_v2.QueryService/GetServices", Services},
    {"/jaeger.api_v2.QueryService/GetOperations", OperationsV2},
    {"/jaeger.api_v2.QueryService/GetTrace", TraceV2},
    {"/jaeger.api_v2.QueryService/FindTraces", TracesV2},
    {"/jaeger.api_v2.QueryService/GetDependencies", DependenciesV2},
    {"/jaeger.api_v3.QueryService/GetServices", Services},
    {"/jaeger.api_v3.QueryService/GetOperations", OperationsV3},
    {"/jaeger.api_v3.QueryService/GetTrace", TraceV3},
    {"/jaeger.api_v3.QueryService/FindTraces", TracesV3},
};

}  // namespace

void AddGrpcQueryRoutes(std::shared_ptr<const Context> context, net::Router* router) {
  for (const Row& row : kRows) {
    ingest::AddGrpcMethod(
        row.path,
        [context, method = row.method](std::string_view message) {
          query::QueryContext::Options options;
          options.timeout_ms = context->options.query_timeout_ms;
          options.stage = "trace query";
          const Query query(context->with.clock, options);
          return method(*context, query, message);
        },
        kMessageBytesMax, router, context->options.query_pool);
  }
}

}  // namespace sb::api::jaeger
