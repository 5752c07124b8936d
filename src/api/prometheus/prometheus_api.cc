// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/prometheus_api.h"

#include <algorithm>
#include <utility>

#include "api/prometheus/endpoints.h"
#include "query/promql/engine.h"
#include "query/promql/parser.h"

namespace sb::api {

namespace {

using Endpoint = void (*)(const ApiContext&, const net::HttpRequest&, net::ResponseWriter&);

struct Row {
  const char* methods;  // letters: G get, P post, U put
  const char* path;
  Endpoint endpoint;
};

constexpr Row kRows[] = {
    {"GP", "/query", HandleQuery},
    {"GP", "/query_range", HandleQueryRange},
    {"GP", "/query_exemplars", HandleQueryExemplars},
    {"GP", "/format_query", HandleFormatQuery},
    {"GP", "/parse_query", HandleParseQuery},
    {"GP", "/series", HandleSeries},
    {"GP", "/labels", HandleLabels},
    {"G", "/label/{name}/values", HandleLabelValues},
    {"G", "/metadata", HandleMetadata},
    {"P", "/read", HandleRemoteRead},
    {"GP", "/export", HandleExport},
    {"GP", "/export/csv", HandleExportCsv},
    {"GP", "/export/native", HandleExportNative},
    {"G", "/targets", HandleTargets},
    {"G", "/targets/metadata", HandleTargetMetadata},
    {"G", "/scrape_pools", HandleScrapePools},
    {"G", "/status/config", HandleStatusConfig},
    {"G", "/status/flags", HandleStatusFlags},
    {"G", "/status/runtimeinfo", HandleStatusRuntime},
    {"G", "/status/buildinfo", HandleStatusBuild},
    {"G", "/status/tsdb", HandleStatusTsdb},
    {"G", "/status/walreplay", HandleStatusReplay},
    {"G", "/status/active_queries", HandleActiveQueries},
    {"P", "/admin/queries/{id}/cancel", HandleCancelQuery},
    {"PU", "/admin/tsdb/snapshot", HandleSnapshot},
    {"PU", "/admin/tsdb/delete_series", HandleDeleteSeries},
    {"PU", "/admin/tsdb/clean_tombstones", HandleCleanTombstones},
};

std::string_view MethodOf(char letter) {
  return letter == 'G' ? "GET" : letter == 'P' ? "POST" : "PUT";
}

}  // namespace

PrometheusApi::PrometheusApi(PrometheusApiOptions options, Dependencies dependencies)
    : options_(std::move(options)), dependencies_(dependencies) {}

void PrometheusApi::AddRoutes(net::Router* router) const {
  const auto context = std::make_shared<const ApiContext>(ApiContext{options_, dependencies_});
  net::RouteOptions route_options;
  route_options.pool = options_.query_pool;
  const auto handler = [&context](Endpoint endpoint) {
    return [context, endpoint](const net::HttpRequest& request, net::ResponseWriter& writer) {
      endpoint(*context, request, writer);
    };
  };
  for (const Row& row : kRows) {
    for (const char* method = row.methods; *method != '\0'; ++method) {
      router->Handle(MethodOf(*method), std::string("/api/v1") + row.path, handler(row.endpoint),
                     route_options);
    }
  }
  router->Handle("GET", "/federate", handler(HandleFederate), route_options);
}

base::Result<std::vector<std::vector<model::Matcher>>> ParseSelectors(
    const net::UrlParams& params) {
  std::vector<std::vector<model::Matcher>> selectors;
  for (const std::string_view text : params.GetAll("match[]")) {
    base::Result<std::vector<model::Matcher>> matchers = promql::ParseMetricSelector(text);
    if (!matchers.ok()) {
      return matchers.status().WithPrefix("invalid parameter \"match[]\"");
    }
    const bool selective =
        std::any_of(matchers->begin(), matchers->end(),
                    [](const model::Matcher& matcher) { return !matcher.MatchesEmpty(); });
    if (!selective) {
      return base::InvalidArgument(
          "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher");
    }
    selectors.push_back(std::move(matchers).value());
  }
  return selectors;
}

query::QueryContext::Options QueryLimits(const ApiContext& api, int64_t timeout_ms) {
  query::QueryContext::Options options = api.with.engine.ContextOptions();
  if (timeout_ms > 0 && (options.timeout_ms == 0 || timeout_ms < options.timeout_ms)) {
    options.timeout_ms = timeout_ms;
  }
  return options;
}

std::shared_ptr<query::QueryContext> StartQuery(const ApiContext& api, int64_t timeout_ms,
                                                net::ResponseWriter& writer) {
  auto context =
      std::make_shared<query::QueryContext>(api.with.clock, QueryLimits(api, timeout_ms));
  writer.OnCancel([context] { context->Cancel(); });
  return context;
}

}  // namespace sb::api
