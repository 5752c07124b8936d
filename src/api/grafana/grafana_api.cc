// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_api.h"

#include <utility>

#include "api/grafana/grafana_parts.h"

namespace sb::api {

GrafanaApi::GrafanaApi(GrafanaApiOptions options, Dependencies with)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(with))) {}

GrafanaApi::~GrafanaApi() = default;

void GrafanaApi::AddRoutes(net::Router* router) {
  grafana::AddDashboardRoutes(*impl_, router);
  grafana::AddDashboardVersionRoutes(*impl_, router);
  grafana::AddFolderRoutes(*impl_, router);
  grafana::AddSearchRoutes(*impl_, router);
  grafana::AddDatasourceRoutes(*impl_, router);
  grafana::AddProxyRoutes(*impl_, router);
  grafana::AddQueryRoutes(*impl_, router);
  grafana::AddAnnotationRoutes(*impl_, router);
  grafana::AddLibraryRoutes(*impl_, router);
  grafana::AddSnapshotRoutes(*impl_, router);
  grafana::AddPlaylistRoutes(*impl_, router);
  grafana::AddViewRoutes(*impl_, router);
  grafana::AddOrganisationRoutes(*impl_, router);
}

base::Result<GrafanaApi::ReloadReport> GrafanaApi::Reload() {
  SB_ASSIGN_OR_RETURN(grafana::Provisioning::Report report, impl_->provisioning.Apply());
  ReloadReport out;
  out.datasources = report.datasources;
  out.dashboards_changed = report.dashboards_changed;
  out.dashboards_removed = report.dashboards_removed;
  out.notices = std::move(report.notices);
  return out;
}

}  // namespace sb::api
