// SPDX-License-Identifier: Apache-2.0
#include "server/logs_api_part.h"

namespace sb::server {

LogsApiPart::LogsApiPart(const PartContext& context)
    : engine_(logql::EngineOptions()),
      api_({}, {context.env.clock(), context.log_reader, &context.log_admin, engine_,
                context.query_pool}) {}

void LogsApiPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door != "loki" && door != "listen") {
    return;
  }
  net::Router loki;
  api_.AddRoutes(&loki);
  router->Mount("", loki);  // on the main door: the short form /loki/api/v1/…
  net::Router root;
  api_.AddRootRoutes(&root);
  if (door == "loki") {
    router->Mount("", root);
    return;
  }
  router->Mount("/loki", loki);
  router->Mount("/loki", root);
  api_.AddSearchRoutes(router);
}

}  // namespace sb::server
