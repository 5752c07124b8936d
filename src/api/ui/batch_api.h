// SPDX-License-Identifier: Apache-2.0
//
// POST /api/signalbox/v1/batch: many GETs of this server's APIs in one request, each answered as
// soon as it is there. The body has one target a line, as in a request line:
//
//   /prometheus/api/v1/query?query=up
//   /loki/api/v1/labels
//
// The reply is 200 and a sequence of frames in the order in which the answers came: a line "INDEX
// STATUS BYTES CONTENT-TYPE\n", INDEX being the line of the target counted from 0, then BYTES bytes
// of body. Every target has one frame; a reply that ends earlier was cut. 400 for an empty
// body or more than kBatchTargetsMax lines. Closing the connection cancels all that still runs.
//
// No answer waits for another, and no thread but one at a time waits for a slow reader.
#pragma once

#include <cstddef>

#include "api/ui/inner_calls.h"
#include "net/router.h"

namespace sb::api {

inline constexpr size_t kBatchTargetsMax = 256;

// `calls` must outlive the router.
void AddBatchRoute(const InnerCalls& calls, net::Router* router);

}  // namespace sb::api
