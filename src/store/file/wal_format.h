// SPDX-License-Identifier: Apache-2.0
//
// The bytes of WAL segments, shared by Wal and WalReader (docs/format/wal.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"

namespace sb::store {

// Segment: header, then records.
inline constexpr size_t kWalSegmentHeaderBytes = 32;
inline constexpr size_t kWalRecordHeaderBytes = 24;
inline constexpr uint32_t kWalVersion = 1;
inline constexpr uint64_t kWalPayloadBytesMax = uint64_t{1} << 30;

struct WalSegmentHeader {
  uint64_t segment = 0;
  uint64_t first_sequence = 0;
};

std::string EncodeWalSegmentHeader(const WalSegmentHeader& header);
bool DecodeWalSegmentHeader(std::string_view bytes, WalSegmentHeader* header);

// Appends header and payload.
void AppendWalRecord(uint64_t sequence, std::string_view payload, std::string* out);

struct WalRecordView {
  uint64_t sequence = 0;
  std::string_view payload;
  size_t size_bytes = 0;  // header included
};
// The whole and undamaged record that begins with the first byte; false if there is none.
bool DecodeWalRecord(std::string_view bytes, WalRecordView* record);

// The offset of the first whole record at or after `from`; bytes.size() if there is none.
size_t FindWalRecord(std::string_view bytes, size_t from, WalRecordView* record);

// "00000042.wal" and back; numbers of more than eight digits grow longer.
std::string WalSegmentName(uint64_t segment);
bool ParseWalSegmentName(std::string_view name, uint64_t* segment);
// Numbers of the segments in a folder, ascending; a missing folder has none.
base::Result<std::vector<uint64_t>> ListWalSegments(base::FileSystem& files,
                                                    const std::string& folder);

}  // namespace sb::store
