// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/streaming.h"

#include <utility>

#include "api/tempo/tempo_proto.h"
#include "ingest/otlp/grpc_unary.h"

namespace sb::api::tempo {
namespace {

constexpr size_t kMessageBytesMax = 1 << 20;

using Query = query::QueryContext;
using Method = base::Result<std::string> (*)(const Context&, const Query&, std::string_view);

base::Result<std::string> Search(const Context& api, const Query& context,
                                 std::string_view message) {
  SB_ASSIGN_OR_RETURN(const SearchRequest request, SearchFromProto(message));
  SB_ASSIGN_OR_RETURN(const auto result,
                      traceql::Search(api.with.spans, context, request.query, request.options));
  return SearchToProto(result);
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
    {"Search", Search},
    {"SearchTags", SearchTags},
    {"SearchTagsV2", SearchTagsV2},
    {"SearchTagValues", SearchTagValues},
    {"SearchTagValuesV2", SearchTagValuesV2},
    {"MetricsQueryRange", QueryRange},
    {"MetricsQueryInstant", QueryInstant},
};

}  // namespace

void AddStreamingRoutes(std::shared_ptr<const Context> context, net::Router* router) {
  for (const Row& row : kRows) {
    ingest::AddGrpcMethod(
        "/tempopb.StreamingQuerier/" + std::string(row.name),
        [context, method = row.method](std::string_view message) {
          query::QueryContext::Options query_options;
          query_options.timeout_ms = context->options.query_timeout_ms;
          query_options.stage = "trace query";
          const Query query(context->with.clock, query_options);
          return method(*context, query, message);
        },
        kMessageBytesMax, router, context->options.query_pool);
  }
}

}  // namespace sb::api::tempo
