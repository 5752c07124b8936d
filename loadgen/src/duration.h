// SPDX-License-Identifier: Apache-2.0
//
// Durations as k6 scripts write them: "1h2m3.5s", "300ms", or a number of milliseconds.
//
// What does not parse is kInvalidArgument with the text in the message. Durations are nanoseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::load {

using Nanos = int64_t;
inline constexpr Nanos kMicro = 1000;
inline constexpr Nanos kMilli = 1000 * kMicro;
inline constexpr Nanos kSecond = 1000 * kMilli;
inline constexpr Nanos kMinute = 60 * kSecond;

base::Result<Nanos> ParseDuration(std::string_view text);

// "1m30s", "300ms", "0s": the way in which progress and messages show a duration.
std::string DurationText(Nanos duration);

}  // namespace sb::load
