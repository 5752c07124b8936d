// SPDX-License-Identifier: Apache-2.0
//
// MetricsIoPart opens the doors through which metrics of other systems come in: the Influx line
// protocol, and imports. On Prometheus' door at the root; on the main door under /influx and
// /prometheus.
#pragma once

#include <string_view>

#include "ingest/import/metrics_import.h"
#include "ingest/influx/influx_endpoint.h"
#include "server/part.h"

namespace sb::server {

class MetricsIoPart final : public Part {
 public:
  explicit MetricsIoPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;

 private:
  ingest::InfluxEndpoint influx_;
  ingest::MetricsImport import_;
};

}  // namespace sb::server
