// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_io_part.h"

#include "ingest/import/import_handler.h"
#include "ingest/influx/influx_handler.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

MetricsIoPart::MetricsIoPart(const PartContext& context)
    : influx_(&context.metrics, &context.env, &context.losses, &context.registry),
      import_(&context.metrics, &context.env, &context.losses, &context.registry) {}

void MetricsIoPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    ingest::AddInfluxRoutes(&influx_, "/influx", router);
    ingest::AddInfluxProbes("/influx", router);
    ingest::AddInfluxRoutes(&influx_, "/prometheus", router);
    ingest::AddImportRoutes(&import_, "/prometheus/api/v1", router);
  } else if (door == "prometheus") {
    ingest::AddInfluxRoutes(&influx_, "", router);
    ingest::AddImportRoutes(&import_, "/api/v1", router);
  }
}

}  // namespace sb::server
