// SPDX-License-Identifier: Apache-2.0
//
// BlockWriter writes one immutable block: series by series, in label order.
//
//   SB_ASSIGN_OR_RETURN(auto writer, BlockWriter::Create(env, blocks_folder, options));
//   for (each series in label order) SB_RETURN_IF_ERROR(writer->Add(labels, columns));
//   SB_ASSIGN_OR_RETURN(BlockMeta meta, writer->Finish());      // blocks_folder/meta.id is there,
//   durable
//
// The block is built in `blocks_folder`/tmp-<id> and renamed by Finish; without Finish the
// destructor removes it. RemoveUnfinishedBlocks clears what a crash left behind.
//
// Memory: samples of one series at a time, the label index (about 60 bytes per series), distinct
// timestamp columns by hash, and a bounded cache of histogram buckets for le-to-le deltas.
//
// Failures: kInvalidArgument (series out of order, empty, samples outside of the range or not in
// increasing time), kResourceExhausted (disk full). After a failure the writer is of no use.
//
// Threads: one at a time. Bytes: docs/format/block.md.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "model/sample.h"
#include "store/tsdb/block/block_meta.h"

namespace sb::tsdb {

struct BlockWriterOptions {
  base::TimeRange range{};  // must hold every sample
  uint32_t level = 1;
  std::vector<std::string> sources{};
  std::vector<std::string> notes{};
  uint32_t page_values = 240;                // samples decoded together by a point read
  uint32_t summary_values_min = 256;         // smaller chunks have no summary; 0: none has
  uint32_t chunk_values_max = 8192;          // samples under one checksum
  uint32_t reference_depth_max = 1;          // bucket columns a reader decodes to get one more
  size_t reference_cache_bytes = 32u << 20;  // of bucket columns kept for le-to-le deltas
};

// What belongs to a series beside its samples. All optional.
struct SeriesExtras {
  std::span<const model::Exemplar> exemplars{};  // in increasing time
  const model::MetricMetadata* metadata = nullptr;
};

class BlockWriter {
 public:
  static base::Result<std::unique_ptr<BlockWriter>> Create(base::Env& env,
                                                           const std::string& blocks_folder,
                                                           const BlockWriterOptions& options);
  ~BlockWriter();
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  base::Status Add(const model::LabelSet& labels, const model::SampleColumns& columns,
                   const SeriesExtras& extras = {});
  // What the meta data will say; before Finish.
  void SetSpacing(int64_t spacing_ms);
  // A block without series is refused (kFailedPrecondition): the caller has nothing to keep.
  base::Result<BlockMeta> Finish();

  uint64_t series() const;
  uint64_t samples() const;

 private:
  class Impl;
  explicit BlockWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Removes folders of blocks that were never finished. Call it before the first writer.
base::Status RemoveUnfinishedBlocks(base::FileSystem& files, const std::string& blocks_folder);

}  // namespace sb::tsdb
