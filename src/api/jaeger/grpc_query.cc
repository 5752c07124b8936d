// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/grpc_query.h"

#include <algorithm>
#include <utility>

#include "api/jaeger/model_proto.h"
#include "api/jaeger/trace_chunks.h"
#include "api/jaeger/trace_query.h"
#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "ingest/otlp/grpc_unary.h"
#include "query/traceql/slots.h"
#include "query/traceql/trace_fetch.h"

namespace sb::api::jaeger {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;
using Query = query::QueryContext;
using Method = base::Status (*)(const Context&, const Query&, std::string_view,
                                ingest::GrpcStream&);

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

base::Status WriteAll(const std::vector<std::string>& messages, ingest::GrpcStream& out) {
  for (const std::string& message : messages) {
    if (!out.Write(message)) {
      return base::Cancelled("the client left");
    }
  }
  return base::OkStatus();
}

// TracesData, in chunks.
base::Status SendV3(const std::vector<std::string>& traces, ingest::GrpcStream& out) {
  for (const std::string& trace : traces) {
    SB_RETURN_IF_ERROR(WriteAll(ChunksOf(trace, kChunkBytes), out));
  }
  return base::OkStatus();
}

// SpansResponseChunk.
base::Status SendV2(const std::vector<std::string>& traces, ingest::GrpcStream& out) {
  for (const std::string& trace : traces) {
    for (const std::string& chunk : ChunksOf(trace, kChunkBytes)) {
      SB_ASSIGN_OR_RETURN(const std::vector<UiTrace> decoded, UiTracesFromOtlp(chunk));
      std::string message;
      for (const UiTrace& one : decoded) {
        AppendSpans(one, 1, &message);
      }
      SB_RETURN_IF_ERROR(WriteAll({std::move(message)}, out));
    }
  }
  return base::OkStatus();
}

base::Status TraceV3(const Context& api, const Query& context, std::string_view message,
                     ingest::GrpcStream& out) {
  SB_ASSIGN_OR_RETURN(const std::string_view hex, FirstField(message));
  SB_ASSIGN_OR_RETURN(std::string id, traceql::ParseTraceId(hex));
  SB_ASSIGN_OR_RETURN(const auto traces, FetchOrFromArchive(api, context, {std::move(id)}));
  return SendV3(traces, out);
}

// Trace by trace, so that the first ones are on their way while the others are read.
base::Status Find(const Context& api, const Query& context, std::string_view message,
                  base::Status (*send)(const std::vector<std::string>&, ingest::GrpcStream&),
                  ingest::GrpcStream& out) {
  SB_ASSIGN_OR_RETURN(const std::string_view parameters, FirstField(message));
  SB_ASSIGN_OR_RETURN(const TraceQuery query, QueryFromProto(parameters));
  SB_ASSIGN_OR_RETURN(const auto ids, FindTraceIds(api.with.spans, context, query));
  constexpr size_t kTracesAtOnce = 20;
  for (size_t i = 0; i < ids.size(); i += kTracesAtOnce) {
    const std::vector<std::string> some(
        ids.begin() + static_cast<ptrdiff_t>(i),
        ids.begin() + static_cast<ptrdiff_t>(std::min(ids.size(), i + kTracesAtOnce)));
    SB_ASSIGN_OR_RETURN(const auto traces, FetchInOrder(api.with.spans, context, some));
    SB_RETURN_IF_ERROR(send(traces, out));
  }
  return base::OkStatus();
}

base::Status TracesV3(const Context& api, const Query& context, std::string_view message,
                      ingest::GrpcStream& out) {
  return Find(api, context, message, SendV3, out);
}

base::Result<std::string> IdV2(std::string_view message) {
  SB_ASSIGN_OR_RETURN(const std::string_view bytes, FirstField(message));
  if (bytes.empty() || bytes.size() > 16) {
    return base::InvalidArgument("a trace id has up to 16 bytes: " + std::to_string(bytes.size()));
  }
  return std::string(16 - bytes.size(), '\0') + std::string(bytes);
}

base::Status TraceV2(const Context& api, const Query& context, std::string_view message,
                     ingest::GrpcStream& out) {
  SB_ASSIGN_OR_RETURN(const std::string id, IdV2(message));
  SB_ASSIGN_OR_RETURN(const auto traces, FetchOrFromArchive(api, context, {id}));
  return SendV2(traces, out);
}

base::Status TracesV2(const Context& api, const Query& context, std::string_view message,
                      ingest::GrpcStream& out) {
  return Find(api, context, message, SendV2, out);
}

base::Result<std::string> ArchiveV2(const Context& api, const Query& context,
                                    std::string_view message) {
  SB_ASSIGN_OR_RETURN(const std::string id, IdV2(message));
  SB_RETURN_IF_ERROR(ArchiveTrace(api, context, encoding::HexOf(id)));
  return std::string();
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

// A method of one message.
template <auto method>
base::Status Once(const Context& api, const Query& context, std::string_view message,
                  ingest::GrpcStream& out) {
  SB_ASSIGN_OR_RETURN(const std::string reply, method(api, context, message));
  return WriteAll({reply}, out);
}

struct Row {
  std::string_view path;
  Method method;
};
constexpr Row kRows[] = {
    {"/jaeger.api_v2.QueryService/GetServices", Once<Services>},
    {"/jaeger.api_v2.QueryService/GetOperations", Once<OperationsV2>},
    {"/jaeger.api_v2.QueryService/GetTrace", TraceV2},
    {"/jaeger.api_v2.QueryService/FindTraces", TracesV2},
    {"/jaeger.api_v2.QueryService/ArchiveTrace", Once<ArchiveV2>},
    {"/jaeger.api_v2.QueryService/GetDependencies", Once<DependenciesV2>},
    {"/jaeger.api_v3.QueryService/GetServices", Once<Services>},
    {"/jaeger.api_v3.QueryService/GetOperations", Once<OperationsV3>},
    {"/jaeger.api_v3.QueryService/GetTrace", TraceV3},
    {"/jaeger.api_v3.QueryService/FindTraces", TracesV3},
};

}  // namespace

void AddGrpcQueryRoutes(std::shared_ptr<const Context> context, net::Router* router) {
  for (const Row& row : kRows) {
    ingest::AddGrpcStream(
        row.path,
        [context, method = row.method](std::string_view message, ingest::GrpcStream& out) {
          query::QueryContext::Options options;
          options.timeout_ms = context->options.query_timeout_ms;
          options.stage = "trace query";
          const auto query = std::make_shared<Query>(context->with.clock, options);
          out.OnCancel([query] { query->Cancel(); });
          return method(*context, *query, message, out);
        },
        kMessageBytesMax, router, context->options.query_pool);
  }
}

}  // namespace sb::api::jaeger
