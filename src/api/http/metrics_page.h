// SPDX-License-Identifier: Apache-2.0
//
// GET /metrics: the program's own instruments as exposition, in the format that the scraper asks
// for.
#pragma once

#include <string_view>

#include "base/instruments.h"
#include "net/http_message.h"

namespace sb::api {

net::HttpResponse MetricsPage(const base::Registry& registry, std::string_view accept_header);

}  // namespace sb::api
