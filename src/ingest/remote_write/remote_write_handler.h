// SPDX-License-Identifier: Apache-2.0
//
// The door of remote write: a handler for POST /api/v1/write.
//
//   router.Handle("POST", "/api/v1/write", RemoteWriteHandler(&endpoint),
//                 {.max_body_bytes = 32 << 20, .pool = "ingest"});
#pragma once

#include "ingest/remote_write/remote_write_endpoint.h"
#include "net/router.h"

namespace sb::ingest {

// `endpoint` must outlive the handler.
net::Handler RemoteWriteHandler(RemoteWriteEndpoint* endpoint);

}  // namespace sb::ingest
