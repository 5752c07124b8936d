// SPDX-License-Identifier: Apache-2.0
//
// Law: bytes in two pieces read as in one.
#include <string>
#include <vector>

#include "base/check.h"
#include "wire/prometheus/native_stream.h"

namespace sb::wire {
namespace {

bool ReadPieces(std::string_view first, std::string_view second, std::vector<std::string>* out) {
  NativeStreamReader reader;
  for (const std::string_view piece : {first, second}) {
    reader.Feed(piece);
    std::string request;
    for (;;) {
      const base::Result<bool> found = reader.Next(&request);
      if (!found.ok()) {
        return false;
      }
      if (!*found) {
        break;
      }
      out->push_back(request);
    }
  }
  return reader.Finish().ok();
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> whole;
  std::vector<std::string> pieces;
  const bool ok = sb::wire::ReadPieces(bytes, {}, &whole);
  SB_CHECK(sb::wire::ReadPieces(bytes.substr(0, size / 2), bytes.substr(size / 2), &pieces) == ok);
  SB_CHECK(whole == pieces);
  return 0;
}
