// SPDX-License-Identifier: Apache-2.0
//
// /loki/api/v1/delete: asks for lines to be deleted, lists the requests, takes one back. Words and
// status codes are those of Loki's compactor.
#include <fmt/format.h>

#include <algorithm>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"
#include "api/loki/log_deletes.h"

namespace sb::api::loki {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;

base::Status CheckEnabled(const LokiContext& api) {
  return api.with.maybe_deletes != nullptr && api.options.enable_delete
             ? base::OkStatus()
             : base::PermissionDenied("deletes are turned off");
}

base::Result<int64_t> ReadTimeNs(const net::UrlParams& params, std::string_view name,
                                 int64_t now_ns) {
  const std::string_view text = params.Get(name);
  const base::Result<int64_t> ns = text.empty() ? now_ns : ParseTimestampNs(text);
  if (!ns.ok()) {
    return base::InvalidArgument(
        fmt::format("invalid {} time: require unix seconds or RFC3339 format: {}", name, text));
  }
  return *ns;
}

// Loki cuts a request into pieces of this length; here it is one piece, so it is only checked.
base::Status CheckMaxInterval(const net::UrlParams& params, const LogDelete& request) {
  const std::string_view text = params.Get("max_interval");
  if (text.empty()) {
    return base::OkStatus();
  }
  const base::Result<int64_t> interval_ns = ParseStepNs(text);
  const int64_t range_ns = request.end_ns - request.start_ns;
  if (!interval_ns.ok() || *interval_ns < kNsPerSecond) {
    return base::InvalidArgument("invalid max_interval: valid time units are 's', 'm', 'h'");
  }
  if (*interval_ns > range_ns) {
    return base::InvalidArgument(
        fmt::format("max_interval can't be greater than the interval to be deleted ({}s)",
                    range_ns / kNsPerSecond));
  }
  return base::OkStatus();
}

base::Result<std::string> AddDelete(const LokiContext& api, const net::HttpRequest& request) {
  SB_RETURN_IF_ERROR(CheckEnabled(api));
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  LogDelete wanted;
  wanted.query = params.Get("query");
  if (wanted.query.empty()) {
    return base::InvalidArgument("query not set");
  }
  if (params.Get("start").empty()) {
    return base::InvalidArgument("start time not set");
  }
  const int64_t now_ns = NowNs(api);
  SB_ASSIGN_OR_RETURN(wanted.start_ns, ReadTimeNs(params, "start", now_ns));
  SB_ASSIGN_OR_RETURN(wanted.end_ns, ReadTimeNs(params, "end", now_ns));
  if (wanted.end_ns > now_ns) {
    return base::InvalidArgument("deletes in the future are not allowed");
  }
  if (wanted.start_ns >= wanted.end_ns) {
    return base::InvalidArgument("start time can't be greater than or equal to end time");
  }
  SB_RETURN_IF_ERROR(CheckMaxInterval(params, wanted));
  return api.with.maybe_deletes->Add(std::move(wanted));
}

void WriteSeconds(int64_t ms, JsonWriter* json) {
  ms % 1000 == 0 ? json->Int(ms / 1000) : json->Double(static_cast<double>(ms) / 1000);
}

base::Result<std::string> ListJson(const LokiContext& api, const net::HttpRequest& request) {
  SB_RETURN_IF_ERROR(CheckEnabled(api));
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  std::vector<LogDelete> all = api.with.maybe_deletes->List();
  if (!params.Get("start").empty() && !params.Get("end").empty()) {
    SB_ASSIGN_OR_RETURN(const int64_t start_ns, ReadTimeNs(params, "start", 0));
    SB_ASSIGN_OR_RETURN(const int64_t end_ns, ReadTimeNs(params, "end", 0));
    std::erase_if(
        all, [&](const LogDelete& one) { return one.end_ns < start_ns || one.start_ns > end_ns; });
  }
  JsonWriter json;
  json.BeginArray();
  for (const LogDelete& one : all) {
    json.BeginObject().Key("request_id").String(one.id).Key("start_time");
    WriteSeconds(one.start_ns / kNsPerMs, &json);
    json.Key("end_time");
    WriteSeconds(one.end_ns / kNsPerMs, &json);
    json.Key("query").String(one.query).Key("status").String(StateText(one.state));
    json.Key("created_at");
    WriteSeconds(one.created_ms, &json);
    json.Key("user_id").String("").EndObject();
  }
  json.EndArray();
  return std::move(json).Take();
}

base::Status CancelDelete(const LokiContext& api, const net::HttpRequest& request) {
  SB_RETURN_IF_ERROR(CheckEnabled(api));
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  return api.with.maybe_deletes->Cancel(params.Get("request_id"),
                                        params.Get("force") == "true" ? Force::kYes : Force::kNo);
}

}  // namespace

void HandleDelete(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  const base::Result<std::string> id = AddDelete(api, request);
  if (!id.ok()) {
    return SendFailure(writer, id.status());
  }
  net::HttpResponse reply(204);
  reply.headers.Add("X-Delete-Request-ID", *id);
  writer.Send(std::move(reply));
}

void HandleListDeletes(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const base::Result<std::string> json = ListJson(api, request);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

void HandleCancelDelete(const LokiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer) {
  const base::Status status = CancelDelete(api, request);
  status.ok() ? writer.Send(net::HttpResponse(204)) : SendFailure(writer, status);
}

}  // namespace sb::api::loki
