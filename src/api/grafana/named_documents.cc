// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/named_documents.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sb::grafana {

namespace {

std::string ToApi(const catalog::Document& document) {
  base::Result<JsonDocument> parsed = ParseJsonObject(document.body);
  JsonDocument json =
      parsed.ok() ? std::move(parsed).value() : JsonDocument(rapidjson::kObjectType);
  Set(json, json, "id", document.number);
  Set(json, json, "uid", document.id);
  return ToText(json);
}

base::Result<net::HttpResponse> All(Parts& parts, const NamedDocuments& kind) {
  SB_ASSIGN_OR_RETURN(auto documents, parts.with.catalog.List(kind.collection));
  std::sort(documents.begin(), documents.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::string out = "[";
  for (const catalog::Document& document : documents) {
    out += (out.size() > 1 ? "," : "") + ToApi(document);
  }
  return JsonReply(out + "]");
}

base::Result<net::HttpResponse> Put(Parts& parts, const NamedDocuments& kind,
                                    const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(request.body));
  if (Text(body, "name").empty()) {
    return base::InvalidArgument("a " + kind.noun + " needs a name");
  }
  if (kind.check != nullptr) {
    SB_RETURN_IF_ERROR(kind.check(body));
  }
  std::string uid(request.path_params.Get("uid"));
  if (!uid.empty()) {
    SB_RETURN_IF_ERROR(FindNamed(parts, kind, request).status());
  }
  SB_ASSIGN_OR_RETURN(
      const catalog::Document made,
      parts.with.catalog.Put(
          kind.collection,
          {.id = uid.empty() ? NewUid(parts.with.env.random()) : uid, .body = ToText(body)}));
  return JsonReply(ToApi(made));
}

}  // namespace

base::Result<catalog::Document> FindNamed(Parts& parts, const NamedDocuments& kind,
                                          const net::HttpRequest& request) {
  const auto document = parts.with.catalog.Get(kind.collection, request.path_params.Get("uid"));
  if (document.ok()) {
    return document;
  }
  std::string noun = kind.noun;
  noun[0] = static_cast<char>(noun[0] - 'a' + 'A');
  return base::NotFound(noun + " not found");
}

void AddNamedDocumentRoutes(Parts& parts, const NamedDocuments& kind, net::Router* router) {
  const std::string one = kind.path + "/{uid}";
  Route(router, "GET", kind.path,
        [&parts, kind](const net::HttpRequest&) { return All(parts, kind); });
  Route(router, "POST", kind.path,
        [&parts, kind](const net::HttpRequest& request) { return Put(parts, kind, request); });
  Route(router, "PUT", one,
        [&parts, kind](const net::HttpRequest& request) { return Put(parts, kind, request); });
  Route(router, "GET", one,
        [&parts, kind](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_ASSIGN_OR_RETURN(const catalog::Document document, FindNamed(parts, kind, request));
          return JsonReply(ToApi(document));
        });
  Route(router, "DELETE", one,
        [&parts, kind](const net::HttpRequest& request) -> base::Result<net::HttpResponse> {
          SB_RETURN_IF_ERROR(FindNamed(parts, kind, request).status());
          SB_RETURN_IF_ERROR(
              parts.with.catalog.Delete(kind.collection, request.path_params.Get("uid")));
          return JsonReply("{}");
        });
}

}  // namespace sb::grafana
