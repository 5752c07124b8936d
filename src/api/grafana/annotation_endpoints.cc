// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <map>

#include "api/grafana/grafana_parts.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

constexpr int64_t kAnnotationsShown = 100;

// Sorts as the time does.
std::string TimeKey(int64_t time_ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%016lld",
                static_cast<long long>(std::max<int64_t>(time_ms, 0)));
  return text;
}

std::string ToApi(const catalog::Document& document, const Json& json) {
  api::JsonWriter out;
  out.BeginObject().Key("id").Int(document.number).Key("alertId").Int(0);
  out.Key("dashboardId").Int(Integer(json, "dashboardId"));
  out.Key("dashboardUID").String(Text(json, "dashboardUID"));
  out.Key("panelId").Int(Integer(json, "panelId")).Key("userId").Int(1);
  out.Key("time").Int(Integer(json, "time")).Key("timeEnd").Int(Integer(json, "timeEnd"));
  out.Key("text").String(Text(json, "text")).Key("tags").BeginArray();
  for (const std::string& tag : Texts(json, "tags")) {
    out.String(tag);
  }
  out.EndArray().Key("created").Int(document.created_ms).Key("updated").Int(document.updated_ms);
  out.Key("login").String("admin").Key("email").String("").Key("avatarUrl").String("");
  out.Key("data").Raw("{}").EndObject();
  return std::move(out).Take();
}

struct Wanted {
  std::vector<std::string> tags;
  bool any_tag = false;
  std::string dashboard_uid;
  int64_t panel_id = 0;

  bool Matches(const Json& json) const {
    if (!dashboard_uid.empty() && Text(json, "dashboardUID") != dashboard_uid) {
      return false;
    }
    if (panel_id > 0 && Integer(json, "panelId") != panel_id) {
      return false;
    }
    if (tags.empty()) {
      return true;
    }
    const std::vector<std::string> has = Texts(json, "tags");
    const auto present = [&has](const std::string& tag) {
      return std::find(has.begin(), has.end(), tag) != has.end();
    };
    return any_tag ? std::any_of(tags.begin(), tags.end(), present)
                   : std::all_of(tags.begin(), tags.end(), present);
  }
};

base::Result<net::HttpResponse> List(Parts& parts, const net::HttpRequest& request) {
  Wanted wanted;
  for (const std::string_view tag : request.query.GetAll("tags")) {
    wanted.tags.emplace_back(tag);
  }
  wanted.any_tag = request.query.Get("matchAny") == "true";
  wanted.dashboard_uid = request.query.Get("dashboardUID");
  wanted.panel_id = NumberParameter(request, "panelId", 0);
  const int64_t from = NumberParameter(request, "from", 0);
  const int64_t to = NumberParameter(request, "to", INT64_C(9'999'999'999'999));
  const int64_t limit = NumberParameter(request, "limit", kAnnotationsShown);
  SB_ASSIGN_OR_RETURN(const auto documents,
                      parts.with.catalog.List(kAnnotations, {.key_from = TimeKey(from),
                                                             .key_before = TimeKey(to + 1),
                                                             .newest_key_first = true}));
  std::string out = "[";
  int64_t count = 0;
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
    if (count < limit && wanted.Matches(json)) {
      out += (count++ > 0 ? "," : "") + ToApi(document, json);
    }
  }
  return JsonReply(out + "]");
}

base::Result<catalog::Document> Store(Parts& parts, JsonDocument json, std::string id) {
  const int64_t time = Integer(json, "time", parts.with.env.clock().NowMs().Value());
  Set(json, json, "time", time);
  Set(json, json, "timeEnd", std::max(Integer(json, "timeEnd"), time));
  if (Text(json, "dashboardUID").empty() && Integer(json, "dashboardId") > 0) {
    const auto dashboard =
        parts.with.catalog.GetByNumber(kDashboards, Integer(json, "dashboardId"));
    if (dashboard.ok()) {
      Set(json, json, "dashboardUID", dashboard->id);
    }
  }
  return parts.with.catalog.Put(kAnnotations,
                                {.id = std::move(id), .key = TimeKey(time), .body = ToText(json)});
}

base::Result<net::HttpResponse> Create(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(JsonDocument body, ParseJsonObject(request.body));
  if (Text(body, "text").empty()) {
    return base::InvalidArgument("Failed to save annotation: text field should not be empty");
  }
  SB_ASSIGN_OR_RETURN(const catalog::Document made,
                      Store(parts, std::move(body), NewUid(parts.with.env.random())));
  return JsonReply(R"({"message":"Annotation added","id":)" + std::to_string(made.number) + "}");
}

