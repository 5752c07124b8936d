// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes as a record of the write-ahead log: either no batch, or one that can be written and
// read again.
#include <cstdint>

#include "base/check.h"
#include "store/events/db/batch_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::events;  // NOLINT(google-build-using-namespace)
  const auto batch = DecodeBatch({reinterpret_cast<const char*>(data), size});
  if (batch.ok()) {
    const auto again = DecodeBatch(EncodeBatch(*batch));
    SB_CHECK(again.ok());
    SB_CHECK(again->times() == batch->times());
    SB_CHECK(again->columns().size() == batch->columns().size());
  }
  return 0;
}
