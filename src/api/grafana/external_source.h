// SPDX-License-Identifier: Apache-2.0
//
// The request to an external data source: its URL, its credentials, its headers, and the policy
// that holds for it. What people create may reach public addresses only; what a file of the
// administrator says may reach any. Internal to the module.
#pragma once

#include <string>
#include <string_view>

#include "api/grafana/grafana_parts.h"
#include "net/http_client.h"

namespace sb::grafana {

// `rest` is appended to the source's URL as it is ("/api/v1/query?…"). kInvalidArgument without a
// http(s) URL.
base::Result<net::ClientRequest> ExternalRequest(Parts& parts, const Datasource& source,
                                                 std::string_view method, std::string_view rest);

}  // namespace sb::grafana
