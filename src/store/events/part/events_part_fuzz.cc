// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes as the directory and the end of a part file: never more than kDataLoss, and what is
// accepted survives being written again.
#include <cstdint>

#include "base/check.h"
#include "store/events/part/part_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::events;  // NOLINT(google-build-using-namespace)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)DecodeTail(bytes).ok();
  const auto directory = DecodeDirectory(bytes);
  if (directory.ok()) {
    const auto again = DecodeDirectory(EncodeDirectory(*directory));
    SB_CHECK(again.ok());
    SB_CHECK(again->groups.size() == directory->groups.size());
  }
  return 0;
}
