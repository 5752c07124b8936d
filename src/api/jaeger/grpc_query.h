// SPDX-License-Identifier: Apache-2.0
//
// jaeger.api_v2.QueryService and jaeger.api_v3.QueryService. Streaming methods answer with one
// message. Source: jaeger-idl, api_v2/query.proto and api_v3/query_service.proto (field numbers).
// Threads: as jaeger_api.h.
#pragma once

#include <memory>

#include "api/jaeger/endpoints.h"

namespace sb::api::jaeger {

void AddGrpcQueryRoutes(std::shared_ptr<const Context> context, net::Router* router);

}  // namespace sb::api::jaeger
