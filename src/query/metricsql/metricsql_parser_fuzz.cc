// SPDX-License-Identifier: Apache-2.0
//
// Any bytes: the parser answers a tree within its bounds or an error with a place.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "query/metricsql/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expr = sb::metricsql::ParseExpr(text);
  if (expr.ok()) {
    SB_CHECK((*expr)->height <= sb::metricsql::kHeightMax);
    SB_CHECK((*expr)->weight <= sb::metricsql::kWeightMax);
  } else {
    SB_CHECK(!expr.status().message().empty());
  }
  return 0;
}
