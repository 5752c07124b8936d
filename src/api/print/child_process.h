// SPDX-License-Identifier: Apache-2.0
//
// RunChild starts a program, gives it its input, and takes its output, within limits.
//
//   ChildResult got = RunChild({.program = "/usr/bin/signalbox-print", .input = job,
//                               .timeout_ms = 60'000, .output_bytes_max = 64 << 20});
//   if (got.end == ChildEnd::kExited && got.code == 0) …
//
// The program sees no file of ours but its three pipes, runs with our environment, and is killed
// when the time is over, its output is too long, or `cancelled` turns true (looked at ten times a
// second). Whatever happens, it is waited for: no zombie stays. What it says on standard error is
// kept, the last 4 KiB of it.
//
// Threads: any, several at once; the call blocks until the program has ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sb::print {

enum class ChildEnd : uint8_t {
  kExited,     // `code` is its exit code
  kSignalled,  // `code` is the signal that ended it, which was not ours
  kTimedOut,
  kTooLong,
  kCancelled,
  kNotStarted,  // `code` is errno
};

struct ChildOrder {
  std::string program;
  std::string input;
  int64_t timeout_ms = 0;
  size_t output_bytes_max = 0;
  const std::atomic<bool>* cancelled = nullptr;
};

struct ChildResult {
  ChildEnd end = ChildEnd::kNotStarted;
  int code = 0;
  std::string output;
  std::string errors;
};

ChildResult RunChild(const ChildOrder& order);

}  // namespace sb::print
