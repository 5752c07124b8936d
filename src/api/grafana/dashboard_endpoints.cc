// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

std::string UrlOf(const DashboardInfo& info) {
  return "/d/" + info.uid + "/" + Slug(info.title);
}

base::Result<std::string> WithIdentity(const catalog::Document& document) {
  SB_ASSIGN_OR_RETURN(JsonDocument dashboard, ParseJsonObject(document.body));
  if (Member(dashboard, "spec") == nullptr) {
    Set(dashboard, dashboard, "id", document.number);
    Set(dashboard, dashboard, "uid", document.id);
    Set(dashboard, dashboard, "version", document.version);
  }
  return ToText(dashboard);
}

void WriteMeta(const SavedDashboard& saved, const Folder* folder, api::JsonWriter* json) {
  const DashboardInfo& info = saved.info;
  const bool can_save = info.provider.empty() || info.is_editable;
  json->BeginObject().Key("type").String("db").Key("canSave").Bool(can_save);
  json->Key("canEdit").Bool(true).Key("canAdmin").Bool(true).Key("canStar").Bool(false);
  json->Key("canDelete").Bool(info.provider.empty()).Key("slug").String(Slug(info.title));
  json->Key("url").String(UrlOf(info)).Key("expires").String("0001-01-01T00:00:00Z");
  json->Key("created").String(api::FormatRfc3339(saved.document.created_ms));
  json->Key("updated").String(api::FormatRfc3339(saved.document.updated_ms));
  json->Key("updatedBy").String(saved.document.author).Key("createdBy").String("admin");
  json->Key("version").Int(saved.document.version).Key("hasAcl").Bool(false);
  json->Key("isFolder").Bool(false).Key("folderUid").String(info.folder_uid);
  json->Key("folderId").Int(folder == nullptr ? 0 : folder->document.number);
  json->Key("folderTitle").String(folder == nullptr ? "General" : folder->title);
  json->Key("folderUrl")
      .String(folder == nullptr ? "" : "/dashboards/f/" + folder->uid + "/" + Slug(folder->title));
  json->Key("provisioned").Bool(!info.provider.empty());
  json->Key("provisionedExternalId").String(info.file).EndObject();
}

base::Result<net::HttpResponse> GetDashboard(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const SavedDashboard saved,
                      parts.dashboards.Get(request.path_params.Get("uid")));
  const base::Result<Folder> folder = parts.dashboards.GetFolder(saved.info.folder_uid);
  SB_ASSIGN_OR_RETURN(const std::string dashboard, WithIdentity(saved.document));
  api::JsonWriter json;
  json.BeginObject().Key("meta");
  WriteMeta(saved, folder.ok() ? &*folder : nullptr, &json);
  json.Key("dashboard").Raw(dashboard).EndObject();
  return JsonReply(std::move(json).Take());
}

// Old clients name folders by number; 0 is the root.
base::Result<std::string> FolderUidOf(Parts& parts, const Json& body) {
  const std::string uid = Text(body, "folderUid");
  const int64_t id = Integer(body, "folderId");
  if (!uid.empty() || id <= 0) {
    return uid == "general" ? std::string() : uid;
  }
  const auto folder = parts.with.catalog.GetByNumber(kFolders, id);
  return folder.ok() ? base::Result<std::string>(folder->id)
                     : base::InvalidArgument("folder not found: " + std::to_string(id));
}

base::Result<SavedDashboard> SaveFrom(Parts& parts, const Json& body, JsonDocument dashboard) {
  SaveRequest save;
  save.dashboard = std::move(dashboard);
  SB_ASSIGN_OR_RETURN(save.folder_uid, FolderUidOf(parts, body));
  save.overwrite = Flag(body, "overwrite");
  save.message = Text(body, "message");
  save.author = "admin";
  return parts.dashboards.Save(std::move(save));
}

base::Result<JsonDocument> DashboardIn(const Json& body) {
  const Json* given = Member(body, "dashboard");
  if (given == nullptr || !given->IsObject()) {
    return base::InvalidArgument("bad request data: `dashboard` is missing");
  }
  JsonDocument dashboard;
  dashboard.CopyFrom(*given, dashboard.GetAllocator());
  return dashboard;
}

