// SPDX-License-Identifier: Apache-2.0
//
// Data sources in the catalog. A source of a type that Signalbox stores itself (prometheus, loki,
// tempo, jaeger, elasticsearch, alertmanager) answers from the built-in store whatever its URL
// says, so that files written for the replaced servers work unchanged; `jsonData.signalboxExternal:
// true` makes it the server at its URL instead. Sources of other types are always external.
//
// Internal to the module. Threads: safe for concurrent use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/grafana/json.h"
#include "api/grafana/records.h"
#include "api/grafana/secret_box.h"

namespace sb::grafana {

struct Datasource {
  std::string uid;
  std::string name;
  std::string type;
  std::string url;
  bool is_default = false;
  bool is_provisioned = false;
  int64_t id = 0;
  int64_t version = 0;
  // Path below which the built-in store answers on the main door ("/prometheus"); empty: external.
  std::string mount;
  std::string body;  // the whole document
};

// The mount of a type, "" if Signalbox has no store for it.
std::string_view BuiltInMount(std::string_view type);

class Datasources {
 public:
  // All outlive the object.
  Datasources(base::Env& env, catalog::Catalog& catalog, SecretBox& secrets)
      : env_(env), catalog_(catalog), secrets_(secrets) {}

  base::Result<std::vector<Datasource>> List();
  base::Result<Datasource> Get(std::string_view uid);
  base::Result<Datasource> GetByName(std::string_view name);
  base::Result<Datasource> GetById(int64_t id);
  // What `reference` means in a dashboard: a uid, a name, or "" for the default source.
  base::Result<Datasource> Resolve(std::string_view reference);

  // `json` as Grafana's API takes it. An empty uid is made up. kAlreadyExists for a taken name or
  // uid.
  base::Result<Datasource> Create(JsonDocument json);
  base::Result<Datasource> Update(std::string_view uid, JsonDocument json);
  base::Status Delete(std::string_view uid);
  // Makes the provisioned sources exactly these; sources made by people stay.
  base::Status Provision(std::vector<JsonDocument> sources,
                         const std::vector<std::string>& deleted_names);
  base::Result<std::string> Secrets(std::string_view uid);  // a JSON object

 private:
  base::Result<Datasource> Put(catalog::Transaction& t, JsonDocument& json, bool is_provisioned);
  base::Status ClearDefault(catalog::Transaction& t, std::string_view but_uid);

  base::Env& env_;
  catalog::Catalog& catalog_;
  SecretBox& secrets_;
};

// As the API shows it: with the secrets' names in secureJsonFields, never their values.
std::string ToApiJson(const Datasource& source);

}  // namespace sb::grafana
