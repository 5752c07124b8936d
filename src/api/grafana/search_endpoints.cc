// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// `a=1&a=2` and `a=1,2` mean the same.
std::vector<std::string> ListParameter(const net::HttpRequest& request, std::string_view name) {
  std::vector<std::string> values;
  for (std::string_view text : request.query.GetAll(name)) {
    while (!text.empty()) {
      const size_t comma = std::min(text.find(','), text.size());
      values.emplace_back(text.substr(0, comma));
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
  }
  return values;
}

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

struct Filter {
  std::string query;
  std::string type;
  std::vector<std::string> tags;
  std::vector<std::string> folder_uids;
  std::vector<std::string> folder_ids;
  std::vector<std::string> uids;
  std::vector<std::string> ids;

  explicit Filter(const net::HttpRequest& request)
      : query(Lower(request.query.Get("query"))),
        type(request.query.Get("type")),
        folder_uids(ListParameter(request, "folderUIDs")),
        folder_ids(ListParameter(request, "folderIds")),
        uids(ListParameter(request, "dashboardUIDs")),
        ids(ListParameter(request, "dashboardIds")) {
    for (const std::string_view tag : request.query.GetAll("tag")) {
      tags.emplace_back(tag);
    }
  }
  bool MatchesTitle(std::string_view title) const {
    return query.empty() || Lower(title).find(query) != std::string::npos;
  }
  bool MatchesFolder(const std::string& uid, int64_t id) const {
    if (!folder_uids.empty() && !Contains(folder_uids, uid) &&
        !(uid.empty() && Contains(folder_uids, "general"))) {
      return false;
    }
    return folder_ids.empty() || Contains(folder_ids, std::to_string(id));
  }
};

struct Found {
  std::string title;
  bool is_folder = false;
  std::string json;
};

void WriteShared(std::string_view uid, int64_t id, std::string_view title, std::string_view url,
                 bool is_folder, api::JsonWriter* json) {
  json->BeginObject().Key("id").Int(id).Key("orgId").Int(1).Key("uid").String(uid);
  json->Key("title").String(title).Key("uri").String("db/" + Slug(title));
  json->Key("url").String(url).Key("slug").String("");
  json->Key("type").String(is_folder ? "dash-folder" : "dash-db");
  json->Key("isStarred").Bool(false).Key("isDeleted").Bool(false).Key("sortMeta").Int(0);
}

void WriteFolder(const Folder& folder, api::JsonWriter* json) {
  json->Key("folderId").Int(folder.document.number).Key("folderUid").String(folder.uid);
  json->Key("folderTitle").String(folder.title);
  json->Key("folderUrl").String("/dashboards/f/" + folder.uid + "/" + Slug(folder.title));
}

Found FoundFolder(const Folder& folder, const Folder* parent) {
  api::JsonWriter json;
  WriteShared(folder.uid, folder.document.number, folder.title,
              "/dashboards/f/" + folder.uid + "/" + Slug(folder.title), true, &json);
  json.Key("tags").BeginArray().EndArray();
  if (parent != nullptr) {
    WriteFolder(*parent, &json);
  }
  json.EndObject();
  return {folder.title, true, std::move(json).Take()};
}

Found FoundDashboard(const DashboardInfo& info, const Folder* folder) {
  api::JsonWriter json;
  WriteShared(info.uid, info.number, info.title, "/d/" + info.uid + "/" + Slug(info.title), false,
              &json);
  json.Key("tags").BeginArray();
  for (const std::string& tag : info.tags) {
    json.String(tag);
  }
  json.EndArray();
  if (folder != nullptr) {
    WriteFolder(*folder, &json);
  }
  json.EndObject();
  return {info.title, false, std::move(json).Take()};
}

base::Result<std::vector<Found>> Find(Parts& parts, const Filter& filter) {
  SB_ASSIGN_OR_RETURN(const std::vector<Folder> folders, parts.dashboards.Folders());
  std::map<std::string, const Folder*> by_uid;
  for (const Folder& folder : folders) {
    by_uid[folder.uid] = &folder;
  }
  const auto folder_of = [&by_uid](const std::string& uid) {
    const auto it = by_uid.find(uid);
    return it == by_uid.end() ? nullptr : it->second;
  };
  std::vector<Found> found;
  if (filter.type != "dash-db" && filter.tags.empty() && filter.uids.empty() &&
      filter.ids.empty()) {
    for (const Folder& folder : folders) {
      const Folder* parent = folder_of(folder.parent_uid);
      if (filter.MatchesTitle(folder.title) &&
          filter.MatchesFolder(folder.parent_uid, parent ? parent->document.number : 0)) {
        found.push_back(FoundFolder(folder, parent));
      }
    }
  }
  if (filter.type == "dash-folder") {
    return found;
  }
  SB_ASSIGN_OR_RETURN(const std::vector<DashboardInfo> list, parts.dashboards.List());
  for (const DashboardInfo& info : list) {
    const Folder* folder = folder_of(info.folder_uid);
    const bool has_tags = std::all_of(filter.tags.begin(), filter.tags.end(),
                                      [&](const auto& tag) { return Contains(info.tags, tag); });
    if (has_tags && filter.MatchesTitle(info.title) &&
        filter.MatchesFolder(info.folder_uid, folder ? folder->document.number : 0) &&
        (filter.uids.empty() || Contains(filter.uids, info.uid)) &&
        (filter.ids.empty() || Contains(filter.ids, std::to_string(info.number)))) {
      found.push_back(FoundDashboard(info, folder));
    }
  }
  return found;
}

base::Result<net::HttpResponse> Search(Parts& parts, const net::HttpRequest& request) {
  if (request.query.Get("starred") == "true") {
    return JsonReply("[]");
  }
  SB_ASSIGN_OR_RETURN(std::vector<Found> found, Find(parts, Filter(request)));
  const bool down = request.query.Get("sort") == "alpha-desc";
  std::stable_sort(found.begin(), found.end(), [down](const Found& a, const Found& b) {
    if (a.is_folder != b.is_folder) {
      return a.is_folder;
    }
    return down ? Lower(b.title) < Lower(a.title) : Lower(a.title) < Lower(b.title);
  });
  const auto limit =
      static_cast<size_t>(std::clamp<int64_t>(NumberParameter(request, "limit", 1000), 1, 5000));
  const auto page =
      static_cast<size_t>(std::clamp<int64_t>(NumberParameter(request, "page", 1), 1, 1'000'000));
  std::string out = "[";
  for (size_t i = (page - 1) * limit; i < std::min(found.size(), page * limit); ++i) {
    out += (out.size() > 1 ? "," : "") + found[i].json;
  }
  return JsonReply(out + "]");
}

base::Result<net::HttpResponse> Tags(Parts& parts, const net::HttpRequest&) {
  SB_ASSIGN_OR_RETURN(const std::vector<DashboardInfo> list, parts.dashboards.List());
  std::map<std::string, int64_t> counts;
  for (const DashboardInfo& info : list) {
    for (const std::string& tag : info.tags) {
      ++counts[tag];
    }
  }
  api::JsonWriter json;
  json.BeginArray();
  for (const auto& [tag, count] : counts) {
    json.BeginObject().Key("term").String(tag).Key("count").Int(count).EndObject();
  }
  json.EndArray();
  return JsonReply(std::move(json).Take());
}

}  // namespace

void AddSearchRoutes(Parts& parts, net::Router* router) {
  Route(router, "GET", "/api/search",
        [&parts](const net::HttpRequest& request) { return Search(parts, request); });
  Route(router, "GET", "/api/dashboards/tags",
        [&parts](const net::HttpRequest& request) { return Tags(parts, request); });
}

}  // namespace sb::grafana
