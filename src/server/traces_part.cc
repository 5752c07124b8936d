// SPDX-License-Identifier: Apache-2.0
#include "server/traces_part.h"

#include "ingest/otlp/otlp_handler.h"

namespace sb::server {

TracesPart::TracesPart(const PartContext& context)
    : writer_(&context.trace_writer, &context.env, &context.losses, &context.registry),
      sink_(&writer_, {}),
      otlp_(&sink_, &context.losses, &context.registry) {}

void TracesPart::AddRoutes(std::string_view door, net::Router* router) {
  ingest::OtlpEndpoints otlp;
  otlp.traces = &otlp_;
  if (door == "listen") {
    ingest::AddOtlpHttpRoutes(otlp, "/otlp/v1", router);
  } else if (door == "otlp-http") {
    ingest::AddOtlpHttpRoutes(otlp, "/v1", router);
  } else if (door == "otlp-grpc") {
    ingest::AddOtlpGrpcRoutes(otlp, router);
  }
}

}  // namespace sb::server