base::Result<net::HttpResponse> SaveDashboard(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  SB_ASSIGN_OR_RETURN(JsonDocument dashboard, DashboardIn(body));
  SB_ASSIGN_OR_RETURN(const SavedDashboard saved, SaveFrom(parts, body, std::move(dashboard)));
  api::JsonWriter json;
  json.BeginObject().Key("folderUid").String(saved.info.folder_uid);
  json.Key("id").Int(saved.document.number).Key("slug").String(Slug(saved.info.title));
  json.Key("status").String("success").Key("uid").String(saved.info.uid);
  json.Key("url").String(UrlOf(saved.info)).Key("version").Int(saved.document.version).EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> DeleteDashboard(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const DashboardInfo info,
                      parts.dashboards.Delete(request.path_params.Get("uid")));
  api::JsonWriter json;
  json.BeginObject().Key("title").String(info.title);
  json.Key("message").String("Dashboard " + info.title + " deleted");
  json.Key("id").Int(info.number).Key("uid").String(info.uid).EndObject();
  return JsonReply(std::move(json).Take());
}

// `${NAME}` in every string of the dashboard, as the import dialogue's answers say.
void Substitute(JsonDocument& document, Json& value,
                const std::map<std::string, std::string>& inputs) {
  if (value.IsObject()) {
    for (auto& member : value.GetObject()) {
      Substitute(document, member.value, inputs);
    }
  } else if (value.IsArray()) {
    for (Json& item : value.GetArray()) {
      Substitute(document, item, inputs);
    }
  } else if (value.IsString()) {
    std::string text(value.GetString(), value.GetStringLength());
    bool changed = false;
    for (const auto& [name, replacement] : inputs) {
      const std::string hole = "${" + name + "}";
      for (size_t at = text.find(hole); at != std::string::npos;
           at = text.find(hole, at + replacement.size())) {
        text.replace(at, hole.size(), replacement);
        changed = true;
      }
    }
    if (changed) {
      value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()),
                      document.GetAllocator());
    }
  }
}

base::Result<net::HttpResponse> ImportDashboard(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  SB_ASSIGN_OR_RETURN(JsonDocument dashboard, DashboardIn(body));
  std::map<std::string, std::string> inputs;
  if (const Json* given = Member(body, "inputs"); given != nullptr && given->IsArray()) {
    for (const Json& input : given->GetArray()) {
      inputs[Text(input, "name")] = Text(input, "value");
    }
  }
  inputs.erase("");
  Substitute(dashboard, dashboard, inputs);
  if (!inputs.empty()) {
    Remove(dashboard, "__inputs");
  }
  Remove(dashboard, "id");
  SB_ASSIGN_OR_RETURN(const SavedDashboard saved, SaveFrom(parts, body, std::move(dashboard)));
  api::JsonWriter json;
  json.BeginObject().Key("uid").String(saved.info.uid).Key("pluginId").String("");
  json.Key("title").String(saved.info.title).Key("imported").Bool(true);
  json.Key("importedUri").String("db/" + Slug(saved.info.title));
  json.Key("importedUrl").String(UrlOf(saved.info)).Key("slug").String(Slug(saved.info.title));
  json.Key("dashboardId").Int(saved.document.number);
  json.Key("folderUid").String(saved.info.folder_uid).Key("importedRevision").Int(1);
  json.Key("revision").Int(1).Key("description").String("").Key("path").String("");
  json.Key("removed").Bool(false).EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> PermissionsOf(Parts& parts, const net::HttpRequest& request) {
  SB_RETURN_IF_ERROR(parts.dashboards.Get(request.path_params.Get("uid")).status());
  if (request.method == "POST") {
    return base::Unimplemented(
        "dashboard permissions are not kept: this version has one role for everybody");
  }
  return JsonReply("[]");
}

}  // namespace

void AddDashboardRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "POST", "/api/dashboards/db", with(SaveDashboard));
  Route(router, "POST", "/api/dashboards/import", with(ImportDashboard));
  Route(router, "GET", "/api/dashboards/uid/{uid}", with(GetDashboard));
  Route(router, "DELETE", "/api/dashboards/uid/{uid}", with(DeleteDashboard));
  Route(router, "GET", "/api/dashboards/uid/{uid}/permissions", with(PermissionsOf));
  Route(router, "POST", "/api/dashboards/uid/{uid}/permissions", with(PermissionsOf));
  Route(router, "GET", "/api/dashboards/home",
        [](const net::HttpRequest&) -> base::Result<net::HttpResponse> {
          return JsonReply(R"({"redirectUri":"/"})");
        });
}

}  // namespace sb::grafana
