// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "wire/graphite/graphite_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sb::wire::GraphiteLine line;
  (void)sb::wire::ReadGraphiteLine({reinterpret_cast<const char*>(data), size}, &line);
  return 0;
}
