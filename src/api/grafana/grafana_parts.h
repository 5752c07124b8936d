// SPDX-License-Identifier: Apache-2.0
//
// What the endpoints of the Grafana façade share, and the functions that add each group of them.
// Internal to the module.
#pragma once

#include <memory>
#include <string>

#include "api/grafana/dashboards.h"
#include "api/grafana/datasources.h"
#include "api/grafana/grafana_api.h"
#include "api/grafana/provisioning.h"
#include "api/grafana/reply.h"

namespace sb::api {

struct GrafanaApi::Impl {
  Impl(GrafanaApiOptions given, Dependencies dependencies)
      : options(std::move(given)),
        with(std::move(dependencies)),
        dashboards(with.env, with.catalog),
        secrets(with.env.files(), options.secret_key_file, options.secret_key),
        datasources(with.env, with.catalog, secrets),
        provisioning(with.env, options.provisioning_folder, with.environment, dashboards,
                     datasources) {}

  const GrafanaApiOptions options;
  const Dependencies with;
  grafana::Dashboards dashboards;
  grafana::SecretBox secrets;
  grafana::Datasources datasources;
  grafana::Provisioning provisioning;
};

}  // namespace sb::api

namespace sb::grafana {

using Parts = api::GrafanaApi::Impl;

void AddDashboardRoutes(Parts& parts, net::Router* router);
void AddDashboardVersionRoutes(Parts& parts, net::Router* router);
void AddFolderRoutes(Parts& parts, net::Router* router);
void AddSearchRoutes(Parts& parts, net::Router* router);
void AddDatasourceRoutes(Parts& parts, net::Router* router);
void AddProxyRoutes(Parts& parts, net::Router* router);
void AddQueryRoutes(Parts& parts, net::Router* router);
void AddAnnotationRoutes(Parts& parts, net::Router* router);
void AddLibraryRoutes(Parts& parts, net::Router* router);
void AddSnapshotRoutes(Parts& parts, net::Router* router);
void AddPlaylistRoutes(Parts& parts, net::Router* router);
void AddViewRoutes(Parts& parts, net::Router* router);
void AddOrganisationRoutes(Parts& parts, net::Router* router);

// Asks a built-in store's API in this process, on this thread: `target` is "/prometheus/api/v1/…".
// kUnavailable when no such API is served.
base::Result<net::HttpResponse> AskBuiltIn(Parts& parts, net::HttpRequest request);

}  // namespace sb::grafana
