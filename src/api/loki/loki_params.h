// SPDX-License-Identifier: Apache-2.0
//
// Request parameters as the Loki API reads them. Times are nanoseconds: whole numbers of up to ten
// digits are seconds, longer ones nanoseconds; with a point, seconds; or RFC 3339. Durations are
// seconds or Prometheus' notation.
//
// Failures are kInvalidArgument in the reference's words: "could not parse 'end' parameter: …".
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/status.h"
#include "net/url_params.h"
#include "query/logql/log_query.h"

namespace sb::api::loki {

base::Result<int64_t> ParseTimestampNs(std::string_view text);
// "5", "5.500", "5m": nanoseconds.
base::Result<int64_t> ParseStepNs(std::string_view text);
base::Result<int64_t> ParseIntervalNs(std::string_view text);
// max(1 s, range / 250).
int64_t DefaultStepNs(int64_t start_ns, int64_t end_ns);

struct Bounds {
  int64_t start_ns = 0;
  int64_t end_ns = 0;
};
// start, end, since: by default the last hour.
base::Result<Bounds> ReadBounds(const net::UrlParams& params, int64_t now_ns);

// A whole number from 0 to 2^32-1; nothing when absent.
base::Result<std::optional<uint32_t>> ReadUint32(const net::UrlParams& params,
                                                 std::string_view name);
// Above 0, `fallback` when absent.
base::Result<uint32_t> ReadLimit(const net::UrlParams& params, std::string_view name,
                                 uint32_t fallback);
base::Result<logql::Direction> ReadDirection(const net::UrlParams& params);
base::Result<int64_t> ReadStep(const net::UrlParams& params, const Bounds& bounds);

}  // namespace sb::api::loki
