// SPDX-License-Identifier: Apache-2.0
//
// Provisioning reads Grafana's provisioning folder and makes the catalog agree with it:
//
//   FOLDER/datasources/*.yaml    data sources
//   FOLDER/dashboards/*.yaml     providers: folders of dashboard files
//
// A file may also be a Kubernetes ConfigMap or a list of them, whose values are such files, or
// dashboards. `$NAME`, `${NAME}` and `$__env{NAME}` are environment variables, `$__file{PATH}` the
// content of a file, `$$` is a dollar. A path below /etc/grafana/provisioning that does not exist
// means the same place below FOLDER.
//
// Signalbox's own sources are always there (uid prometheus, loki, tempo, jaeger, elasticsearch,
// alertmanager) unless a file takes the uid or the name.
//
// A file that cannot be read costs itself: its dashboards stay as they were, and the report says
// why. Files are read again only when size or time of change differ.
//
// Internal to the module. Threads: Apply calls are serialised.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/grafana/dashboards.h"
#include "api/grafana/datasources.h"
#include "base/env.h"
#include "base/mutex.h"
#include "config/expand.h"
#include "config/node.h"

namespace sb::grafana {

class Provisioning {
 public:
  // All outlive the object. An empty folder: only Signalbox's own sources.
  Provisioning(base::Env& env, std::string folder, config::VariableLookup environment,
               Dashboards& dashboards, Datasources& datasources)
      : env_(env),
        folder_(std::move(folder)),
        environment_(std::move(environment)),
        dashboards_(dashboards),
        datasources_(datasources) {}

  struct Report {
    uint64_t datasources = 0;
    uint64_t dashboards_changed = 0;
    uint64_t dashboards_removed = 0;
    std::vector<std::string> notices;  // "FILE: what is wrong"
  };
  base::Result<Report> Apply() SB_EXCLUDES(mutex_);

  struct Provider {
    std::string name = {};
    std::string folder_title = {};
    std::string folder_uid = {};
    std::string path = {};
    bool allow_ui_updates = false;
    bool disable_deletion = false;
    bool folders_from_files = false;
  };

 private:
  struct SeenFile {
    uint64_t size_bytes = 0;
    int64_t modified_ms = 0;
    std::vector<std::string> uids;
  };
  struct Run;  // one Apply()

  void ReadDatasources(Run* run) SB_REQUIRES(mutex_);
  void ReadProviders(Run* run) SB_REQUIRES(mutex_);
  void ReadDashboards(const Provider& provider, Run* run) SB_REQUIRES(mutex_);
  void ReadFolder(const Provider& provider, const std::string& path,
                  const std::string& folder_title, int depth, Run* run) SB_REQUIRES(mutex_);
  void ReadDashboardFile(const Provider& provider, const std::string& path,
                         const std::string& folder_title, Run* run) SB_REQUIRES(mutex_);
  void SaveDashboard(const Provider& provider, const std::string& file, std::string_view text,
                     const std::string& folder_title, SeenFile* seen, Run* run) SB_REQUIRES(mutex_);
  base::Status RemoveGone(Run* run) SB_REQUIRES(mutex_);
  void ReadYamlFiles(const std::string& folder, Run* run,
                     const std::function<void(const std::string& file, const config::Node&)>& use);
  std::string Expand(std::string_view text);
  std::string Locate(const std::string& path);

  base::Env& env_;
  const std::string folder_;
  const config::VariableLookup environment_;
  Dashboards& dashboards_;
  Datasources& datasources_;
  base::Mutex mutex_;
  std::map<std::string, SeenFile> seen_ SB_GUARDED_BY(mutex_);  // by path
};

}  // namespace sb::grafana
