// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ingest/import/json_series.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sb::ingest::JsonSeries series;
  if (sb::ingest::ReadJsonSeries(text, &series).ok()) {
    SB_CHECK(!series.labels.empty());
    SB_CHECK(!series.values.empty() && series.values.size() == series.times_ms.size());
  }
  return 0;
}
