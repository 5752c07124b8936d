// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/reply.h"

#include <charconv>
#include <utility>

#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

// Dashboards are the largest bodies; the catalog refuses what is above its own limit.
constexpr size_t kBodyBytesMax = 16U << 20;

int HttpStatusOf(base::StatusCode code) {
  switch (code) {
    case base::StatusCode::kInvalidArgument:
    case base::StatusCode::kOutOfRange:
      return 400;
    case base::StatusCode::kUnauthenticated:
      return 401;
    case base::StatusCode::kPermissionDenied:
      return 403;
    case base::StatusCode::kNotFound:
      return 404;
    case base::StatusCode::kAlreadyExists:
      return 409;
    case base::StatusCode::kAborted:
    case base::StatusCode::kFailedPrecondition:
      return 412;
    case base::StatusCode::kUnimplemented:
      return 501;
    case base::StatusCode::kResourceExhausted:
      return 429;
    case base::StatusCode::kUnavailable:
      return 502;
    case base::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

net::HttpResponse JsonReply(std::string json, int status) {
  net::HttpResponse reply(status, std::move(json), "application/json");
  reply.headers.Set("Cache-Control", "no-store");
  return reply;
}

net::HttpResponse MessageReply(std::string_view message, int status) {
  api::JsonWriter json;
  json.BeginObject().Key("message").String(message).EndObject();
  return JsonReply(std::move(json).Take(), status);
}

net::HttpResponse ErrorReply(const base::Status& status) {
  api::JsonWriter json;
  json.BeginObject().Key("message").String(status.message());
  if (status.code() == base::StatusCode::kAborted) {
    json.Key("status").String("version-mismatch");
  }
  json.EndObject();
  return JsonReply(std::move(json).Take(), HttpStatusOf(status.code()));
}

void Route(net::Router* router, std::string_view method, std::string_view pattern, Answer answer) {
  net::RouteOptions options;
  options.max_body_bytes = kBodyBytesMax;
  router->Handle(
      method, pattern,
      [answer = std::move(answer)](const net::HttpRequest& request, net::ResponseWriter& writer) {
        base::Result<net::HttpResponse> reply = answer(request);
        writer.Send(reply.ok() ? std::move(reply).value() : ErrorReply(reply.status()));
      },
      options);
}

int64_t NumberParameter(const net::HttpRequest& request, std::string_view name, int64_t fallback) {
  const std::string_view text = request.query.Get(name);
  int64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && at == text.data() + text.size() && !text.empty() ? number
                                                                                  : fallback;
}

}  // namespace sb::grafana
