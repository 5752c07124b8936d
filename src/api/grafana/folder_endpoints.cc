// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

std::string FolderJson(const Folder& folder) {
  api::JsonWriter json;
  const std::string url = "/dashboards/f/" + folder.uid + "/" + Slug(folder.title);
  json.BeginObject().Key("id").Int(folder.document.number).Key("uid").String(folder.uid);
  json.Key("orgId").Int(1).Key("title").String(folder.title).Key("url").String(url);
  json.Key("hasAcl").Bool(false).Key("canSave").Bool(true).Key("canEdit").Bool(true);
  json.Key("canAdmin").Bool(true).Key("canDelete").Bool(true);
  json.Key("createdBy").String("admin").Key("updatedBy").String("admin");
  json.Key("created").String(api::FormatRfc3339(folder.document.created_ms));
  json.Key("updated").String(api::FormatRfc3339(folder.document.updated_ms));
  json.Key("version").Int(folder.document.version);
  // Clients compare what they sent with what they read: what was not sent stays away.
  if (!folder.description.empty()) {
    json.Key("description").String(folder.description);
  }
  if (!folder.parent_uid.empty()) {
    json.Key("parentUid").String(folder.parent_uid);
  }
  json.EndObject();
  return std::move(json).Take();
}

base::Result<net::HttpResponse> ListFolders(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const std::vector<Folder> folders, parts.dashboards.Folders());
  const std::string parent(request.query.Get("parentUid"));
  const int64_t limit = std::max<int64_t>(NumberParameter(request, "limit", 1000), 0);
  int64_t skip = limit * (std::max<int64_t>(NumberParameter(request, "page", 1), 1) - 1);
  int64_t left = limit;
  std::string out = "[";
  for (const Folder& folder : folders) {
    if (folder.parent_uid != parent || skip-- > 0 || left-- <= 0) {
      continue;
    }
    out += (out.size() > 1 ? "," : "") + FolderJson(folder);
  }
  return JsonReply(out + "]");
}

base::Result<net::HttpResponse> CreateFolder(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  SB_ASSIGN_OR_RETURN(const Folder folder, parts.dashboards.CreateFolder(
                                               Text(body, "uid"), Text(body, "title"),
                                               Text(body, "parentUid"), Text(body, "description")));
  return JsonReply(FolderJson(folder));
}

base::Result<net::HttpResponse> UpdateFolder(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  const std::string uid(request.path_params.Get("uid"));
  SB_ASSIGN_OR_RETURN(const Folder old, parts.dashboards.GetFolder(uid));
  std::optional<int64_t> version;
  if (!Flag(body, "overwrite") && Member(body, "version") != nullptr) {
    version = Integer(body, "version");
  }
  SB_ASSIGN_OR_RETURN(
      const Folder folder,
      parts.dashboards.UpdateFolder(uid, Text(body, "title", old.title),
                                    Text(body, "description", old.description), version));
  return JsonReply(FolderJson(folder));
}

base::Result<net::HttpResponse> DeleteFolder(Parts& parts, const net::HttpRequest& request) {
  const std::string uid(request.path_params.Get("uid"));
  SB_ASSIGN_OR_RETURN(Folder folder, parts.dashboards.GetFolder(uid));
  if (api::FolderUsers* users = parts.with.folder_users; users != nullptr) {
    if (users->RulesIn(uid) > 0 && request.query.Get("forceDeleteRules") != "true") {
      return base::InvalidArgument(
          "folder cannot be deleted: folder contains alert rules (forceDeleteRules=true deletes "
          "them)");
    }
    SB_RETURN_IF_ERROR(users->DeleteRulesIn(uid));
  }
  SB_ASSIGN_OR_RETURN(folder, parts.dashboards.DeleteFolder(uid));
  api::JsonWriter json;
  json.BeginObject().Key("message").String("Folder " + folder.title + " deleted");
  json.Key("title").String(folder.title).Key("id").Int(folder.document.number).EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> CountsOf(Parts& parts, const net::HttpRequest& request) {
  const std::string uid(request.path_params.Get("uid"));
  SB_RETURN_IF_ERROR(parts.dashboards.GetFolder(uid).status());
  SB_ASSIGN_OR_RETURN(const auto folders, parts.with.catalog.List(kFolders, {.key = uid}));
  SB_ASSIGN_OR_RETURN(const auto boards, parts.with.catalog.List(kDashboardIndex, {.key = uid}));
  SB_ASSIGN_OR_RETURN(const auto library, parts.with.catalog.List(kLibraryElements, {.key = uid}));
  api::FolderUsers* users = parts.with.folder_users;
  api::JsonWriter json;
  json.BeginObject().Key("folder").Uint(folders.size()).Key("dashboard").Uint(boards.size());
  json.Key("librarypanel").Uint(library.size());
  json.Key("alertrule").Uint(users == nullptr ? 0 : users->RulesIn(uid)).EndObject();
  return JsonReply(std::move(json).Take());
}

}  // namespace

void AddFolderRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "GET", "/api/folders", with(ListFolders));
  Route(router, "POST", "/api/folders", with(CreateFolder));
  Route(router, "GET", "/api/folders/{uid}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const Folder folder,
                              parts.dashboards.GetFolder(request.path_params.Get("uid")));
          return JsonReply(FolderJson(folder));
        });
  Route(router, "GET", "/api/folders/id/{id}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const std::vector<Folder> folders, parts.dashboards.Folders());
          for (const Folder& folder : folders) {
            if (std::to_string(folder.document.number) == request.path_params.Get("id")) {
              return JsonReply(FolderJson(folder));
            }
          }
          return base::NotFound("folder not found");
        });
  Route(router, "PUT", "/api/folders/{uid}", with(UpdateFolder));
  Route(router, "DELETE", "/api/folders/{uid}", with(DeleteFolder));
  Route(router, "GET", "/api/folders/{uid}/counts", with(CountsOf));
  Route(router, "POST", "/api/folders/{uid}/move",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
          SB_ASSIGN_OR_RETURN(
              const Folder folder,
              parts.dashboards.MoveFolder(request.path_params.Get("uid"), Text(body, "parentUid")));
          return JsonReply(FolderJson(folder));
        });
  Route(router, "GET", "/api/folders/{uid}/permissions",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_RETURN_IF_ERROR(parts.dashboards.GetFolder(request.path_params.Get("uid")).status());
          return JsonReply("[]");
        });
  Route(router, "POST", "/api/folders/{uid}/permissions",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_RETURN_IF_ERROR(parts.dashboards.GetFolder(request.path_params.Get("uid")).status());
          return base::Unimplemented(
              "folder permissions are not kept: this version has one role for everybody");
        });
}

}  // namespace sb::grafana
