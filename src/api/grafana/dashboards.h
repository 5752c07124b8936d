// SPDX-License-Identifier: Apache-2.0
//
// Dashboards and folders in the catalog: saving with versions, moving, deleting, looking up.
// Internal to the module; the endpoints and the provisioning of files stand on it.
//
// Failures: kNotFound, kAborted (saved by somebody else meanwhile), kInvalidArgument (title, uid,
// folder), kFailedPrecondition (comes from a file that does not allow it).
//
// Threads: safe for concurrent use, as the catalog is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/grafana/json.h"
#include "api/grafana/records.h"

namespace sb::grafana {

struct SaveRequest {
  // The dashboard; its uid (or numeric id) names the one to replace. A v1 envelope (`spec` holds
  // the classic form) is unwrapped, a v2 envelope is kept.
  JsonDocument dashboard;
  std::string folder_uid = {};
  bool overwrite = false;
  std::string message = {};
  std::string author = {};
  // Of a provisioned file; empty for people.
  std::string provider = {};
  std::string file = {};
  std::string checksum = {};
  bool is_editable = true;
};

struct SavedDashboard {
  DashboardInfo info;
  catalog::Document document;
};

class Dashboards {
 public:
  // Both outlive the object.
  Dashboards(base::Env& env, catalog::Catalog& catalog) : env_(env), catalog_(catalog) {}

  base::Result<SavedDashboard> Save(SaveRequest request);
  base::Result<SavedDashboard> Get(std::string_view uid);
  // `by_file`: the file that it came from is gone, so provisioning does not protect it.
  base::Result<DashboardInfo> Delete(std::string_view uid, bool by_file = false);
  base::Result<std::vector<DashboardInfo>> List();
  base::Result<std::vector<catalog::Document>> Versions(std::string_view uid, size_t offset,
                                                        size_t limit);
  base::Result<catalog::Document> Version(std::string_view uid, int64_t version);

  base::Result<Folder> CreateFolder(std::string uid, const std::string& title,
                                    const std::string& parent_uid, const std::string& description);
  base::Result<Folder> UpdateFolder(std::string_view uid, const std::string& title,
                                    const std::string& description, std::optional<int64_t> version);
  base::Result<Folder> MoveFolder(std::string_view uid, const std::string& parent_uid);
  // With everything in it; kFailedPrecondition if a file provides some of it.
  base::Result<Folder> DeleteFolder(std::string_view uid);
  base::Result<Folder> GetFolder(std::string_view uid);
  base::Result<std::vector<Folder>> Folders();
  // The folder of this title at the root, made if there is none.
  base::Result<Folder> FolderOfTitle(const std::string& title, const std::string& uid,
                                     const std::string& parent_uid = "");

 private:
  base::Result<SavedDashboard> SaveIn(catalog::Transaction& t, SaveRequest& request);
  base::Status ChooseUid(catalog::Transaction& t, SaveRequest& request, std::string* uid);

  base::Env& env_;
  catalog::Catalog& catalog_;
};

}  // namespace sb::grafana
