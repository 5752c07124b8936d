// SPDX-License-Identifier: Apache-2.0
//
// Parameters in the forms that Tempo's API accepts. Failures are kInvalidArgument and name the
// parameter. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "net/url_params.h"
#include "store/interface/event_store.h"

namespace sb::api::tempo {

// Seconds (whole or with a fraction), nanoseconds (more than ten digits), or RFC 3339; in
// nanoseconds.
base::Result<int64_t> ParseTimeNs(std::string_view text);
// Nothing when absent or empty.
base::Result<std::optional<int64_t>> TimeNs(const net::UrlParams& params, std::string_view name);
// Go's and Prometheus' durations; a bare number is seconds.
base::Result<std::optional<int64_t>> DurationNs(const net::UrlParams& params,
                                                std::string_view name);
base::Result<std::optional<uint64_t>> Count(const net::UrlParams& params, std::string_view name);
// [start, end] of a request, everything if it names neither. kInvalidArgument unless end > start.
base::Result<store::EventRange> Range(const net::UrlParams& params);

// logfmt: `a=b c="d e"`.
base::Result<std::vector<std::pair<std::string, std::string>>> ParseLogfmt(std::string_view text);
// The TraceQL of a search by tags: every tag somewhere in the trace, as a substring without regard
// to case, and the duration of the trace.
std::string QueryOfTags(const std::vector<std::pair<std::string, std::string>>& tags,
                        std::optional<int64_t> min_duration_ns,
                        std::optional<int64_t> max_duration_ns);

}  // namespace sb::api::tempo
