// SPDX-License-Identifier: Apache-2.0
//
// A blob is a run of bytes inside a column, compressed with zstd where that pays:
//   u8 codec (0 raw, 1 zstd), varint raw size, varint stored size, bytes
//
//   AppendBlob(bytes, level, &out);
//   SB_RETURN_IF_ERROR(blob.Parse(in));
//   SB_ASSIGN_OR_RETURN(auto text, blob.Read(&kept));     // a view into the column or into `kept`
//
// Hostile bytes give kDataLoss; a raw size beyond kBlobBytesMax is refused before anything is
// allocated. Threads: values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "encoding/bytes.h"

namespace sb::events {

inline constexpr uint64_t kBlobBytesMax = uint64_t{1} << 30;

void AppendBlob(std::string_view raw, int zstd_level, std::string* out);

struct Blob {
  bool compressed = false;
  uint64_t raw_size = 0;
  std::string_view stored;

  base::Status Parse(encoding::ByteReader& in);
  // Without copying where the bytes are stored as they are; else what is decompressed is added to
  // `kept`.
  base::Result<std::string_view> Read(std::vector<std::shared_ptr<const std::string>>* kept) const;
  base::Status ReadInto(std::string* out) const;
};

}  // namespace sb::events
