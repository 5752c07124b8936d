// SPDX-License-Identifier: Apache-2.0
//
// Which path on which door reaches which façade.
//
// Every door answers /metrics, /-/healthy, /-/ready, /-/reload and /-/flush. The main door holds
// the web UI and every API under its product's name (/prometheus/…); a product's own door holds its
// API at the root.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/instruments.h"
#include "base/status.h"
#include "net/router.h"

namespace sb::ingest {
class Arrivals;
class OtlpMetricsEndpoint;
class RemoteWriteEndpoint;
}  // namespace sb::ingest
namespace sb::api {
class InnerCalls;
class PrometheusApi;
}

namespace sb::server {

class ApiSources;
class Part;

// All must outlive the routers.
struct RouteParts {
  const base::Registry& registry;
  ingest::RemoteWriteEndpoint& remote_write;
  ingest::OtlpMetricsEndpoint& otlp;
  const api::PrometheusApi& api;
  const ApiSources& sources;
  const ingest::Arrivals& arrivals;
  const std::vector<std::unique_ptr<Part>>& parts;
  const api::InnerCalls& inner_calls;
  std::function<base::Status()> reload;
  std::function<base::Status()> flush;
};

net::Router MainRoutes(const RouteParts& parts);
// Of an HTTP door by its name in doors.h.
net::Router DoorRoutes(std::string_view door, const RouteParts& parts);

}  // namespace sb::server
