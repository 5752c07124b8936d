// SPDX-License-Identifier: Apache-2.0
//
// What the Grafana façade keeps in the catalog, one collection a kind. Bodies are JSON objects.
// Internal to the module, except for the names of the collections.
//
// Threads: values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/catalog/catalog.h"

namespace sb::grafana {

// id = uid, key = uid of the parent folder ("" for the root).
inline constexpr catalog::CollectionSpec kFolders{.name = "grafana_folders",
                                                  .documents_max = 20'000};
// id = uid, key = uid of the folder. The body is the dashboard as it was saved, without id and
// version.
inline constexpr catalog::CollectionSpec kDashboards{.name = "grafana_dashboards",
                                                     .body_bytes_max = 8U << 20,
                                                     .documents_max = 20'000,
                                                     .history_max = 50};
// id = uid: title, tags and where it was provisioned from; what lists need without the dashboards.
inline constexpr catalog::CollectionSpec kDashboardIndex{.name = "grafana_dashboard_index",
                                                         .documents_max = 20'000};
// id = uid, key = name.
inline constexpr catalog::CollectionSpec kDatasources{.name = "grafana_datasources",
                                                      .documents_max = 2'000};
// id = uid of the data source; never leaves the process.
inline constexpr catalog::CollectionSpec kDatasourceSecrets{.name = "grafana_datasource_secrets",
                                                            .documents_max = 2'000};
// key = time in milliseconds, 16 digits.
inline constexpr catalog::CollectionSpec kAnnotations{
    .name = "grafana_annotations", .body_bytes_max = 64U << 10, .documents_max = 200'000};
inline constexpr catalog::CollectionSpec kLibraryElements{.name = "grafana_library_elements",
                                                          .body_bytes_max = 4U << 20,
                                                          .documents_max = 10'000,
                                                          .history_max = 20};
// id = key of the snapshot, key = its delete key.
inline constexpr catalog::CollectionSpec kSnapshots{
    .name = "grafana_snapshots", .body_bytes_max = 16U << 20, .documents_max = 5'000};
inline constexpr catalog::CollectionSpec kPlaylists{.name = "grafana_playlists",
                                                    .documents_max = 1'000};
inline constexpr catalog::CollectionSpec kViews{
    .name = "saved_views", .body_bytes_max = 64U << 10, .documents_max = 5'000};

struct Folder {
  std::string uid;
  std::string title;
  std::string parent_uid;
  std::string description;
  catalog::Document document;  // number, version, times
};

struct DashboardInfo {
  std::string uid;
  std::string folder_uid;
  std::string title;
  std::vector<std::string> tags;
  std::string provider;     // of the file that it comes from; "" for none
  std::string file;         // of the provider
  std::string checksum;     // of the file's bytes
  bool is_editable = true;  // a provisioned one may be changed in the UI
  int64_t number = 0;       // of the dashboard's document
};

base::Result<Folder> ReadFolder(const catalog::Document& document);
base::Result<DashboardInfo> ReadDashboardInfo(const catalog::Document& document);
std::string ToJson(const DashboardInfo& info);

// "Node Exporter / Nodes" -> "node-exporter-nodes".
std::string Slug(std::string_view title);
// 14 letters and digits.
std::string NewUid(base::Random& random);
// kInvalidArgument for more than 40 characters or others than letters, digits, '-' and '_'.
base::Status CheckUid(std::string_view uid);

}  // namespace sb::grafana
