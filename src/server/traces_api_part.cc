// SPDX-License-Identifier: Apache-2.0
#include "server/traces_api_part.h"

#include <string>

#include "server/build_info.h"
#include "server/server.h"

namespace sb::server {
namespace {

api::TempoApiOptions TempoOptions(const PartContext& context) {
  api::TempoApiOptions options;
  options.query_timeout_ms = context.options.config.query.timeout.Value();
  options.version = std::string(Version());
  options.revision = std::string(Revision());
  return options;
}

api::JaegerApiOptions JaegerOptions(const PartContext& context) {
  api::JaegerApiOptions options;
  options.query_timeout_ms = context.options.config.query.timeout.Value();
  options.clock_skew_max_ns = context.options.config.traces.clock_skew_max.Value() * 1'000'000;
  return options;
}

}  // namespace

TracesApiPart::TracesApiPart(const PartContext& context)
    : tempo_(TempoOptions(context), {context.env.clock(), context.trace_reader}),
      jaeger_(JaegerOptions(context),
              {context.env.clock(), context.trace_reader, &context.catalog}) {}

void TracesApiPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "tempo" || door == "listen") {
    net::Router tempo;
    tempo_.AddRoutes(&tempo);
    router->Mount(door == "listen" ? "/tempo" : "", tempo);
  }
  // Grafana streams over the HTTP port.
  if (door == "tempo") {
    tempo_.AddGrpcRoutes(router);
  }
  if (door == "jaeger" || door == "listen") {
    net::Router jaeger;
    jaeger_.AddRoutes(&jaeger);
    router->Mount(door == "listen" ? "/jaeger" : "", jaeger);
  }
  if (door == "jaeger") {
    jaeger_.AddGrpcRoutes(router);
  }
}

}  // namespace sb::server
