// SPDX-License-Identifier: Apache-2.0
//
// General compression of whole buffers: the formats that senders use and the ones of our own files.
//
//   std::string raw;
//   SB_RETURN_IF_ERROR(Decompress(Compression::kSnappyBlock, body, /*size_max=*/32u << 20, &raw));
//
// Decompress never produces, nor allocates, more than `size_max` bytes: more is kResourceExhausted
// (a decompression bomb), bytes that are cut off or corrupt are kInvalidArgument. `out` is
// replaced. Gzip and zstd input may consist of several members or frames one after another, as both
// formats allow. kLz4Block has no length of its own: the raw size is `size_max` exactly.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::encoding {

enum class Compression : uint8_t {
  kNone,
  kSnappyBlock,  // remote write: the block format, not the framed stream
  kGzip,
  kZlib,  // HTTP's "deflate"
  kZstd,
  kLz4Block,
};

std::string_view CompressionName(Compression compression);

base::Status Decompress(Compression compression, std::string_view bytes, size_t size_max,
                        std::string* out);

// Replaces `out`. `level` 0 is the format's usual one; gzip and zlib 1…12, zstd 1…19, others none.
void Compress(Compression compression, std::string_view bytes, std::string* out, int level = 0);

}  // namespace sb::encoding
