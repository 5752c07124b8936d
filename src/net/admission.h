// SPDX-License-Identifier: Apache-2.0
//
// What happens to a request between its header and its body, the same for HTTP/1 and HTTP/2: access
// hook, limit on requests in flight, routing, limit on the announced body.
//
// Threads: the loop's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/server_state.h"
#include "net/transport.h"

namespace sb::net {

// Fills target, path, query and the peer's part. False if the path's escapes are malformed.
bool SetTargetAndPeer(HttpRequest& request, std::string target, const PeerInfo& peer);

struct Admission {
  std::optional<HttpResponse> refusal;  // then the rest is empty
  Router::Match match;
  uint64_t max_body_bytes = 0;
};
Admission Admit(ServerState& server, HttpRequest& request, std::optional<uint64_t> content_length);

// A body has a fixed time plus what it needs at the slowest rate that is accepted.
int64_t BodyDeadlineNs(const HttpServerOptions& options, int64_t start_ns, uint64_t received);

}  // namespace sb::net
