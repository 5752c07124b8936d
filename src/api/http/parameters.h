// SPDX-License-Identifier: Apache-2.0
//
// Request parameters in the forms that Prometheus-like APIs accept, with the reference's messages.
// Every failure is kInvalidArgument: `invalid parameter "start": cannot parse "x" to a valid
// timestamp`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/url_params.h"

namespace sb::api {

// Unix seconds as a number, or RFC 3339 ("2006-01-02T15:04:05.999Z", "+02:00"), to milliseconds.
// The reference's extreme times (used by clients for "everything") are accepted.
base::Result<int64_t> ParseTime(std::string_view text);
// Seconds as a number, or a Prometheus duration ("1h30m"), to milliseconds.
base::Result<int64_t> ParseDuration(std::string_view text);

// The parameter `name` of a request, `fallback` when absent or empty.
base::Result<int64_t> TimeParameter(const net::UrlParams& params, std::string_view name,
                                    int64_t fallback_ms);
// Nothing when absent or empty.
base::Result<std::optional<int64_t>> DurationParameter(const net::UrlParams& params,
                                                       std::string_view name);
// A whole number from 0 to `max`; nothing when absent or empty.
base::Result<std::optional<uint64_t>> CountParameter(const net::UrlParams& params,
                                                     std::string_view name, uint64_t max);

// RFC 3339 in UTC with milliseconds, as in "2026-11-23T16:20:00.123Z".
std::string FormatRfc3339(int64_t time_ms);

// `invalid parameter "name": reason`.
base::Status BadParameter(std::string_view name, const base::Status& reason);

inline constexpr int64_t kTimeMinMs = -9223372036854775;  // what the reference calls MinTime
inline constexpr int64_t kTimeMaxMs = 9223372036854775;

}  // namespace sb::api
