// SPDX-License-Identifier: Apache-2.0
//
// LogsApiPart answers questions about logs: the API of Loki on its door, and on the main door under
// /loki; Signalbox' own search under /api/signalbox/v1/logs.
#pragma once

#include <string_view>

#include "api/loki/loki_api.h"
#include "query/logql/engine.h"
#include "server/part.h"

namespace sb::server {

class LogsApiPart final : public Part {
 public:
  explicit LogsApiPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;

 private:
  const logql::Engine engine_;
  const api::loki::LokiApi api_;
};

}  // namespace sb::server
