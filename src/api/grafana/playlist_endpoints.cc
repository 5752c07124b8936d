// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_parts.h"

namespace sb::grafana {

namespace {

std::string ToApi(const catalog::Document& document) {
  base::Result<JsonDocument> parsed = ParseJsonObject(document.body);
  JsonDocument json =
      parsed.ok() ? std::move(parsed).value() : JsonDocument(rapidjson::kObjectType);
  Set(json, json, "id", document.number);
  Set(json, json, "uid", document.id);
  return ToText(json);
}

base::Result<catalog::Document> Find(Parts& parts, const net::HttpRequest& request) {
  const auto document = parts.with.catalog.Get(kPlaylists, request.path_params.Get("uid"));
  return document.ok() ? document : base::NotFound("Playlist not found");
}

base::Result<net::HttpResponse> Put(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  if (Text(body, "name").empty()) {
    return base::InvalidArgument("a playlist needs a name");
  }
  std::string uid(request.path_params.Get("uid"));
  if (!uid.empty()) {
    SB_RETURN_IF_ERROR(Find(parts, request).status());
  }
  SB_ASSIGN_OR_RETURN(
      const catalog::Document made,
      parts.with.catalog.Put(kPlaylists, {.id = uid.empty() ? NewUid(parts.with.env.random()) : uid,
                                          .body = ToText(body)}));
  return JsonReply(ToApi(made));
}

}  // namespace

void AddPlaylistRoutes(Parts& parts, net::Router* router) {
  Route(router, "GET", "/api/playlists",
        [&parts](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const auto documents, parts.with.catalog.List(kPlaylists));
          std::string out = "[";
          for (const catalog::Document& document : documents) {
            out += (out.size() > 1 ? "," : "") + ToApi(document);
          }
          return JsonReply(out + "]");
        });
  Route(router, "POST", "/api/playlists",
        [&parts](const net::HttpRequest& request) { return Put(parts, request); });
  Route(router, "PUT", "/api/playlists/{uid}",
        [&parts](const net::HttpRequest& request) { return Put(parts, request); });
  Route(router, "GET", "/api/playlists/{uid}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          return JsonReply(ToApi(document));
        });
  Route(router, "GET", "/api/playlists/{uid}/items",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
          const Json* items = Member(json, "items");
          return JsonReply(items == nullptr ? "[]" : ToText(*items));
        });
  Route(router, "DELETE", "/api/playlists/{uid}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_RETURN_IF_ERROR(Find(parts, request).status());
          SB_RETURN_IF_ERROR(parts.with.catalog.Delete(kPlaylists, request.path_params.Get("uid")));
          return JsonReply("{}");
        });
}

}  // namespace sb::grafana
