// SPDX-License-Identifier: Apache-2.0
//
// The files of a block and how they are cut into pages (docs/format/block.md). Shared by writer and
// reader; nobody else includes it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/file/page.h"

namespace sb::tsdb {

inline constexpr std::string_view kMetaFile = "meta.json";
inline constexpr std::string_view kIndexFile = "index";
inline constexpr std::string_view kChunksFile = "chunks";
inline constexpr std::string_view kUnfinishedPrefix = "tmp-";

inline constexpr std::string_view kChunksMagic = "SBCHNK01";
inline constexpr std::string_view kIndexMagic = "SBINDX01";
inline constexpr size_t kFrameChecksumBytes = 4;
inline constexpr size_t kReferenceDepthLimit = 16;  // of any reader

// Sections of the index, one page each, in this order.
enum class Section : uint8_t {
  kNames = 1,
  kValues,
  kPostings,
  kShapes,
  kSeries,
  kSeriesOffsets,
  kTimes,
  kExemplars,
  kMetadata,
};
inline constexpr size_t kSectionCount = 9;
inline constexpr uint8_t kSectionVersion = 1;

inline constexpr uint32_t kSeriesPerGroup = 16;

// How far values may grow when they are unpacked, once by decompression and once from front coding;
// the writer keeps to it, so that a reader's memory stays in proportion to the file.
inline constexpr uint64_t kExpansionMax = 128;
inline constexpr uint64_t kExpansionFree = 64u << 10;

// Where a section's page lies, and at the end of the index file the table of all of them.
using SectionTable = std::array<store::PageRef, kSectionCount>;
std::string EncodeIndexFooter(const SectionTable& table);
base::Result<SectionTable> DecodeIndexFooter(std::span<const uint8_t> file,
                                             const std::string& path);

inline store::PageType SectionType(Section section) {
  return store::PageType{static_cast<uint8_t>(section)};
}
inline size_t SectionIndex(Section section) {
  return static_cast<size_t>(section) - 1;
}

}  // namespace sb::tsdb
