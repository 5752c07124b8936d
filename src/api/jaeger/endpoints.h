// SPDX-License-Identifier: Apache-2.0
//
// The endpoints behind jaeger_api.h, and what they share. One function per path; all are stateless.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/jaeger/jaeger_api.h"
#include "base/status.h"
#include "net/http_message.h"
#include "net/response_writer.h"
#include "query/engine/query_context.h"

namespace sb::api::jaeger {

struct Context {
  JaegerApiOptions options;
  JaegerApi::Dependencies with;
};
using Endpoint = void (*)(const Context&, const net::HttpRequest&, net::ResponseWriter&);

// v1_endpoints.cc
void HandleServices(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleOperations(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleOperationNames(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTraces(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTrace(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleDependencies(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleArchive(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTransform(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
// v3_endpoints.cc
void HandleServicesV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleOperationsV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTraceV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleTracesV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleSummariesV3(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
// performance_endpoints.cc
void HandleLatencies(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleCalls(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleErrors(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);
void HandleMinStep(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out);

// The traces with these ids, in their order: of the store, or else of the archive. kNotFound if
// there is none of them.
base::Result<std::vector<std::string>> FetchOrFromArchive(const Context& api,
                                                          const query::QueryContext& context,
                                                          const std::vector<std::string>& ids);
// From the store into the archive.
base::Status ArchiveTrace(const Context& api, const query::QueryContext& context,
                          std::string_view hex_id);
// A context that ends with the client's connection.
std::shared_ptr<query::QueryContext> StartQuery(const Context& api, net::ResponseWriter& out);
int HttpCodeOf(base::StatusCode code);
// An envelope with one error.
void SendError(const base::Status& status, net::ResponseWriter& out);
void SendJson(std::string json, net::ResponseWriter& out);

}  // namespace sb::api::jaeger
