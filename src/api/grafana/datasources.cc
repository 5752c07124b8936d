// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/datasources.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sb::grafana {

namespace {

struct BuiltIn {
  std::string_view type;
  std::string_view mount;
};
constexpr BuiltIn kBuiltIns[] = {
    {"prometheus", "/prometheus"},
    {"victoriametrics-metrics-datasource", "/prometheus"},
    {"grafana-amazonprometheus-datasource", "/prometheus"},
    {"loki", "/loki"},
    {"tempo", "/tempo"},
    {"jaeger", "/jaeger"},
    {"zipkin", "/zipkin"},
    {"elasticsearch", "/elasticsearch"},
    {"grafana-opensearch-datasource", "/elasticsearch"},
    {"alertmanager", "/alertmanager"},
};

base::Result<Datasource> Read(const catalog::Document& document) {
  SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
  Datasource source;
  source.uid = document.id;
  source.name = Text(json, "name");
  source.type = Text(json, "type");
  source.url = Text(json, "url");
  source.is_default = Flag(json, "isDefault");
  source.is_provisioned = Flag(json, "readOnly");
  source.id = document.number;
  source.version = document.version;
  const Json* options = Member(json, "jsonData");
  if (options == nullptr || !Flag(*options, "signalboxExternal")) {
    source.mount = BuiltInMount(source.type);
  }
  source.body = document.body;
  return source;
}

base::Status NotThere(const base::Status& status) {
  return status.code() == base::StatusCode::kNotFound ? base::NotFound("data source not found")
                                                      : status;
}

constexpr std::string_view kKept[] = {
    "name",      "type",          "access",          "url",       "user",    "database",
    "basicAuth", "basicAuthUser", "withCredentials", "isDefault", "jsonData"};

JsonDocument Normalized(const JsonDocument& given, bool is_provisioned) {
  JsonDocument json(rapidjson::kObjectType);
  for (const std::string_view key : kKept) {
    if (const Json* value = Member(given, key); value != nullptr && !value->IsNull()) {
      SetCopy(json, json, key, *value);
    }
  }
  if (Text(json, "access").empty()) {
    Set(json, json, "access", "proxy");
  }
  if (Member(json, "jsonData") == nullptr) {
    SetCopy(json, json, "jsonData", Json(rapidjson::kObjectType));
  }
  SetFlag(json, json, "isDefault", Flag(given, "isDefault"));
  SetFlag(json, json, "readOnly", is_provisioned);
  Json fields(rapidjson::kObjectType);
  if (const Json* secrets = Member(given, "secureJsonData");
      secrets != nullptr && secrets->IsObject()) {
    for (const auto& member : secrets->GetObject()) {
      SetFlag(json, fields, {member.name.GetString(), member.name.GetStringLength()}, true);
    }
  } else if (const Json* known = Member(given, "secureJsonFields");
             known != nullptr && known->IsObject()) {
    fields.CopyFrom(*known, json.GetAllocator());
  }
  json.AddMember("secureJsonFields", fields, json.GetAllocator());
  return json;
}

}  // namespace

std::string_view BuiltInMount(std::string_view type) {
  for (const BuiltIn& one : kBuiltIns) {
    if (one.type == type) {
      return one.mount;
    }
  }
  return "";
}

base::Result<std::vector<Datasource>> Datasources::List() {
  SB_ASSIGN_OR_RETURN(const auto documents, catalog_.List(kDatasources));
  std::vector<Datasource> sources;
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(Datasource source, Read(document));
    sources.push_back(std::move(source));
  }
  return sources;
}

base::Result<Datasource> Datasources::Get(std::string_view uid) {
  const auto document = catalog_.Get(kDatasources, uid);
  return document.ok() ? Read(*document) : NotThere(document.status());
}

base::Result<Datasource> Datasources::GetByName(std::string_view name) {
  SB_ASSIGN_OR_RETURN(const auto documents,
                      catalog_.List(kDatasources, {.key = std::string(name)}));
  return documents.empty() ? base::NotFound("data source not found") : Read(documents.front());
}

base::Result<Datasource> Datasources::GetById(int64_t id) {
  const auto document = catalog_.GetByNumber(kDatasources, id);
  return document.ok() ? Read(*document) : NotThere(document.status());
}

base::Result<Datasource> Datasources::Resolve(std::string_view reference) {
  if (!reference.empty() && reference != "default") {
    if (base::Result<Datasource> by_uid = Get(reference); by_uid.ok()) {
      return by_uid;
    }
    return GetByName(reference);
  }
  SB_ASSIGN_OR_RETURN(const std::vector<Datasource> sources, List());
  for (const Datasource& source : sources) {
    if (source.is_default) {
      return source;
    }
  }
  return base::NotFound("there is no default data source");
}

base::Status Datasources::ClearDefault(catalog::Transaction& t, std::string_view but_uid) {
  SB_ASSIGN_OR_RETURN(const auto documents, t.List(kDatasources, {}));
  for (const catalog::Document& document : documents) {
    SB_ASSIGN_OR_RETURN(JsonDocument json, ParseJsonObject(document.body));
    if (document.id != but_uid && Flag(json, "isDefault")) {
      SetFlag(json, json, "isDefault", false);
      SB_RETURN_IF_ERROR(
          t.Put(kDatasources, {.id = document.id, .key = document.key, .body = ToText(json)})
              .status());
    }
  }
  return base::OkStatus();
}

