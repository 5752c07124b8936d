// SPDX-License-Identifier: Apache-2.0
//
// Serves the web UI: its files, and index.html for every other path that a browser may open,
// because the application routes by itself. Files with a hash in their name are cached for ever,
// index.html is asked for again each time (with an ETag).
//
// Paths below /api and the mounted products never reach it: they answer 404 as JSON clients expect.
#pragma once

#include <vector>

#include "api/ui/ui_assets.h"
#include "net/router.h"

namespace sb::api {

// Adds "/" and "/*rest" to the router.
void AddUiRoutes(const std::vector<UiAsset>& assets, net::Router* router);

}  // namespace sb::api
