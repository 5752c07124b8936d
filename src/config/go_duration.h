// SPDX-License-Identifier: Apache-2.0
//
// Durations as Go's time.ParseDuration reads them, which the files of the OpenTelemetry Collector
// use: "300ms", "1.5h", "-20s", "2h45m"; units ns us µs ms s m h. A plain 0 needs no unit.
//
//   SB_ASSIGN_OR_RETURN(GoDuration wait, ParseGoDuration("1.5s"));      // 1'500'000'000 ns
//
// kInvalidArgument as Go words it. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "config/codec.h"

namespace sb::config {

struct GoDuration {
  int64_t ns = 0;
  int64_t Ms() const { return ns / 1'000'000; }
  friend bool operator==(GoDuration, GoDuration) = default;
};

base::Result<GoDuration> ParseGoDuration(std::string_view text);
std::string FormatGoDuration(GoDuration duration);  // in the largest unit that divides it

template <>
struct Codec<GoDuration> {
  static void Read(const Node& node, const OptionInfo& info, GoDuration* out, ErrorList& errors);
  static NodePtr Write(GoDuration value) { return MakeString(FormatGoDuration(value)); }
  static bool IsEmpty(GoDuration value) { return value.ns == 0; }
  static std::string TypeName() { return "duration"; }
};

}  // namespace sb::config
