// SPDX-License-Identifier: Apache-2.0
#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"

namespace sb::api {

namespace {

AdminActions* AdminOrError(const ApiContext& api, net::ResponseWriter& writer) {
  if (!api.options.enable_admin || api.with.maybe_admin == nullptr) {
    SendError(writer, ErrorType::kUnavailable, "admin APIs disabled");
    return nullptr;
  }
  return api.with.maybe_admin;
}

}  // namespace

void HandleSnapshot(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer) {
  AdminActions* admin = AdminOrError(api, writer);
  if (admin == nullptr) {
    return;
  }
  const std::string_view skip_head = request.query.Get("skip_head");
  if (!skip_head.empty() && skip_head != "true" && skip_head != "false") {
    return SendError(writer, ErrorType::kBadData,
                     "invalid parameter \"skip_head\": unable to parse boolean");
  }
  const base::Result<std::string> name = admin->Snapshot(skip_head == "true");
  if (!name.ok()) {
    return SendError(writer, name.status());
  }
  JsonWriter json;
  json.BeginObject().Key("name").String(*name).EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void HandleDeleteSeries(const ApiContext& api, const net::HttpRequest& request,
                        net::ResponseWriter& writer) {
  AdminActions* admin = AdminOrError(api, writer);
  if (admin == nullptr) {
    return;
  }
  const base::Result<net::UrlParams> params = request.FormParams();
  if (!params.ok()) {
    return SendError(writer, params.status());
  }
  const auto start = TimeParameter(*params, "start", kTimeMinMs);
  const auto end = TimeParameter(*params, "end", kTimeMaxMs);
  const auto selectors = ParseSelectors(*params);
  for (const base::Status& status : {start.status(), end.status(), selectors.status()}) {
    if (!status.ok()) {
      return SendError(writer, status);
    }
  }
  if (selectors->empty()) {
    return SendError(writer, ErrorType::kBadData, "no match[] parameter provided");
  }
  if (const base::Status deleted = admin->DeleteSeries(*selectors, *start, *end); !deleted.ok()) {
    return SendError(writer, deleted);
  }
  writer.Send(net::HttpResponse(204));
}

void HandleCleanTombstones(const ApiContext& api, const net::HttpRequest& /*request*/,
                           net::ResponseWriter& writer) {
  AdminActions* admin = AdminOrError(api, writer);
  if (admin == nullptr) {
    return;
  }
  if (const base::Status cleaned = admin->CleanTombstones(); !cleaned.ok()) {
    return SendError(writer, cleaned);
  }
  writer.Send(net::HttpResponse(204));
}

}  // namespace sb::api
