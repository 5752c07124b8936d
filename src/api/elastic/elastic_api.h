// SPDX-License-Identifier: Apache-2.0
//
// What readers of Elasticsearch may ask, as Grafana's data source and scripts do: _search,
// _msearch, _count, _field_caps, _mapping, _cat/indices, and DELETE of an index. Kibana is not
// served.
//
//   ElasticApi api({&reader, &admin, &clock});
//   api.AddRoutes(&router);              // beside ingest/elastic's
//
// Threads: as net/router.h; stateless.
#pragma once

#include "api/elastic/elastic_search.h"
#include "net/router.h"
#include "store/interface/event_store.h"

namespace sb::api {

struct ElasticApiParts {
  const store::EventReader* reader = nullptr;
  store::EventAdmin* admin = nullptr;
  const base::Clock* clock = nullptr;
  int64_t timeout_ms = 120'000;
};

class ElasticApi {
 public:
  explicit ElasticApi(const ElasticApiParts& parts)
      : parts_(parts), searcher_(parts.reader, parts.clock) {}
  // The object must outlive the router.
  void AddRoutes(net::Router* router) const;

 private:
  // kNotFound if a name without a wildcard means no index.
  base::Status CheckIndices(const store::ReadContext& context, std::string_view expression) const;
  base::Status CheckIndices(const store::ReadContext& context, const net::HttpRequest& request,
                            std::string_view expression) const;
  net::HttpResponse Search(const net::HttpRequest& request) const;
  net::HttpResponse MultiSearch(const net::HttpRequest& request) const;
  net::HttpResponse Count(const net::HttpRequest& request) const;
  net::HttpResponse Mapping(const net::HttpRequest& request) const;
  net::HttpResponse FieldCaps(const net::HttpRequest& request) const;
  net::HttpResponse CatIndices(const net::HttpRequest& request) const;
  net::HttpResponse DeleteIndex(const net::HttpRequest& request) const;

  const ElasticApiParts parts_;
  const ElasticSearcher searcher_;
};

}  // namespace sb::api
