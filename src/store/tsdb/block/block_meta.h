// SPDX-License-Identifier: Apache-2.0
//
// BlockMeta: what a block says about itself, kept as readable JSON in its meta.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "base/time.h"

namespace sb::tsdb {

// 2: sample bodies may have a summary. Blocks of version 1 are read as ever.
inline constexpr uint32_t kBlockFormatVersion = 2;
inline constexpr uint32_t kBlockFormatVersionOldest = 1;

struct BlockMeta {
  std::string id;  // also the folder's name; ids sort by creation
  uint32_t format_version = kBlockFormatVersion;
  base::TimeRange range;  // all samples lie in it
  uint32_t level = 1;     // 1: cut from the head; a compaction adds one to its highest
  uint64_t series = 0;
  uint64_t samples = 0;  // floats and histograms
  uint64_t histogram_samples = 0;
  uint64_t exemplars = 0;
  uint64_t index_bytes = 0;
  uint64_t chunk_bytes = 0;
  std::vector<std::string> sources;  // ids of the blocks it was compacted from; empty at level 1
  // Downsampled series have a sample in each window of this length in which they had any; 0: no
  // sample was left out.
  int64_t spacing_ms = 0;
  // Whatever else the owner wants to keep, such as "out_of_order": no meaning here.
  std::vector<std::string> notes;

  uint64_t bytes() const { return index_bytes + chunk_bytes; }
  std::string ToJson() const;
  static base::Result<BlockMeta> FromJson(std::string_view json, const std::string& path);
};

// 26 characters of Crockford base 32: 48 bits of the clock in milliseconds, 80 random bits (ULID).
std::string NewBlockId(base::Env& env);
// True for the name of a block folder.
bool IsBlockId(std::string_view name);

}  // namespace sb::tsdb
