// SPDX-License-Identifier: Apache-2.0
//
// Small documents with a name that people keep in the catalog, each a JSON object with an `uid`:
// playlists, saved views. Internal to the module.
//
//   AddNamedDocumentRoutes(parts, {kPlaylists, "/api/playlists", "playlist"}, router);
//     GET PATH (all, in the order in which they were made), POST PATH, GET|PUT|DELETE PATH/{uid}
//
// Failures: a body without a name or one that `check` refuses (400), an unknown uid (404).
#pragma once

#include <functional>
#include <string>

#include "api/grafana/grafana_parts.h"
#include "api/grafana/json.h"

namespace sb::grafana {

struct NamedDocuments {
  const catalog::CollectionSpec& collection;
  std::string path;
  std::string noun;  // "playlist", for messages
  // What a body must have besides a name; null for nothing.
  std::function<base::Status(const Json& body)> check = nullptr;
};

void AddNamedDocumentRoutes(Parts& parts, const NamedDocuments& kind, net::Router* router);

// The document of the request's {uid}; kNotFound in the words of the kind.
base::Result<catalog::Document> FindNamed(Parts& parts, const NamedDocuments& kind,
                                          const net::HttpRequest& request);

}  // namespace sb::grafana
