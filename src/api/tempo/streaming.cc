// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/streaming.h"

#include <memory>
#include <span>
#include <utility>

#include "api/tempo/tempo_proto.h"
#include "ingest/otlp/grpc_unary.h"

namespace sb::api::tempo {
namespace {

constexpr size_t kMessageBytesMax = 1 << 20;

using Query = query::QueryContext;
using Method = base::Result<std::string> (*)(const Context&, const Query&, std::string_view);

// Sends what is certain while a search goes on, so that a slow one shows its first traces early.
class StreamedSearch final : public traceql::SearchProgress {
 public:
  StreamedSearch(const base::Clock& clock, ingest::GrpcStream* out)
      : clock_(clock), out_(*out), last_ns_(clock.MonotonicNs()) {}
  bool Due() override { return clock_.MonotonicNs() - last_ns_ >= kReportEveryNs; }
  base::Status Report(std::span<const traceql::FoundTrace> traces,
                      const traceql::QueryNotes& notes) override {
    last_ns_ = clock_.MonotonicNs();
    return Send(SearchToProto(traces, notes, false));
  }
  base::Status Send(std::string_view message) {
    return out_.Write(message) ? base::OkStatus() : base::Cancelled("the client left");
  }

 private:
  static constexpr int64_t kReportEveryNs = 250'000'000;
  const base::Clock& clock_;
  ingest::GrpcStream& out_;
  int64_t last_ns_;
};

base::Status Search(const Context& api, const Query& context, std::string_view message,
                    ingest::GrpcStream& out) {
  SB_ASSIGN_OR_RETURN(SearchRequest request, SearchFromProto(message));
  StreamedSearch stream(api.with.clock, &out);
  request.options.progress = &stream;
  SB_ASSIGN_OR_RETURN(const traceql::SearchResult result,
                      traceql::Search(api.with.spans, context, request.query, request.options));
  return stream.Send(
      SearchToProto(std::span(result.traces).subspan(result.reported), result.notes, true));
}

base::Result<traceql::TagScopes> Names(const Context& api, const Query& context,
                                       std::string_view message) {
  SB_ASSIGN_OR_RETURN(const TagsRequest request, TagsFromProto(message));
  return traceql::TagNames(api.with.spans, context, request.scope, request.options);
}

base::Result<std::string> SearchTags(const Context& api, const Query& context,
                                     std::string_view message) {
  SB_ASSIGN_OR_RETURN(traceql::TagScopes scopes, Names(api, context, message));
  scopes.erase("intrinsic");
  return TagsToProto(scopes);
}

base::Result<std::string> SearchTagsV2(const Context& api, const Query& context,
                                       std::string_view message) {
  SB_ASSIGN_OR_RETURN(const traceql::TagScopes scopes, Names(api, context, message));
  return TagScopesToProto(scopes);
}

base::Result<std::vector<traceql::TagValue>> Values(const Context& api, const Query& context,
                                                    std::string_view message) {
  SB_ASSIGN_OR_RETURN(const TagsRequest request, TagValuesFromProto(message));
  return traceql::TagValues(api.with.spans, context, traceql::ParseTagName(request.tag),
                            request.options);
}

base::Result<std::string> SearchTagValues(const Context& api, const Query& context,
                                          std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto values, Values(api, context, message));
  return TagValuesToProto(values);
}

base::Result<std::string> SearchTagValuesV2(const Context& api, const Query& context,
                                            std::string_view message) {
  SB_ASSIGN_OR_RETURN(const auto values, Values(api, context, message));
  return TagValuesV2ToProto(values);
}

base::Result<std::string> QueryRange(const Context& api, const Query& context,
                                     std::string_view message) {
  SB_ASSIGN_OR_RETURN(const MetricsRequest request,
                      MetricsFromProto(message, api.with.clock.Now().Value(), false));
  SB_ASSIGN_OR_RETURN(const auto result, traceql::QueryMetrics(api.with.spans, context,
                                                               request.query, request.options));
  return QueryRangeToProto(result);
}

base::Result<std::string> QueryInstant(const Context& api, const Query& context,
                                       std::string_view message) {
  SB_ASSIGN_OR_RETURN(const MetricsRequest request,
                      MetricsFromProto(message, api.with.clock.Now().Value(), true));
  SB_ASSIGN_OR_RETURN(const auto result, traceql::QueryMetrics(api.with.spans, context,
                                                               request.query, request.options));
  return QueryInstantToProto(result);
}

struct Row {
  std::string_view name;
  Method method;
};
constexpr Row kRows[] = {
    {"SearchTags", SearchTags},
    {"SearchTagsV2", SearchTagsV2},
    {"SearchTagValues", SearchTagValues},
    {"SearchTagValuesV2", SearchTagValuesV2},
    {"MetricsQueryRange", QueryRange},
    {"MetricsQueryInstant", QueryInstant},
};

}  // namespace

void AddStreamingRoutes(std::shared_ptr<const Context> context, net::Router* router) {
  const auto add = [&](std::string_view name, auto answer) {
    ingest::AddGrpcStream(
        "/tempopb.StreamingQuerier/" + std::string(name),
        [context, answer](std::string_view message, ingest::GrpcStream& out) {
          query::QueryContext::Options options;
          options.timeout_ms = context->options.query_timeout_ms;
          options.stage = "trace query";
          const auto query = std::make_shared<Query>(context->with.clock, options);
          out.OnCancel([query] { query->Cancel(); });
          return answer(*context, *query, message, out);
        },
        kMessageBytesMax, router, context->options.query_pool);
  };
  add("Search", Search);
  for (const Row& row : kRows) {
    add(row.name, [method = row.method](const Context& api, const Query& query,
                                        std::string_view message,
                                        ingest::GrpcStream& out) -> base::Status {
      SB_ASSIGN_OR_RETURN(const std::string reply, method(api, query, message));
      out.Write(reply);
      return base::OkStatus();
    });
  }
}

}  // namespace sb::api::tempo
