// SPDX-License-Identifier: Apache-2.0
//
// Hostile bytes for the protobuf reader: every getter on every field, nested messages followed.
#include <cstdint>

#include "encoding/protobuf.h"

namespace {

uint64_t Walk(std::string_view bytes, int depth) {
  uint64_t sum = 0;
  sb::encoding::ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field() % 8) {
      case 0:
        in.ForEachVarint([&](uint64_t value) { sum += value; });
        break;
      case 1:
        in.ForEachDouble([&](double value) { sum += value > 0 ? 1 : 0; });
        break;
      case 2:
        in.ForEachFixed64([&](uint64_t value) { sum += value; });
        break;
      case 3:
        sum += in.Fixed32();
        break;
      case 4:
        sum += in.Varint();
        break;
      default:
        if (in.wire_type() == sb::encoding::WireType::kBytes && depth < 8) {
          sum += Walk(in.Bytes(), depth + 1);
        }
    }
  }
  return sum + (in.status().ok() ? 1 : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Walk({reinterpret_cast<const char*>(data), size}, 0);
  return 0;
}
