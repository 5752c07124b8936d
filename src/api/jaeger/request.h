// SPDX-License-Identifier: Apache-2.0
//
// Searches as HTTP requests spell them. Failures are kInvalidArgument and name the parameter.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/jaeger/trace_query.h"
#include "base/status.h"
#include "net/url_params.h"

namespace sb::api::jaeger {

using Tags = std::vector<std::pair<std::string, std::string>>;

// {"key":"value",…}; numbers and bools are taken as their text.
base::Result<Tags> ParseTagsJson(std::string_view json);
// service, operation, start and end in microseconds, limit, minDuration, maxDuration, tag=k:v,
// tags={json}.
base::Result<TraceQuery> ReadQueryV1(const net::UrlParams& params);
// query.serviceName and so on (or query.service_name), times in RFC 3339, durations of Go.
base::Result<TraceQuery> ReadQueryV3(const net::UrlParams& params);

}  // namespace sb::api::jaeger
