// SPDX-License-Identifier: Apache-2.0
//
// Durations and sizes as LogQL reads them: in queries (Prometheus' units up to y, or Go's) and in
// the data (Go's units only; sizes in any case, with blanks and thousands separators).
//
//   ParseQueryDuration("5d")   ParseGoDuration("1h15m30.918s")   ParseSize("2.5 KiB")
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sb::logql {

// Nanoseconds. A whole number of Prometheus units in descending order ("1d12h"), or a duration of
// Go. The sign may be '-'.
std::optional<int64_t> ParseQueryDuration(std::string_view text);
// As Go's time.ParseDuration: optional sign, decimal numbers with ns, us, µs, ms, s, m, h.
std::optional<int64_t> ParseGoDuration(std::string_view text);

// Bytes: a decimal number and a unit (B, kB … EB, KiB … EiB, or without the B), any case; no unit:
// bytes.
std::optional<uint64_t> ParseSize(std::string_view text);

// As Go's strconv.ParseFloat: decimal and hexadecimal floats, "Inf", "NaN", any case, underscores
// between digits.
std::optional<double> ParseGoFloat(std::string_view text);

// "1h0m0s", "1.5s", "250ms", "0s".
std::string FormatGoDuration(int64_t ns);
// "1h", "5m", "1d", "1w": whole milliseconds in Prometheus' units; "0s".
std::string FormatPromDuration(int64_t ns);
// "2.5KiB" if a unit gives the size exactly with at most one decimal, else "2561B".
std::string FormatSize(uint64_t bytes);
// Shortest decimal digits without exponent: strconv.FormatFloat(v, 'f', -1, 64).
std::string FormatPlainFloat(double value);
// As Go's %v: exponent below 1e-4 and from 1e6.
std::string FormatGoFloat(double value);

}  // namespace sb::logql
