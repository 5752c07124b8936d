// SPDX-License-Identifier: Apache-2.0
//
// The level of a log record: what a level field says, and what the words of a line say.
//
//   LogLevelName(NormalizeLogLevel("WARNING"))      // "warn"
//   LogLevelName(FindLevelWord("disk error on sda"))  // "error"
//
// Known: trace debug info warn error critical fatal in their usual spellings, syslog's names and
// the numbers that pino and bunyan write. Text is compared without regard to ASCII case.
//
// Source: what Loki calls detected_level. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace sb::ingest {

enum class LogLevel : uint8_t { kUnknown, kTrace, kDebug, kInfo, kWarn, kError, kCritical, kFatal };

// "unknown", "trace", …
std::string_view LogLevelName(LogLevel level);
// kUnknown for what is none.
LogLevel NormalizeLogLevel(std::string_view value);
// The first word of the text that is a level, standing alone: not "terror", "error_code", "a:warn".
LogLevel FindLevelWord(std::string_view text);
// Of an OTLP severity number (1…24).
LogLevel LevelOfSeverity(int64_t severity_number);

}  // namespace sb::ingest
