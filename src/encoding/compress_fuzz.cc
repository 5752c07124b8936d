// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes for the decompressors: never more than the limit comes out.
#include <cstdint>

#include "base/check.h"
#include "encoding/compress.h"

// The first byte chooses the format.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  constexpr size_t kSizeMax = 1u << 20;
  const auto format = static_cast<sb::encoding::Compression>(data[0] % 6);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string out;
  if (sb::encoding::Decompress(format, bytes, kSizeMax, &out).ok()) {
    SB_CHECK(out.size() <= kSizeMax);
  }
  return 0;
}
