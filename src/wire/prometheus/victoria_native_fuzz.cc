// SPDX-License-Identifier: Apache-2.0
//
// Law: a block has as many times as values; bytes in two pieces read as in one.
#include <string>
#include <utility>

#include "base/check.h"
#include "wire/prometheus/victoria_native.h"

namespace sb::wire {
namespace {

// Blocks read, and whether without error.
std::pair<size_t, bool> ReadPieces(std::string_view first, std::string_view second) {
  VictoriaNativeReader reader;
  VictoriaBlock block;
  size_t blocks = 0;
  for (const std::string_view piece : {first, second}) {
    reader.Feed(piece);
    for (;;) {
      const base::Result<bool> found = reader.Next(&block);
      if (!found.ok()) {
        return {blocks, false};
      }
      if (!*found) {
        break;
      }
      SB_CHECK(block.times.size() == block.values.size());
      ++blocks;
    }
  }
  return {blocks, reader.Finish().ok()};
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  SB_CHECK(sb::wire::ReadPieces(bytes, "") ==
           sb::wire::ReadPieces(bytes.substr(0, size / 2), bytes.substr(size / 2)));
  return 0;
}
