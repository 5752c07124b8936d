// SPDX-License-Identifier: Apache-2.0
//
// GrafanaApi is the façade that speaks Grafana's HTTP API on port 3000: dashboards, folders,
// search, data sources with their proxy, annotations, library elements, snapshots, playlists, and
// the little that clients ask about the organisation; beside it the saved views of the web UI
// (/api/signalbox/v1/views). All state is in the catalog.
//
//   api::GrafanaApi grafana(options, {env, *catalog, *client, find_facade, …});
//   grafana.AddRoutes(&router);
//   grafana.Reload();          // provisioning files, now and then and when asked
//
// Errors are {"message": …} with Grafana's status codes. Requests to external data sources are held
// to the outgoing-request policy, unless the source comes from a file of the administrator.
//
// Threads: safe for concurrent use; handlers block on the catalog and belong on a pool.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "config/expand.h"
#include "net/http_client.h"
#include "net/router.h"
#include "store/catalog/catalog.h"

namespace sb::api {

struct GrafanaApiOptions {
  std::string version;                     // of Signalbox
  std::string provisioning_folder;         // empty: none
  std::string secret_key_file = "";        // of the data sources' secrets; made when it is missing
  std::string secret_key = "";             // instead of the file: any text
  bool allow_private_datasources = false;  // the outgoing-request policy lets people reach them
};

// Alert rules live in folders too; whoever keeps them says so here. Optional.
class FolderUsers {
 public:
  virtual ~FolderUsers() = default;
  virtual uint64_t RulesIn(const std::string& folder_uid) = 0;
  virtual base::Status DeleteRulesIn(const std::string& folder_uid) = 0;
};

class GrafanaApi {
 public:
  // All outlive the object.
  struct Dependencies {
    base::Env& env;
    catalog::Catalog& catalog;
    net::HttpClient& client;
    // The router that holds the built-in stores' APIs under /prometheus, /loki, …; asked for at
    // each request, null while the server starts.
    std::function<const net::Router*()> facades;
    config::VariableLookup environment;
    FolderUsers* folder_users = nullptr;
  };
  GrafanaApi(GrafanaApiOptions options, Dependencies with);
  ~GrafanaApi();
  GrafanaApi(const GrafanaApi&) = delete;
  GrafanaApi& operator=(const GrafanaApi&) = delete;

  // Paths below /api. They must stand before the web UI's catch-all.
  void AddRoutes(net::Router* router);

  // Reads the provisioning files and applies what changed since the last call. What is wrong with
  // single files is in the notices (`file: reason`), and costs only these files.
  struct ReloadReport {
    uint64_t datasources = 0;
    uint64_t dashboards_changed = 0;
    uint64_t dashboards_removed = 0;
    std::vector<std::string> notices;
  };
  base::Result<ReloadReport> Reload();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::api
