// SPDX-License-Identifier: Apache-2.0
//
// The endpoints behind tempo_api.h, and what they share. One function per path; all are stateless.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/tempo/tempo_api.h"
#include "base/status.h"
#include "net/http_message.h"
#include "net/response_writer.h"
#include "query/engine/query_context.h"
#include "query/traceql/metrics.h"
#include "query/traceql/search.h"
#include "query/traceql/tags.h"

namespace sb::api::tempo {

struct Context {
  TempoApiOptions options;
  TempoApi::Dependencies with;
};

void HandleTraceV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTraceV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleSearch(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTagsV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTagsV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTagValuesV1(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTagValuesV2(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleQueryRange(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleQueryInstant(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleEcho(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleReady(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleBuildInfo(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleStatus(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleOverrides(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);

// A context that ends with the client's connection.
std::shared_ptr<query::QueryContext> StartQuery(const Context& api, net::ResponseWriter& out);
// Plain text, with the status code that Tempo gives to such an error.
void SendError(const base::Status& status, net::ResponseWriter& out);
void SendJson(std::string json, const traceql::QueryNotes& notes, net::ResponseWriter& out);

// A search as a request describes it, by HTTP or gRPC.
struct SearchRequest {
  std::string query;
  traceql::SearchOptions options;
};
base::Result<SearchRequest> ReadSearch(const net::UrlParams& params);
// What the reference does with more than this.
inline constexpr size_t kSpansPerSpansetMax = 100;
inline constexpr size_t kSearchLimitMax = 100'000;

struct MetricsRequest {
  std::string query;
  traceql::MetricsOptions options;
};
base::Result<MetricsRequest> ReadMetrics(const net::UrlParams& params, int64_t now_ns,
                                         bool instant);

}  // namespace sb::api::tempo
