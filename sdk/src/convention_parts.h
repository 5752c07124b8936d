// SPDX-License-Identifier: Apache-2.0
//
// What the instrumentations by semantic conventions have in common.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "signalbox/attributes.h"
#include "signalbox/metrics.h"

namespace signalbox {

// A histogram of durations with the boundaries that the conventions advise.
inline InstrumentOptions Seconds(std::string_view description) {
  return {.unit = "s",
          .description = std::string(description),
          .buckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}};
}

inline double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// An attribute that is left out while its text is empty.
inline void AddText(Attributes& out, std::string_view key, const std::string& value) {
  if (!value.empty()) {
    out.emplace_back(key, value);
  }
}

}  // namespace signalbox
