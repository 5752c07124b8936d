// SPDX-License-Identifier: Apache-2.0
//
// The time of a log record from whatever a field says: ISO 8601, or a number of seconds,
// milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
//
//   int64_t ns;
//   if (ParseLogTime("1763632800.5", &ns)) …
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace sb::ingest {

// False, and `ns` untouched, if it is no time.
bool ParseLogTime(std::string_view text, int64_t* ns);

}  // namespace sb::ingest
