// SPDX-License-Identifier: Apache-2.0
//
// A line of Graphite's plaintext protocol, with or without tags:
//
//   servers.web1.cpu.user 12.5 1700000000
//   disk.used;datacenter=dc1;rack=a1 42 1700000000
//
//   GraphiteLine line;
//   SB_RETURN_IF_ERROR(ReadGraphiteLine(text, &line));
//
// Fields are separated by blanks or tabs. The time is in seconds, may have a fraction, and may be
// left out or -1: has_time is then false. kInvalidArgument says what is wrong.
//
// Views point into the text. Threads: pure function.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::wire {

struct GraphiteLine {
  static constexpr size_t kTagsMax = 256;

  std::string_view metric;
  std::vector<std::pair<std::string_view, std::string_view>> tags;
  double value = 0;
  bool has_time = false;
  int64_t time_ms = 0;
};

base::Status ReadGraphiteLine(std::string_view text, GraphiteLine* line);

}  // namespace sb::wire
