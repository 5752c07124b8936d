// SPDX-License-Identifier: Apache-2.0
//
// PrometheusBlock reads one block of the reference's time series database, index versions 1 and 2,
// from bytes that the caller holds (mapped files):
//
//   SB_ASSIGN_OR_RETURN(auto block, PrometheusBlock::Open(index, segments, tombstones));
//   for (size_t i = 0; i < block->series_count(); ++i) {
//     PrometheusSeries series;
//     SB_RETURN_IF_ERROR(block->ReadSeries(i, &series));             // in the order of labels
//     for (const auto& chunk : series.chunks) block->ReadChunk(chunk, &columns);
//   }
//
// Checksums of the table of contents, the symbols, each series, each chunk and the tombstones are
// checked: kDataLoss names what is damaged. Every length is checked against the bytes there are.
//
// Source: tsdb/docs/format of Prometheus (index.md, chunks.md, tombstones.md).
// Threads: reading is safe from several at once. The bytes must outlive the block.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"

namespace sb::wire {

struct PrometheusChunkRef {
  int64_t first_ms = 0;
  int64_t last_ms = 0;
  uint64_t ref = 0;  // segment << 32 | offset
};

struct PrometheusSeries {
  model::LabelSet labels;
  std::vector<PrometheusChunkRef> chunks;
  // Deleted, both ends inclusive.
  std::vector<std::pair<int64_t, int64_t>> deleted;
};

class PrometheusBlock {
 public:
  // `segments` are the files chunks/000001, …; `tombstones` may be empty.
  static base::Result<std::unique_ptr<PrometheusBlock>> Open(std::string_view index,
                                                             std::vector<std::string_view> segments,
                                                             std::string_view tombstones);

  size_t series_count() const { return refs_.size(); }
  base::Status ReadSeries(size_t i, PrometheusSeries* series) const;
  // Appends the chunk's samples, deleted ones too.
  base::Status ReadChunk(const PrometheusChunkRef& chunk, model::SampleColumns* out) const;

 private:
  explicit PrometheusBlock(std::string_view index) : index_(index) {}
  base::Status ReadContents();
  base::Status ReadSymbols(uint64_t offset);
  base::Status FindAllSeries(uint64_t table_offset);
  base::Status ReadPostings(uint64_t offset);
  base::Status ReadTombstones(std::string_view bytes);
  bool Symbol(uint64_t ref, std::string_view* symbol) const;

  const std::string_view index_;
  std::vector<std::string_view> segments_;
  uint8_t version_ = 0;
  std::vector<std::string_view> symbols_;                   // version 2: by number
  std::map<uint64_t, std::string_view> symbols_by_offset_;  // version 1
  std::vector<uint32_t> refs_;
  std::map<uint64_t, std::vector<std::pair<int64_t, int64_t>>> deleted_;
};

}  // namespace sb::wire
