// SPDX-License-Identifier: Apache-2.0
#include "api/loki/loki_api.h"

#include <utility>

#include "api/loki/endpoints.h"

namespace sb::api::loki {
namespace {

using Endpoint = void (*)(const LokiContext&, const net::HttpRequest&, net::ResponseWriter&);

struct Row {
  const char* methods;  // letters: G get, P post, U put, D delete
  const char* path;
  Endpoint endpoint;
};

constexpr Row kRows[] = {
    {"GP", "/loki/api/v1/query", HandleQuery},
    {"GP", "/loki/api/v1/query_range", HandleQueryRange},
    {"GP", "/loki/api/v1/labels", HandleLabels},
    {"GP", "/loki/api/v1/label", HandleLabels},
    {"GP", "/loki/api/v1/label/{name}/values", HandleLabelValues},
    {"GP", "/loki/api/v1/series", HandleSeries},
    {"G", "/loki/api/v1/tail", HandleTail},
    {"GP", "/loki/api/v1/index/stats", HandleIndexStats},
    {"GP", "/loki/api/v1/index/shards", HandleIndexShards},
    {"GP", "/loki/api/v1/index/volume", HandleVolume},
    {"GP", "/loki/api/v1/index/volume_range", HandleVolumeRange},
    {"GP", "/loki/api/v1/detected_labels", HandleDetectedLabels},
    {"GP", "/loki/api/v1/detected_fields", HandleDetectedFields},
    {"GP", "/loki/api/v1/detected_field/{name}/values", HandleDetectedFieldValues},
    {"GP", "/loki/api/v1/patterns", HandlePatterns},
    {"GP", "/loki/api/v1/format_query", HandleFormatQuery},
    {"PU", "/loki/api/v1/delete", HandleDelete},
    {"G", "/loki/api/v1/delete", HandleListDeletes},
    {"D", "/loki/api/v1/delete", HandleCancelDelete},
    {"G", "/loki/api/v1/status/buildinfo", HandleBuildInfo},
    {"G", "/loki/api/v1/drilldown-limits", HandleDrilldownLimits},
};

constexpr Row kRootRows[] = {
    {"GP", "/api/prom/query", HandleLegacyQuery},
    {"GP", "/api/prom/label", HandleLegacyLabels},
    {"GP", "/api/prom/label/{name}/values", HandleLegacyLabelValues},
    {"GP", "/api/prom/series", HandleSeries},
    {"G", "/api/prom/tail", HandleTail},
    {"G", "/ready", HandleReady},
};

std::string_view MethodOf(char letter) {
  return letter == 'G' ? "GET" : letter == 'P' ? "POST" : letter == 'U' ? "PUT" : "DELETE";
}

void AddRow(const std::shared_ptr<const LokiContext>& context, const Row& row,
            net::Router* router) {
  net::RouteOptions options;
  options.pool = context->options.query_pool;
  for (const char* method = row.methods; *method != '\0'; ++method) {
    router->Handle(
        MethodOf(*method), row.path,
        [context, endpoint = row.endpoint](const net::HttpRequest& request,
                                           net::ResponseWriter& writer) {
          endpoint(*context, request, writer);
        },
        options);
  }
}

}  // namespace

LokiApi::LokiApi(LokiApiOptions options, Dependencies dependencies)
    : context_(std::make_shared<const LokiContext>(LokiContext{std::move(options), dependencies})) {
}

LokiApi::~LokiApi() = default;

void LokiApi::AddRoutes(net::Router* router) const {
  for (const Row& row : kRows) {
    AddRow(context_, row, router);
  }
}

void LokiApi::AddRootRoutes(net::Router* router) const {
  for (const Row& row : kRootRows) {
    AddRow(context_, row, router);
  }
}

void LokiApi::AddSearchRoutes(net::Router* router) const {
  AddRow(context_, {"GP", "/api/signalbox/v1/logs/search", HandleSearch}, router);
}

}  // namespace sb::api::loki
