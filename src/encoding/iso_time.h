// SPDX-License-Identifier: Apache-2.0
//
// ISO 8601 / RFC 3339 times to nanoseconds since 1970.
//
//   int64_t ns;
//   if (ParseIsoTime("2025-11-20T10:00:00.123456789+01:00", &ns)) …
//
// Date and time are needed, separated by 'T', 't' or a space; seconds may be left out, the fraction
// (after '.' or ',') may have any number of digits, of which nine count; the zone is Z, +hh:mm,
// +hhmm, +hh or nothing, which means UTC. Leap seconds count as the second before. Years 1678…2261.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sb::encoding {

// False, and `ns` untouched, unless the whole text is a time.
bool ParseIsoTime(std::string_view text, int64_t* ns);
// Reads a time at the start of the text; the bytes it takes, 0 if there is none.
size_t ReadIsoTime(std::string_view text, int64_t* ns);
// Days since 1970-01-01 of a date of the Gregorian calendar.
int64_t DaysOfDate(int64_t year, int64_t month, int64_t day);
// 2025-11-20T10:00:00.000000000Z, always nine digits.
std::string FormatIsoTime(int64_t ns);
// 2025-11-20T10:00:00.000Z
std::string FormatIsoTimeMs(int64_t ms);

}  // namespace sb::encoding
