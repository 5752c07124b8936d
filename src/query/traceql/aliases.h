// SPDX-License-Identifier: Apache-2.0
//
// Attributes that the semantic conventions of OpenTelemetry renamed. A query for one name finds
// spans of SDKs of either generation; only names without a scope are widened.
//
//   Aliases("http.status_code")  ->  {"http.response.status_code"}
//
// Source: semantic-conventions, migration guides of HTTP, database, messaging. Threads: pure.
#pragma once

#include <string_view>
#include <vector>

namespace sb::traceql {

// The other names of `name`; empty for most.
std::vector<std::string_view> Aliases(std::string_view name);

}  // namespace sb::traceql
