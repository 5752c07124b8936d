// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "api/loki/endpoints.h"

namespace sb::api::loki {

void SendJson(net::ResponseWriter& writer, std::string json) {
  writer.Send(net::HttpResponse(200, std::move(json), "application/json; charset=UTF-8"));
}

void SendData(net::ResponseWriter& writer, std::string_view data) {
  SendJson(writer, fmt::format("{{\"status\":\"success\",\"data\":{}}}", data));
}

int HttpStatusOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kInvalidArgument:
    case base::StatusCode::kFailedPrecondition:
    case base::StatusCode::kOutOfRange:
      return 400;
    case base::StatusCode::kNotFound:
      return 404;
    case base::StatusCode::kPermissionDenied:
      return 403;
    case base::StatusCode::kUnauthenticated:
      return 401;
    case base::StatusCode::kCancelled:
      return 499;
    case base::StatusCode::kResourceExhausted:
      return 422;
    case base::StatusCode::kDeadlineExceeded:
      return 504;
    case base::StatusCode::kUnavailable:
      return 503;
    case base::StatusCode::kUnimplemented:
      return 501;
    default:
      return 500;
  }
}

void SendFailure(net::ResponseWriter& writer, const base::Status& status) {
  writer.Send(net::PlainTextResponse(HttpStatusOf(status), status.message()));
}

std::shared_ptr<query::QueryContext> StartQuery(const LokiContext& api,
                                                net::ResponseWriter& writer) {
  auto context =
      std::make_shared<query::QueryContext>(api.with.clock, api.with.engine.ContextOptions());
  writer.OnCancel([context] { context->Cancel(); });
  return context;
}

int64_t NowNs(const LokiContext& api) {
  return api.with.clock.Now().Value();
}

logql::ParseOptions ParseOptionsOf(const net::UrlParams& params) {
  logql::ParseOptions options;
  options.allow_all_streams = params.Get("all_streams") == "true";
  return options;
}

}  // namespace sb::api::loki
