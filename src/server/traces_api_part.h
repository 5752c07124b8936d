// SPDX-License-Identifier: Apache-2.0
//
// TracesApiPart answers questions about traces: the doors of Tempo and Jaeger, and the same APIs
// under /tempo and /jaeger on the main door.
#pragma once

#include <string_view>

#include "api/jaeger/jaeger_api.h"
#include "api/tempo/tempo_api.h"
#include "server/part.h"

namespace sb::server {

class TracesApiPart final : public Part {
 public:
  explicit TracesApiPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;

 private:
  api::TempoApi tempo_;
  api::JaegerApi jaeger_;
};

}  // namespace sb::server
