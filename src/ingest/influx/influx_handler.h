// SPDX-License-Identifier: Apache-2.0
//
// The door of the Influx line protocol, versions 1 and 2 of its HTTP API:
//
//   AddInfluxRoutes(&endpoint, "", &router);        // on a door; "/influx" below a prefix
//   POST PREFIX/write?db=DB&precision=ns            version 1 (204)
//   POST PREFIX/api/v2/write?bucket=B&precision=ns  version 2 (204)
//   POST PREFIX/query                               CREATE DATABASE, which agents send at start
//
// AddInfluxProbes adds PREFIX/ping, PREFIX/health and GET PREFIX/query, which other products use
// at the root of their doors. `extra_label=NAME=VALUE` adds a label to every series. What was
// refused is told as {"code":"invalid","message":"partial write: …","error":"partial write: …"}.
#pragma once

#include <string_view>

#include "ingest/influx/influx_endpoint.h"
#include "net/router.h"

namespace sb::ingest {

// `endpoint` must outlive the router.
void AddInfluxRoutes(InfluxEndpoint* endpoint, std::string_view prefix, net::Router* router);
void AddInfluxProbes(std::string_view prefix, net::Router* router);

}  // namespace sb::ingest
