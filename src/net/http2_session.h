// SPDX-License-Identifier: Apache-2.0
//
// HTTP/2 on one connection, on nghttp2: many exchanges at once, flow control in both directions,
// trailers both ways (which is what gRPC needs).
//
// Beyond what nghttp2 checks: a limit on header bytes and count (431), on resets and pings per
// second (the connection ends with ENHANCE_YOUR_CALM), on the time a body takes, and on the time a
// peer leaves its window shut while a reply waits.
//
// Threads: the loop's thread.
#pragma once

#include <memory>

#include "net/server_state.h"
#include "net/transport.h"

namespace sb::net {

std::unique_ptr<Session> MakeHttp2Session(Transport& transport,
                                          std::shared_ptr<ServerState> server);

}  // namespace sb::net
