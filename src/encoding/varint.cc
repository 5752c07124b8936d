// SPDX-License-Identifier: Apache-2.0
#include "encoding/varint.h"

namespace sb::encoding {

const char* ReadLongVarint(const char* position, const char* end, uint64_t* value) {
  uint64_t result = 0;
  for (unsigned shift = 0; position < end && shift < 70; shift += 7) {
    const uint64_t byte = static_cast<uint8_t>(*position++);
    if (shift < 64) {
      result |= (byte & 0x7f) << shift;
    }
    if (byte < 0x80) {
      *value = result;
      return position;
    }
  }
  return nullptr;
}

}  // namespace sb::encoding
