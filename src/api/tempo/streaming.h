// SPDX-License-Identifier: Apache-2.0
//
// tempopb.StreamingQuerier: the gRPC form of search, tags and metrics, which Grafana asks for on
// the HTTP port. Every method streams one message, the whole answer.
// Source: tempopb/tempo.proto (field numbers). Threads: as tempo_api.h.
#pragma once

#include <memory>

#include "api/tempo/endpoints.h"

namespace sb::api::tempo {

void AddStreamingRoutes(std::shared_ptr<const Context> context, net::Router* router);

}  // namespace sb::api::tempo
