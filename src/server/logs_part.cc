// SPDX-License-Identifier: Apache-2.0
#include "server/logs_part.h"

#include "ingest/elastic/elastic_handler.h"
#include "ingest/loki/loki_handler.h"
#include "ingest/otlp/otlp_handler.h"

namespace sb::server {

LogsPart::LogsPart(const PartContext& context)
    : writer_(&context.log_writer, &context.losses, &context.registry),
      loki_(&writer_, &context.registry),
      otlp_(&writer_, &context.env, &context.registry),
      elastic_(&writer_, &context.env, &context.registry) {}

void LogsPart::AddRoutes(std::string_view door, net::Router* router) {
  ingest::OtlpEndpoints otlp;
  otlp.logs = &otlp_;
  if (door == "loki" || door == "listen") {
    net::Router push;
    ingest::AddLokiPushRoutes(&loki_, &push);
    router->Mount("", push);
    ingest::AddOtlpHttpRoutes(otlp, "/otlp/v1", router);
    if (door == "listen") {
      router->Mount("/loki", push);
      ingest::AddOtlpHttpRoutes(otlp, "/loki/otlp/v1", router);
    }
  }
  if (door == "elasticsearch" || door == "listen") {
    net::Router elastic;
    ingest::AddElasticIngestRoutes({&elastic_, &templates_}, &elastic);
    router->Mount(door == "listen" ? "/elasticsearch" : "", elastic);
  }
  if (door == "otlp-http") {
    ingest::AddOtlpHttpRoutes(otlp, "/v1", router);
  } else if (door == "otlp-grpc") {
    ingest::AddOtlpGrpcRoutes(otlp, router);
  }
}

}  // namespace sb::server
