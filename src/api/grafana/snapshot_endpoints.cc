// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

constexpr int64_t kNeverMs = INT64_C(4'102'444'800'000);  // the year 2100

bool IsExpired(Parts& parts, const Json& json) {
  return Integer(json, "expiresAt", kNeverMs) < parts.with.env.clock().NowMs().Value();
}

base::Result<net::HttpResponse> Create(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(JsonDocument body, ParseJsonObject(request.body));
  if (Member(body, "dashboard") == nullptr) {
    return base::InvalidArgument("bad request data: `dashboard` is missing");
  }
  std::string key = Text(body, "key");
  std::string delete_key = Text(body, "deleteKey");
  SB_RETURN_IF_ERROR(CheckUid(key));
  SB_RETURN_IF_ERROR(CheckUid(delete_key));
  base::Random& random = parts.with.env.random();
  key = key.empty() ? NewUid(random) + NewUid(random) : key;
  delete_key = delete_key.empty() ? NewUid(random) + NewUid(random) : delete_key;
  const int64_t now_ms = parts.with.env.clock().NowMs().Value();
  const int64_t expires_s = Integer(body, "expires");
  Set(body, body, "expiresAt", expires_s > 0 ? now_ms + expires_s * 1000 : kNeverMs);
  SB_ASSIGN_OR_RETURN(
      const catalog::Document made,
      parts.with.catalog.Put(
          kSnapshots, {.id = key, .key = delete_key, .body = ToText(body), .expected_version = 0}));
  api::JsonWriter json;
  json.BeginObject().Key("id").Int(made.number).Key("key").String(key);
  json.Key("deleteKey").String(delete_key).Key("url").String("/dashboard/snapshot/" + key);
  json.Key("deleteUrl").String("/api/snapshots-delete/" + delete_key).EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> Get(Parts& parts, const net::HttpRequest& request) {
  const auto document = parts.with.catalog.Get(kSnapshots, request.path_params.Get("key"));
  if (!document.ok()) {
    return base::NotFound("Dashboard snapshot not found");
  }
  SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document->body));
  if (IsExpired(parts, json)) {
    return base::NotFound("Dashboard snapshot not found: it has expired");
  }
  api::JsonWriter out;
  out.BeginObject().Key("meta").BeginObject().Key("isSnapshot").Bool(true);
  out.Key("type").String("snapshot").Key("canSave").Bool(false).Key("canEdit").Bool(false);
  out.Key("created").String(api::FormatRfc3339(document->created_ms));
  out.Key("expires").String(api::FormatRfc3339(Integer(json, "expiresAt", kNeverMs)));
  out.EndObject().Key("dashboard").Raw(ToText(*Member(json, "dashboard"))).EndObject();
  return JsonReply(std::move(out).Take());
}

base::Result<net::HttpResponse> List(Parts& parts, const net::HttpRequest&) {
  SB_ASSIGN_OR_RETURN(const auto documents, parts.with.catalog.List(kSnapshots));
  api::JsonWriter out;
  out.BeginArray();
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
    if (IsExpired(parts, json)) {
      continue;
    }
    out.BeginObject().Key("id").Int(document.number).Key("key").String(document.id);
    out.Key("name").String(Text(json, "name")).Key("orgId").Int(1).Key("userId").Int(1);
    out.Key("external").Bool(false).Key("externalUrl").String("");
    out.Key("created").String(api::FormatRfc3339(document.created_ms));
    out.Key("updated").String(api::FormatRfc3339(document.updated_ms));
    out.Key("expires").String(api::FormatRfc3339(Integer(json, "expiresAt", kNeverMs)));
    out.EndObject();
  }
  out.EndArray();
  return JsonReply(std::move(out).Take());
}

constexpr std::string_view kDeleted =
    "Snapshot deleted. It might take an hour before it's cleared from any CDN caches.";

}  // namespace

void AddSnapshotRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "POST", "/api/snapshots", with(Create));
  Route(router, "GET", "/api/snapshots/{key}", with(Get));
  Route(router, "GET", "/api/dashboard/snapshots", with(List));
  Route(router, "DELETE", "/api/snapshots/{key}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          if (!parts.with.catalog.Delete(kSnapshots, request.path_params.Get("key")).ok()) {
            return base::NotFound("Dashboard snapshot not found");
          }
          return MessageReply(kDeleted);
        });
  Route(router, "GET", "/api/snapshots-delete/{key}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(
              const auto found,
              parts.with.catalog.List(kSnapshots,
                                      {.key = std::string(request.path_params.Get("key"))}));
          if (found.empty()) {
            return base::NotFound("Dashboard snapshot not found");
          }
          SB_RETURN_IF_ERROR(parts.with.catalog.Delete(kSnapshots, found.front().id));
          return MessageReply(kDeleted);
        });
}

}  // namespace sb::grafana
