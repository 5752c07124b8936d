// SPDX-License-Identifier: Apache-2.0
//
// The expression of `| json x="a.b[0][\"c d\"]"`: keys and indexes that lead to a value.
//
// Threads: pure function, values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::logql {

struct JsonStep {
  bool is_index = false;
  std::string key;
  int64_t index = 0;
};
using JsonPath = std::vector<JsonStep>;

// An empty text is the empty path. kInvalidArgument: "cannot parse expression […]: …".
base::Result<JsonPath> ParseJsonPath(std::string_view text);

}  // namespace sb::logql
