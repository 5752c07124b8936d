// SPDX-License-Identifier: Apache-2.0
//
// CRC-32C (Castagnoli), the checksum of everything on disk. Uses the SSE 4.2 instruction where the
// build targets it, three streams at a time; the table version gives the same result everywhere.
//
// A checksum of all-zero bytes is not zero, so a hole in a file does not pass for a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sb::encoding {

// Continues `crc` (the result for the bytes before) over `bytes`.
uint32_t ExtendCrc32c(uint32_t crc, std::string_view bytes);

inline uint32_t Crc32c(std::string_view bytes) {
  return ExtendCrc32c(0, bytes);
}

// The implementation without special instructions; public so that tests can compare the two.
uint32_t ExtendCrc32cPortable(uint32_t crc, std::string_view bytes);

}  // namespace sb::encoding