base::Result<Datasource> Datasources::Put(catalog::Transaction& t, JsonDocument& json,
                                          bool is_provisioned) {
  const std::string uid = Text(json, "uid");
  const std::string name = Text(json, "name");
  if (name.empty() || Text(json, "type").empty()) {
    return base::InvalidArgument("a data source needs a name and a type");
  }
  const std::string body = ToText(Normalized(json, is_provisioned));
  if (Flag(json, "isDefault")) {
    SB_RETURN_IF_ERROR(ClearDefault(t, uid));
  }
  if (const Json* secrets = Member(json, "secureJsonData"); secrets != nullptr) {
    SB_ASSIGN_OR_RETURN(const std::string sealed, secrets_.Seal(uid, ToText(*secrets)));
    SB_RETURN_IF_ERROR(t.Put(kDatasourceSecrets, {.id = uid, .body = sealed}).status());
  }
  const auto old = t.Get(kDatasources, uid);
  if (old.ok() && old->key == name && old->body == body) {
    return Read(*old);
  }
  SB_ASSIGN_OR_RETURN(const auto document,
                      t.Put(kDatasources, {.id = uid, .key = name, .body = body}));
  return Read(document);
}

base::Result<Datasource> Datasources::Create(JsonDocument json) {
  SB_RETURN_IF_ERROR(CheckUid(Text(json, "uid")));
  if (Text(json, "uid").empty()) {
    Set(json, json, "uid", NewUid(env_.random()));
  }
  Datasource made;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    SB_ASSIGN_OR_RETURN(const auto same, t.List(kDatasources, {.key = Text(json, "name")}));
    if (!same.empty()) {
      return base::AlreadyExists("data source with the same name already exists");
    }
    if (t.Get(kDatasources, Text(json, "uid")).ok()) {
      return base::AlreadyExists("data source with the same uid already exists");
    }
    SB_ASSIGN_OR_RETURN(made, Put(t, json, false));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return made;
}

base::Result<Datasource> Datasources::Update(std::string_view uid, JsonDocument json) {
  SB_ASSIGN_OR_RETURN(const Datasource known, Get(uid));
  if (known.is_provisioned) {
    return base::PermissionDenied(
        "cannot change a provisioned data source, change its file instead: " + known.name);
  }
  Set(json, json, "uid", known.uid);
  Datasource made;
  const base::Status done = catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    SB_ASSIGN_OR_RETURN(made, Put(t, json, false));
    return base::OkStatus();
  });
  SB_RETURN_IF_ERROR(done);
  return made;
}

base::Status Datasources::Delete(std::string_view uid) {
  SB_ASSIGN_OR_RETURN(const Datasource known, Get(uid));
  if (known.is_provisioned) {
    return base::PermissionDenied(
        "cannot delete a provisioned data source, remove it from its file: " + known.name);
  }
  return catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    (void)t.Delete(kDatasourceSecrets, uid);  // not every source has some
    return t.Delete(kDatasources, uid);
  });
}

base::Status Datasources::Provision(std::vector<JsonDocument> sources,
                                    const std::vector<std::string>& deleted_names) {
  return catalog_.Transact([&](catalog::Transaction& t) -> base::Status {
    std::set<std::string> kept;
    for (JsonDocument& json : sources) {
      SB_ASSIGN_OR_RETURN(const auto same, t.List(kDatasources, {.key = Text(json, "name")}));
      if (Text(json, "uid").empty()) {
        Set(json, json, "uid", same.empty() ? NewUid(env_.random()) : same.front().id);
      } else if (!same.empty() && same.front().id != Text(json, "uid")) {
        SB_RETURN_IF_ERROR(t.Delete(kDatasources, same.front().id));  // renamed by its file
      }
      SB_ASSIGN_OR_RETURN(const Datasource made, Put(t, json, true));
      kept.insert(made.uid);
    }
    SB_ASSIGN_OR_RETURN(const auto documents, t.List(kDatasources, {}));
    for (const catalog::Document& document : documents) {
      SB_ASSIGN_OR_RETURN(const Datasource known, Read(document));
      const bool is_deleted =
          std::find(deleted_names.begin(), deleted_names.end(), known.name) != deleted_names.end();
      if (!kept.contains(known.uid) && (known.is_provisioned || is_deleted)) {
        SB_RETURN_IF_ERROR(t.Delete(kDatasources, known.uid));
      }
    }
    return base::OkStatus();
  });
}

base::Result<std::string> Datasources::Secrets(std::string_view uid) {
  const auto document = catalog_.Get(kDatasourceSecrets, uid);
  if (document.ok()) {
    return secrets_.Open(uid, document->body);
  }
  return document.status().code() == base::StatusCode::kNotFound
             ? base::Result<std::string>(std::string("{}"))
             : document.status();
}

std::string ToApiJson(const Datasource& source) {
  base::Result<JsonDocument> parsed = ParseJsonObject(source.body);
  JsonDocument json =
      parsed.ok() ? std::move(parsed).value() : JsonDocument(rapidjson::kObjectType);
  Set(json, json, "id", source.id);
  Set(json, json, "uid", source.uid);
  Set(json, json, "orgId", int64_t{1});
  Set(json, json, "version", source.version);
  for (const std::string_view key : {"url", "user", "database", "basicAuthUser"}) {
    Set(json, json, key, Text(json, key));
  }
  Set(json, json, "typeName", source.type);
  Set(json, json, "typeLogoUrl", "");
  SetFlag(json, json, "basicAuth", Flag(json, "basicAuth"));
  SetFlag(json, json, "withCredentials", Flag(json, "withCredentials"));
  SetFlag(json, json, "signalboxBuiltIn", !source.mount.empty());
  return ToText(json);
}

}  // namespace sb::grafana
