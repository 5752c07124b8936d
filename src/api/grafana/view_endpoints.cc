// SPDX-License-Identifier: Apache-2.0
//
// Saved views: pages of the web UI with all that their addresses say, under a name that everybody
// sees. {"name": "Slow checkouts", "path": "/traces?service=…"}; not part of Grafana's API.
#include <algorithm>

#include "api/grafana/grafana_parts.h"
#include "api/grafana/named_documents.h"

namespace sb::grafana {

namespace {

// A link to anywhere else would make a saved view a trap. Browsers drop control characters and read
// a backslash as a slash.
base::Status CheckView(const Json& body) {
  const std::string path = Text(body, "path");
  const bool is_ours =
      path.starts_with('/') && !path.starts_with("//") &&
      std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c != '\\'; });
  return is_ours
             ? base::OkStatus()
             : base::InvalidArgument(
                   "the path of a view is an address of this UI, such as /logs?query=x: " + path);
}

}  // namespace

void AddViewRoutes(Parts& parts, net::Router* router) {
  AddNamedDocumentRoutes(parts, {kViews, "/api/signalbox/v1/views", "view", CheckView}, router);
}

}  // namespace sb::grafana
