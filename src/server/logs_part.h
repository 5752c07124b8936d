// SPDX-License-Identifier: Apache-2.0
//
// LogsPart brings log records in: Loki push, OTLP logs, Elasticsearch bulk. Questions about logs
// are another part's business, but for those that Elasticsearch clients ask.
//
// Path of a line: door -> endpoint (decode) -> LogBatch (labels, level, trace ids, stages) ->
// events store.
#pragma once

#include <string_view>

#include "ingest/elastic/elastic_bulk_endpoint.h"
#include "ingest/elastic/elastic_templates.h"
#include "ingest/loki/loki_push_endpoint.h"
#include "ingest/otlp/otlp_logs_endpoint.h"
#include "ingest/pipeline/log_writer.h"
#include "server/part.h"

namespace sb::server {

class LogsPart final : public Part {
 public:
  explicit LogsPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;

 private:
  ingest::LogWriter writer_;
  ingest::LokiPushEndpoint loki_;
  ingest::OtlpLogsEndpoint otlp_;
  ingest::ElasticBulkEndpoint elastic_;
  ingest::ElasticTemplates templates_;
};

}  // namespace sb::server
