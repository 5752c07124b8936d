// SPDX-License-Identifier: Apache-2.0
//
// Serves the web UI: its files, and index.html for every other path that a browser may open,
// because the application routes by itself. Files with a hash in their name are cached for ever,
// index.html is asked for again each time (with an ETag).
//
// A page whose first requests are known from its address brings their answers with it: behind the
// page's own text, which is sent before they are computed, stands for each of them
//
//   <script type="application/json" data-answer="/api/datasources">[…]</script>
//
// (ui/src/base/early.ts takes them). Such a page is not cached and has no ETag; an answer other
// than 200 with JSON, or one that comes later than its handler, is left out and the page asks.
//
// Paths below /api and the mounted products never reach it: they answer 404 as JSON clients expect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/ui/inner_calls.h"
#include "api/ui/ui_assets.h"
#include "net/router.h"

namespace sb::api {

// The requests that the page at `path` begins with.
std::vector<std::string> FirstRequests(std::string_view path);

// Adds "/", "/query" and the fallback "/*rest" to the router. `calls` may be null: pages then bring
// no answers.
void AddUiRoutes(const std::vector<UiAsset>& assets, const InnerCalls* calls, net::Router* router);

}  // namespace sb::api
