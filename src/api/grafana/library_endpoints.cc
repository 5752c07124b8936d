// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

constexpr int64_t kPanelKind = 1;

std::string ToApi(Parts& parts, const catalog::Document& document) {
  base::Result<JsonDocument> parsed = ParseJsonObject(document.body);
  const JsonDocument json =
      parsed.ok() ? std::move(parsed).value() : JsonDocument(rapidjson::kObjectType);
  const base::Result<Folder> folder = parts.dashboards.GetFolder(document.key);
  const Json* model = Member(json, "model");
  api::JsonWriter out;
  out.BeginObject().Key("id").Int(document.number).Key("orgId").Int(1);
  out.Key("folderId").Int(folder.ok() ? folder->document.number : 0);
  out.Key("folderUid").String(document.key).Key("uid").String(document.id);
  out.Key("name").String(Text(json, "name")).Key("kind").Int(Integer(json, "kind", kPanelKind));
  out.Key("type").String(model == nullptr ? "" : Text(*model, "type"));
  out.Key("description").String(model == nullptr ? "" : Text(*model, "description"));
  out.Key("model").Raw(model == nullptr ? "{}" : ToText(*model));
  out.Key("version").Int(document.version).Key("meta").BeginObject();
  out.Key("folderName").String(folder.ok() ? folder->title : "General");
  out.Key("folderUid").String(document.key).Key("connectedDashboards").Int(0);
  out.Key("created").String(api::FormatRfc3339(document.created_ms));
  out.Key("updated").String(api::FormatRfc3339(document.updated_ms));
  for (const char* who : {"createdBy", "updatedBy"}) {
    out.Key(who).BeginObject().Key("id").Int(1).Key("name").String("admin");
    out.Key("avatarUrl").String("").EndObject();
  }
  out.EndObject().EndObject();
  return std::move(out).Take();
}

net::HttpResponse Result(std::string json) {
  return JsonReply("{\"result\":" + std::move(json) + "}");
}

base::Result<catalog::Document> Find(Parts& parts, const net::HttpRequest& request) {
  const auto document = parts.with.catalog.Get(kLibraryElements, request.path_params.Get("uid"));
  if (!document.ok() && document.status().code() == base::StatusCode::kNotFound) {
    return base::NotFound("library element could not be found");
  }
  return document;
}

base::Result<net::HttpResponse> List(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const auto documents, parts.with.catalog.List(kLibraryElements));
  const std::string_view wanted = request.query.Get("searchString");
  const auto limit =
      static_cast<size_t>(std::clamp<int64_t>(NumberParameter(request, "perPage", 100), 1, 1000));
  const auto page =
      static_cast<size_t>(std::clamp<int64_t>(NumberParameter(request, "page", 1), 1, 100'000));
  std::vector<std::string> found;
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
    if (Text(json, "name").find(wanted) != std::string::npos) {
      found.push_back(ToApi(parts, document));
    }
  }
  std::string elements = "[";
  for (size_t i = (page - 1) * limit; i < std::min(found.size(), page * limit); ++i) {
    elements += (elements.size() > 1 ? "," : "") + found[i];
  }
  api::JsonWriter json;
  json.BeginObject().Key("totalCount").Uint(found.size()).Key("page").Uint(page);
  json.Key("perPage").Uint(limit).Key("elements").Raw(elements + "]").EndObject();
  return Result(std::move(json).Take());
}

base::Status CheckName(Parts& parts, const std::string& name, const std::string& folder,
                       std::string_view but_uid) {
  if (name.empty()) {
    return base::InvalidArgument("library element needs a name");
  }
  SB_ASSIGN_OR_RETURN(const auto siblings,
                      parts.with.catalog.List(kLibraryElements, {.key = folder}));
  for (const catalog::Document& sibling : siblings) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(sibling.body));
    if (Text(json, "name") == name && sibling.id != but_uid) {
      return base::InvalidArgument("library element with that name already exists: " + name);
    }
  }
  return base::OkStatus();
}

std::string BodyOf(const Json& given) {
  JsonDocument json(rapidjson::kObjectType);
  for (const std::string_view key : {"name", "kind", "model"}) {
    if (const Json* value = Member(given, key); value != nullptr) {
      SetCopy(json, json, key, *value);
    }
  }
  return ToText(json);
}

base::Result<net::HttpResponse> Create(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  const std::string folder = Text(body, "folderUid");
  if (!folder.empty()) {
    SB_RETURN_IF_ERROR(parts.dashboards.GetFolder(folder).status());
  }
  std::string uid = Text(body, "uid");
  SB_RETURN_IF_ERROR(CheckUid(uid));
  if (uid.empty()) {
    uid = NewUid(parts.with.env.random());
  }
  SB_RETURN_IF_ERROR(CheckName(parts, Text(body, "name"), folder, uid));
  SB_ASSIGN_OR_RETURN(const catalog::Document made,
                      parts.with.catalog.Put(
                          kLibraryElements,
                          {.id = uid, .key = folder, .body = BodyOf(body), .expected_version = 0}));
  return Result(ToApi(parts, made));
}

base::Result<net::HttpResponse> Change(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const catalog::Document known, Find(parts, request));
  SB_ASSIGN_OR_RETURN(JsonDocument json, ParseJsonObject(known.body));
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  for (const std::string_view key : {"name", "model"}) {
    if (const Json* value = Member(body, key); value != nullptr) {
      SetCopy(json, json, key, *value);
    }
  }
  const std::string folder = Text(body, "folderUid", known.key);
  SB_RETURN_IF_ERROR(CheckName(parts, Text(json, "name"), folder, known.id));
  SB_ASSIGN_OR_RETURN(
      const catalog::Document changed,
      parts.with.catalog.Put(kLibraryElements,
                             {.id = known.id,
                              .key = folder,
                              .body = BodyOf(json),
                              .expected_version = Integer(body, "version", known.version)}));
  return Result(ToApi(parts, changed));
}

base::Result<net::HttpResponse> ByName(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const auto documents, parts.with.catalog.List(kLibraryElements));
  std::string found;
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
    if (Text(json, "name") == request.path_params.Get("name")) {
      found += (found.empty() ? "" : ",") + ToApi(parts, document);
    }
  }
  if (found.empty()) {
    return base::NotFound("library element could not be found");
  }
  return Result("[" + found + "]");
}

}  // namespace

void AddLibraryRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "GET", "/api/library-elements", with(List));
  Route(router, "POST", "/api/library-elements", with(Create));
  Route(router, "PATCH", "/api/library-elements/{uid}", with(Change));
  Route(router, "GET", "/api/library-elements/name/{name}", with(ByName));
  Route(router, "GET", "/api/library-elements/{uid}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          return Result(ToApi(parts, document));
        });
  Route(router, "DELETE", "/api/library-elements/{uid}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          SB_RETURN_IF_ERROR(parts.with.catalog.Delete(kLibraryElements, document.id));
          return MessageReply("Library element deleted");
        });
  Route(router, "GET", "/api/library-elements/{uid}/connections",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_RETURN_IF_ERROR(Find(parts, request).status());
          return Result("[]");
        });
}

}  // namespace sb::grafana
