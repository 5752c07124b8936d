// SPDX-License-Identifier: Apache-2.0
//
// Decoders of Content-Encoding: no input gets more out of them than the limit, and what they encode
// they decode. The first byte chooses the coding.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/content_coding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxBytes = 100'000;
  if (size == 0) {
    return 0;
  }
  static constexpr std::string_view kCodings[] = {"gzip", "deflate", "zstd"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto decoded = sb::net::DecodeContent(kCodings[data[0] % 3], bytes, kMaxBytes);
  if (decoded.ok()) {
    SB_CHECK(decoded->size() <= kMaxBytes);
  }
  for (const auto coding : {sb::net::ContentCoding::kGzip, sb::net::ContentCoding::kZstd}) {
    const auto again = sb::net::DecodeContent(sb::net::ContentCodingName(coding),
                                              sb::net::EncodeContent(coding, bytes), size);
    SB_CHECK(again.ok() && *again == bytes);
  }
  return 0;
}
