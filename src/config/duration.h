// SPDX-License-Identifier: Apache-2.0
//
// Durations as Prometheus writes them: "1h30m", "15s", "100ms", "1d12h", "0"; units y w d h m s ms,
// each at most once and in this order; a year has 365 days. No sign, no fraction.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"

namespace sb::config {

// kInvalidArgument: `empty duration string`, `not a valid duration string: "-1h"`, `duration out of
// range`.
base::Result<base::DurationMs> ParseDuration(std::string_view text);
// The shortest form: "1m30s", "0s"; y and w only when they divide evenly.
std::string FormatDuration(base::DurationMs duration);

}  // namespace sb::config
