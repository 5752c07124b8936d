// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"

namespace sb::grafana {

namespace {

constexpr size_t kDifferencesMax = 2'000;

void WriteVersion(const catalog::Document& version, api::JsonWriter* json) {
  json->BeginObject().Key("id").Int(version.version).Key("dashboardId").Int(version.number);
  json->Key("dashboardUID").String(version.id).Key("uid").String(version.id);
  json->Key("parentVersion").Int(version.version - 1).Key("restoredFrom").Int(0);
  json->Key("version").Int(version.version);
  json->Key("created").String(api::FormatRfc3339(version.updated_ms));
  json->Key("createdBy").String(version.author).Key("message").String(version.message);
}

base::Result<int64_t> VersionParameter(const net::HttpRequest& request) {
  const std::string_view text = request.path_params.Get("version");
  int64_t version = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || at != text.data() + text.size()) {
    return base::InvalidArgument("a version is a number: " + std::string(text));
  }
  return version;
}

base::Result<net::HttpResponse> ListVersions(Parts& parts, const net::HttpRequest& request) {
  const auto start =
      static_cast<size_t>(std::max<int64_t>(NumberParameter(request, "start", 0), 0));
  const auto limit =
      static_cast<size_t>(std::max<int64_t>(NumberParameter(request, "limit", 1000), 0));
  SB_ASSIGN_OR_RETURN(const auto versions,
                      parts.dashboards.Versions(request.path_params.Get("uid"), start, limit));
  api::JsonWriter json;
  json.BeginObject().Key("continueToken").String("").Key("versions").BeginArray();
  for (const catalog::Document& version : versions) {
    WriteVersion(version, &json);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> GetVersion(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const int64_t number, VersionParameter(request));
  SB_ASSIGN_OR_RETURN(const catalog::Document version,
                      parts.dashboards.Version(request.path_params.Get("uid"), number));
  api::JsonWriter json;
  WriteVersion(version, &json);
  json.Key("data").Raw(version.body).EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> Restore(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  const std::string uid(request.path_params.Get("uid"));
  const int64_t number = Integer(body, "version");
  SB_ASSIGN_OR_RETURN(const catalog::Document version, parts.dashboards.Version(uid, number));
  SaveRequest save;
  SB_ASSIGN_OR_RETURN(save.dashboard, ParseJsonObject(version.body));
  save.folder_uid = version.key;
  save.overwrite = true;
  save.author = "admin";
  save.message = "Restored from version " + std::to_string(number);
  SB_ASSIGN_OR_RETURN(const SavedDashboard saved, parts.dashboards.Save(std::move(save)));
  api::JsonWriter json;
  json.BeginObject().Key("id").Int(saved.document.number).Key("uid").String(uid);
  json.Key("slug").String(Slug(saved.info.title)).Key("status").String("success");
  json.Key("url").String("/d/" + uid + "/" + Slug(saved.info.title));
  json.Key("version").Int(saved.document.version).EndObject();
  return JsonReply(std::move(json).Take());
}

struct Differences {
  api::JsonWriter json;
  size_t count = 0;

  void Add(const std::string& path, const Json* from, const Json* to) {
    if (++count > kDifferencesMax) {
      return;
    }
    json.BeginObject().Key("path").String(path);
    if (from != nullptr) {
      json.Key("from").Raw(ToText(*from));
    }
    if (to != nullptr) {
      json.Key("to").Raw(ToText(*to));
    }
    json.EndObject();
  }
};

// Depth is bounded by the parser.
void Compare(const Json& from, const Json& to, const std::string& path, Differences* out) {
  if (from.IsObject() && to.IsObject()) {
    for (const auto& member : from.GetObject()) {
      const std::string name(member.name.GetString(), member.name.GetStringLength());
      const Json* other = Member(to, name);
      const std::string below = path.empty() ? name : path + "." + name;
      if (other == nullptr) {
        out->Add(below, &member.value, nullptr);
      } else {
        Compare(member.value, *other, below, out);
      }
    }
    for (const auto& member : to.GetObject()) {
      const std::string name(member.name.GetString(), member.name.GetStringLength());
      if (Member(from, name) == nullptr) {
        out->Add(path.empty() ? name : path + "." + name, nullptr, &member.value);
      }
    }
  } else if (from.IsArray() && to.IsArray()) {
    for (rapidjson::SizeType i = 0; i < std::max(from.Size(), to.Size()); ++i) {
      const std::string below = path + "[" + std::to_string(i) + "]";
      if (i >= from.Size()) {
        out->Add(below, nullptr, &to[i]);
      } else if (i >= to.Size()) {
        out->Add(below, &from[i], nullptr);
      } else {
        Compare(from[i], to[i], below, out);
      }
    }
  } else if (from != to) {
    out->Add(path, &from, &to);
  }
}

base::Result<JsonDocument> Side(Parts& parts, const Json& body, std::string_view key) {
  const Json* side = Member(body, key);
  if (side == nullptr) {
    return base::InvalidArgument("`" + std::string(key) + "` is missing");
  }
  std::string uid = Text(*side, "dashboardUID");
  if (uid.empty()) {
    SB_ASSIGN_OR_RETURN(const auto document,
                        parts.with.catalog.GetByNumber(kDashboards, Integer(*side, "dashboardId")));
    uid = document.id;
  }
  SB_ASSIGN_OR_RETURN(const catalog::Document version,
                      parts.dashboards.Version(uid, Integer(*side, "version")));
  return ParseJsonObject(version.body);
}

base::Result<net::HttpResponse> CalculateDiff(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  SB_ASSIGN_OR_RETURN(const JsonDocument from, Side(parts, body, "base"));
  SB_ASSIGN_OR_RETURN(const JsonDocument to, Side(parts, body, "new"));
  Differences differences;
  differences.json.BeginArray();
  Compare(from, to, "", &differences);
  differences.json.EndArray();
  return JsonReply(std::move(differences.json).Take());
}

}  // namespace

void AddDashboardVersionRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "GET", "/api/dashboards/uid/{uid}/versions", with(ListVersions));
  Route(router, "GET", "/api/dashboards/uid/{uid}/versions/{version}", with(GetVersion));
  Route(router, "POST", "/api/dashboards/uid/{uid}/restore", with(Restore));
  Route(router, "POST", "/api/dashboards/calculate-diff", with(CalculateDiff));
}

}  // namespace sb::grafana
