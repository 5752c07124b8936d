// SPDX-License-Identifier: Apache-2.0
//
// The handlers of LokiApi, grouped in files by what they read. Private to this module.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/loki/loki_api.h"
#include "api/loki/loki_params.h"
#include "net/http_message.h"
#include "net/response_writer.h"
#include "query/engine/query_context.h"
#include "query/logql/parser.h"

namespace sb::api::loki {

struct LokiContext {
  LokiApiOptions options;
  LokiApi::Dependencies with;
};

// query_endpoints.cc
void HandleQuery(const LokiContext& api, const net::HttpRequest& request,
                 net::ResponseWriter& writer);
void HandleQueryRange(const LokiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);
void HandleFormatQuery(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleSearch(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);

// stream_endpoints.cc
void HandleLabels(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleLabelValues(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleSeries(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleIndexStats(const LokiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer);
void HandleIndexShards(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleDetectedLabels(const LokiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer);

// volume_endpoints.cc
void HandleVolume(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleVolumeRange(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);

// field_endpoints.cc
void HandleDetectedFields(const LokiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer);
void HandleDetectedFieldValues(const LokiContext& api, const net::HttpRequest& request,
                               net::ResponseWriter& writer);
void HandlePatterns(const LokiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer);

// tail_endpoint.cc
void HandleTail(const LokiContext& api, const net::HttpRequest& request,
                net::ResponseWriter& writer);

// delete_endpoints.cc
void HandleDelete(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer);
void HandleListDeletes(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleCancelDelete(const LokiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);

// admin_endpoints.cc
void HandleBuildInfo(const LokiContext& api, const net::HttpRequest& request,
                     net::ResponseWriter& writer);
void HandleDrilldownLimits(const LokiContext& api, const net::HttpRequest& request,
                           net::ResponseWriter& writer);
void HandleReady(const LokiContext& api, const net::HttpRequest& request,
                 net::ResponseWriter& writer);

// legacy_endpoints.cc
void HandleLegacyQuery(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer);
void HandleLegacyLabels(const LokiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer);
void HandleLegacyLabelValues(const LokiContext& api, const net::HttpRequest& request,
                             net::ResponseWriter& writer);

// replies.cc
void SendJson(net::ResponseWriter& writer, std::string json);
// {"status":"success","data":…}
void SendData(net::ResponseWriter& writer, std::string_view data);
// Plain text, the status by the code.
void SendFailure(net::ResponseWriter& writer, const base::Status& status);
int HttpStatusOf(const base::Status& status);
// Cancelled when the peer goes away.
std::shared_ptr<query::QueryContext> StartQuery(const LokiContext& api,
                                                net::ResponseWriter& writer);
int64_t NowNs(const LokiContext& api);
logql::ParseOptions ParseOptionsOf(const net::UrlParams& params);

// The streams of the bounds that fit one of the selectors (none: all).
base::Result<std::vector<store::StreamInfo>> FindStreams(
    const LokiContext& api, const query::QueryContext& context, const Bounds& bounds,
    const std::vector<std::vector<model::Matcher>>& selectors);
base::Result<std::vector<std::string>> LabelNames(const LokiContext& api,
                                                  const query::QueryContext& context,
                                                  const net::UrlParams& params);
base::Result<std::vector<std::string>> LabelValues(const LokiContext& api,
                                                   const query::QueryContext& context,
                                                   const net::UrlParams& params,
                                                   const std::string& name);

}  // namespace sb::api::loki
