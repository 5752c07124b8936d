// SPDX-License-Identifier: Apache-2.0
#include "server/logs_api_part.h"

namespace sb::server {

namespace {

constexpr base::DurationMs kDeletesInterval = base::Seconds(5);

}  // namespace

LogsApiPart::LogsApiPart(const PartContext& context)
    : background_(context.background_pool),
      engine_(logql::EngineOptions()),
      deletes_({context.env, context.catalog, context.log_admin, context.hidden_logs}),
      api_({}, {context.env.clock(), context.log_reader, &deletes_, engine_, context.query_pool}) {}

base::Status LogsApiPart::Prepare(const PartConfig& config) {
  // Before any door opens: what is to be deleted is not shown after a restart either.
  if (!is_loaded_) {
    SB_RETURN_IF_ERROR(deletes_.Load());
    is_loaded_ = true;
  }
  prepared_cancel_period_ = config.server.logs.delete_cancel_period;
  return base::OkStatus();
}

void LogsApiPart::Commit() {
  deletes_.SetCancelPeriod(prepared_cancel_period_);
}

base::Status LogsApiPart::Start() {
  runner_ = std::make_unique<base::TaskRunner>(background_);
  runner_->PostEvery(base::ToNs(kDeletesInterval), [this] { deletes_.RunDue(); });
  return base::OkStatus();
}

void LogsApiPart::Stop() {
  runner_.reset();
}

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