// {what, when, tags, data}, as tools write that once wrote to Graphite.
base::Result<net::HttpResponse> CreateGraphite(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  JsonDocument json(rapidjson::kObjectType);
  const std::string what = Text(body, "what");
  if (what.empty()) {
    return base::InvalidArgument("Failed to save Graphite annotation: what field is empty");
  }
  const std::string data = Text(body, "data");
  Set(json, json, "text", data.empty() ? what : what + "\n" + data);
  if (Integer(body, "when") > 0) {
    Set(json, json, "time", Integer(body, "when") * 1000);
  }
  Json tags(rapidjson::kArrayType);
  std::vector<std::string> names = Texts(body, "tags");
  for (std::string rest = Text(body, "tags"); !rest.empty();) {  // the older form: one text
    const size_t space = std::min(rest.find(' '), rest.size());
    names.push_back(rest.substr(0, space));
    rest.erase(0, space + 1);
  }
  for (const std::string& name : names) {
    tags.PushBack(
        Json(name.data(), static_cast<rapidjson::SizeType>(name.size()), json.GetAllocator()),
        json.GetAllocator());
  }
  json.AddMember("tags", tags, json.GetAllocator());
  SB_ASSIGN_OR_RETURN(const catalog::Document made,
                      Store(parts, std::move(json), NewUid(parts.with.env.random())));
  return JsonReply(R"({"message":"Graphite annotation added","id":)" + std::to_string(made.number) +
                   "}");
}

base::Result<catalog::Document> Find(Parts& parts, const net::HttpRequest& request) {
  const base::Result<JsonDocument> id = ParseJsonText(request.path_params.Get("id"));
  const auto document =
      parts.with.catalog.GetByNumber(kAnnotations, id.ok() && id->IsInt64() ? id->GetInt64() : 0);
  if (!document.ok() && document.status().code() == base::StatusCode::kNotFound) {
    return base::NotFound("Annotation not found");
  }
  return document;
}

// PUT names everything that people may change, PATCH a part of it.
base::Result<net::HttpResponse> Change(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const catalog::Document known, Find(parts, request));
  SB_ASSIGN_OR_RETURN(JsonDocument json, ParseJsonObject(known.body));
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  for (const std::string_view key : {"text", "time", "timeEnd", "tags", "data"}) {
    if (const Json* value = Member(body, key); value != nullptr) {
      SetCopy(json, json, key, *value);
    }
  }
  SB_RETURN_IF_ERROR(Store(parts, std::move(json), known.id).status());
  return MessageReply(request.method == "PUT" ? "Annotation updated" : "Annotation patched");
}

base::Result<net::HttpResponse> TagCounts(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const auto documents, parts.with.catalog.List(kAnnotations));
  std::map<std::string, int64_t> counts;
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
    for (const std::string& tag : Texts(json, "tags")) {
      if (tag.find(request.query.Get("tag")) != std::string::npos) {
        ++counts[tag];
      }
    }
  }
  api::JsonWriter json;
  json.BeginObject().Key("result").BeginObject().Key("tags").BeginArray();
  for (const auto& [tag, count] : counts) {
    json.BeginObject().Key("tag").String(tag).Key("count").Int(count).EndObject();
  }
  json.EndArray().EndObject().EndObject();
  return JsonReply(std::move(json).Take());
}

base::Result<net::HttpResponse> MassDelete(Parts& parts, const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  Wanted wanted;
  wanted.dashboard_uid = Text(body, "dashboardUID");
  wanted.panel_id = Integer(body, "panelId");
  const int64_t id = Integer(body, "annotationId");
  if (id == 0 && (wanted.dashboard_uid.empty() || wanted.panel_id == 0)) {
    return base::InvalidArgument("name an annotationId, or a dashboardUID and a panelId");
  }
  const base::Status done =
      parts.with.catalog.Transact([&](catalog::Transaction& t) -> base::Status {
        SB_ASSIGN_OR_RETURN(const auto documents, t.List(kAnnotations, {}));
        for (const catalog::Document& document : documents) {
          SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
          if (id != 0 ? document.number == id : wanted.Matches(json)) {
            SB_RETURN_IF_ERROR(t.Delete(kAnnotations, document.id));
          }
        }
        return base::OkStatus();
      });
  SB_RETURN_IF_ERROR(done);
  return MessageReply("Annotations deleted");
}

}  // namespace

void AddAnnotationRoutes(Parts& parts, net::Router* router) {
  const auto with = [&parts](auto function) {
    return [&parts, function](const net::HttpRequest& request) { return function(parts, request); };
  };
  Route(router, "GET", "/api/annotations", with(List));
  Route(router, "POST", "/api/annotations", with(Create));
  Route(router, "POST", "/api/annotations/graphite", with(CreateGraphite));
  Route(router, "POST", "/api/annotations/mass-delete", with(MassDelete));
  Route(router, "GET", "/api/annotations/tags", with(TagCounts));
  Route(router, "PUT", "/api/annotations/{id}", with(Change));
  Route(router, "PATCH", "/api/annotations/{id}", with(Change));
  Route(router, "GET", "/api/annotations/{id}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
          return JsonReply(ToApi(document, json));
        });
  Route(router, "DELETE", "/api/annotations/{id}",
        [&parts](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, Find(parts, request));
          SB_RETURN_IF_ERROR(parts.with.catalog.Delete(kAnnotations, document.id));
          return MessageReply("Annotation deleted");
        });
}

}  // namespace sb::grafana
