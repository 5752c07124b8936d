// SPDX-License-Identifier: Apache-2.0
//
// Data frames, the columnar JSON that /api/ds/query answers with, made from an answer of the
// Prometheus or the Loki query API. Internal to the module. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::grafana {

struct FrameOptions {
  std::string ref_id = {};
  std::string expression = {};
  std::string legend_format = {};  // "{{label}} text", "__auto" or ""
  bool as_table = false;           // one frame with a column per label
  int64_t step_ms = 0;
};

// A JSON array of frames. kInvalidArgument if `answer` is no such answer.
base::Result<std::string> FramesOfAnswer(std::string_view answer, const FrameOptions& options);

}  // namespace sb::grafana
