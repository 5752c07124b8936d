// SPDX-License-Identifier: Apache-2.0
//
// Page is the unit of checked bytes in a file: a header of 12 bytes (CRC-32C of the rest, payload
// length, type, version, two reserved bytes) and the payload. A page says what it is, so a wrong
// reference is told from a right one, and a flipped bit is found before the bytes are used.
//
//   PageRef ref = AppendPage(PageType{3}, /*version=*/1, payload, &file_bytes);
//   SB_ASSIGN_OR_RETURN(PageView page, ReadPage(file.bytes(), ref, PageType{3}, path));
//
// kDataLoss names the path and the offset.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::store {

enum class PageType : uint8_t {};  // each file format numbers its own

inline constexpr size_t kPageHeaderBytes = 12;

struct PageRef {
  uint64_t offset = 0;      // of the header
  uint64_t size_bytes = 0;  // header included
  friend bool operator==(const PageRef&, const PageRef&) = default;
};

struct PageView {
  uint8_t version = 0;
  std::string_view payload;
};

// Appends a page to `out`, whose first byte is at `base_offset` of the file.
PageRef AppendPage(PageType type, uint8_t version, std::string_view payload, std::string* out,
                   uint64_t base_offset = 0);

// The checked page at `ref` of a mapped file.
base::Result<PageView> ReadPage(std::span<const uint8_t> file, PageRef ref, PageType type,
                                std::string_view path);

}  // namespace sb::store
