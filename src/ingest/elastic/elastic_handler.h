// SPDX-License-Identifier: Apache-2.0
//
// The door that shippers of logs know as Elasticsearch: the handshake, templates and policies,
// _bulk and single documents. Searches are api/elastic's.
//
//   AddElasticIngestRoutes({&endpoint, &templates}, &router);
//
// Every reply has X-Elastic-Product: Elasticsearch, without which the official clients refuse to
// work. Threads: as net/router.h.
#pragma once

#include "ingest/elastic/elastic_bulk_endpoint.h"
#include "ingest/elastic/elastic_templates.h"
#include "net/router.h"

namespace sb::ingest {

// Both must outlive the router.
struct ElasticIngestParts {
  ElasticBulkEndpoint* bulk = nullptr;
  ElasticTemplates* templates = nullptr;
};

void AddElasticIngestRoutes(const ElasticIngestParts& parts, net::Router* router);

// A JSON reply with the headers that Elasticsearch's clients look for.
net::HttpResponse ElasticReply(const net::HttpRequest& request, int status, std::string json);

}  // namespace sb::ingest
