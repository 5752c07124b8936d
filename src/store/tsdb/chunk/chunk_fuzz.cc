// SPDX-License-Identifier: Apache-2.0
//
// Chunk decoding of hostile bytes; what decodes must survive a round trip.
#include <cstdint>

#include "base/check.h"
#include "store/tsdb/chunk/chunk.h"
#include "store/tsdb/chunk/testing/random_columns.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::tsdb;  // NOLINT(google-build-using-namespace)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)InspectChunk(bytes).ok();
  sb::model::SampleColumns columns;
  if (!DecodeChunk(bytes, &columns).ok() || columns.empty()) {
    return 0;
  }
  for (const Effort effort : {Effort::kFast, Effort::kThorough}) {
    std::string again;
    EncodeChunk(columns, 0, columns.size(), {.effort = effort}, &again);
    sb::model::SampleColumns back;
    SB_CHECK(DecodeChunk(again, &back).ok());
    SB_CHECK(Difference(columns, back).empty());
  }
  return 0;
}
