// SPDX-License-Identifier: Apache-2.0
//
// The handlers of PrometheusApi, one function per endpoint, grouped in files by what they read.
// Private to this module.
#pragma once

#include <memory>
#include <vector>

#include "api/prometheus/prometheus_api.h"
#include "net/http_message.h"
#include "net/response_writer.h"
#include "query/engine/query_context.h"

namespace sb::api {

struct ApiContext {
  PrometheusApiOptions options;
  PrometheusApi::Dependencies with;
};

// query_endpoints.cc
void HandleQuery(const ApiContext& api, const net::HttpRequest& request,
                 net::ResponseWriter& writer);
void HandleQueryRange(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);
void HandleQueryExemplars(const ApiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer);
void HandleFormatQuery(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleParseQuery(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);

// series_endpoints.cc
void HandleSeries(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleLabels(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleLabelValues(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleMetadata(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer);

// target_endpoints.cc
void HandleTargets(const ApiContext& api, const net::HttpRequest& request,
                   net::ResponseWriter& writer);
void HandleTargetMetadata(const ApiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer);
void HandleScrapePools(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);

// status_endpoints.cc
void HandleStatusConfig(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);
void HandleStatusFlags(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleStatusRuntime(const ApiContext& api, const net::HttpRequest& request,
                         net::ResponseWriter& writer);
void HandleStatusBuild(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleStatusTsdb(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);
void HandleStatusReplay(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);

// active_queries.cc
void HandleActiveQueries(const ApiContext& api, const net::HttpRequest& request,
                         net::ResponseWriter& writer);
void HandleCancelQuery(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);

// admin_endpoints.cc
void HandleSnapshot(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer);
void HandleDeleteSeries(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);
void HandleCleanTombstones(const ApiContext& api, const net::HttpRequest& request,
                           net::ResponseWriter& writer);

// federate.cc
void HandleFederate(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer);

// remote_read.cc
void HandleRemoteRead(const ApiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);

// export.cc
void HandleExport(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleExportCsv(const ApiContext& api, const net::HttpRequest& request,
                     net::ResponseWriter& writer);

// export_native.cc
void HandleExportNative(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);

// The `match[]` parameters as selectors; kInvalidArgument names the broken one.
base::Result<std::vector<std::vector<model::Matcher>>> ParseSelectors(const net::UrlParams& params);

// The API's limits; `timeout_ms` may only shorten the configured one.
query::QueryContext::Options QueryLimits(const ApiContext& api, int64_t timeout_ms);

// A context with these limits that is cancelled when the peer goes away.
std::shared_ptr<query::QueryContext> StartQuery(const ApiContext& api, int64_t timeout_ms,
                                                net::ResponseWriter& writer);

// The reference's text for a list that was cut.
inline constexpr const char* kTruncatedWarning = "results truncated due to limit";

}  // namespace sb::api
