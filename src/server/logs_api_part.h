// SPDX-License-Identifier: Apache-2.0
//
// LogsApiPart answers questions about logs: the API of Loki on its door, and on the main door under
// /loki; Signalbox' own search under /api/signalbox/v1/logs. It carries out delete requests.
#pragma once

#include <memory>
#include <string_view>

#include "api/loki/log_deletes.h"
#include "api/loki/loki_api.h"
#include "base/task_runner.h"
#include "query/logql/engine.h"
#include "server/part.h"

namespace sb::server {

class LogsApiPart final : public Part {
 public:
  explicit LogsApiPart(const PartContext& context);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  base::Status Start() override;
  void Stop() override;

 private:
  base::ThreadPool& background_;
  const logql::Engine engine_;
  api::loki::LogDeletes deletes_;
  const api::loki::LokiApi api_;
  bool is_loaded_ = false;
  base::DurationMs prepared_cancel_period_;
  std::unique_ptr<base::TaskRunner> runner_;
};

}  // namespace sb::server
