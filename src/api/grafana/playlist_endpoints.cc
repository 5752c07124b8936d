// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/grafana_parts.h"
#include "api/grafana/named_documents.h"

namespace sb::grafana {

void AddPlaylistRoutes(Parts& parts, net::Router* router) {
  const NamedDocuments kind{kPlaylists, "/api/playlists", "playlist"};
  AddNamedDocumentRoutes(parts, kind, router);
  Route(router, "GET", "/api/playlists/{uid}/items",
        [&parts, kind](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, FindNamed(parts, kind, request));
          SB_ASSIGN_OR_RETURN(const JsonDocument json, ParseJsonObject(document.body));
          const Json* items = Member(json, "items");
          return JsonReply(items == nullptr ? "[]" : ToText(*items));
        });
}

}  // namespace sb::grafana
