// SPDX-License-Identifier: Apache-2.0
//
// Metrics of the doors: what each listener accepted, refused and cut (net::ServerStats), and how
// long requests took by route.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/instruments.h"
#include "net/http_server.h"

namespace sb::server {

// Call before Start(): the callback that counts replies is part of the options.
void CountReplies(const std::string& door, base::Registry& registry,
                  net::HttpServerOptions* options);

// The listener's own counters; `server` must outlive the handles.
std::vector<base::Registry::Handle> RegisterServerStats(const std::string& door,
                                                        const net::HttpServer& server,
                                                        base::Registry& registry);

}  // namespace sb::server
