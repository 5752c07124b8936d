// SPDX-License-Identifier: Apache-2.0
//
// IndexReader answers from a block's index: names, values, postings, and the labels and chunk
// places of each series.
//
// Open checks every section's checksum. Values of a name are unpacked when they are first needed
// and then kept. Numbers out of range in a section whose checksum is right (nobody but an attacker
// writes that) are kDataLoss where they are used. Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "encoding/bytes.h"
#include "model/sample.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/block/index_writer.h"

namespace sb::tsdb {

// The values of one label name, sorted, and where their postings are.
struct ValueTable {
  std::vector<std::string_view> values;
  std::vector<uint64_t> postings_begin;  // one more than values
  std::string text;                      // what the views point into

  // The position of `value`, or values.size().
  size_t Find(std::string_view value) const;
};

struct IndexedName {
  std::string_view text;
  uint32_t values = 0;
  uint64_t raw_bytes = 0;  // 0: the table is not compressed
  std::string_view table;
  uint64_t postings_offset = 0;
};

class IndexReader {
 public:
  // `file` stays mapped while the reader lives.
  static base::Result<std::unique_ptr<IndexReader>> Open(std::span<const uint8_t> file,
                                                         const std::string& path);
  ~IndexReader();

  uint32_t series() const { return series_; }
  const std::vector<IndexedName>& names() const { return names_; }
  const std::vector<TimePlace>& times() const { return times_; }
  const std::vector<std::vector<uint32_t>>& shapes() const { return shapes_; }
  // The position of a name, or names().size().
  size_t FindName(std::string_view name) const;

  base::Result<const ValueTable*> Values(size_t name) const;
  // Appends the series that have this pair.
  base::Status Postings(const ValueTable& table, size_t value, std::vector<uint32_t>* series) const;
  // How many series have this pair.
  uint64_t PostingsCount(const ValueTable& table, size_t value) const;

  base::Status Exemplars(uint32_t series, std::vector<model::Exemplar>* exemplars) const;
  // False if the series has none.
  bool Metadata(uint32_t series, model::MetricMetadata* metadata) const;
  // Runs of neighbouring series with one metric name that share metadata.
  struct MetadataRun {
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t entry = 0;  // in metadata(), + 1; 0: none
  };
  const std::vector<MetadataRun>& metadata_runs() const { return metadata_runs_; }
  const std::vector<model::MetricMetadata>& metadata() const { return metadata_; }

 private:
  friend class SeriesCursor;
  explicit IndexReader(std::string path) : path_(std::move(path)) {}
  base::Status ReadSections(std::span<const uint8_t> file);
  base::Status ReadNames(std::string_view section);
  base::Status ReadShapes(std::string_view section);
  base::Status ReadSeriesOffsets(std::string_view section);
  base::Status ReadTimes(std::string_view section);
  base::Status ReadExemplarPlaces(std::string_view section);
  base::Status ReadMetadata(std::string_view section);
  base::Status Damaged(const char* what) const;

  const std::string path_;
  std::string_view values_;
  std::string_view postings_;
  std::string_view series_section_;
  std::string_view series_offsets_;  // 4 bytes for each group
  uint32_t series_ = 0;
  std::vector<IndexedName> names_;
  std::vector<std::vector<uint32_t>> shapes_;
  std::vector<TimePlace> times_;
  struct ExemplarPlace {
    uint32_t series = 0;
    std::string_view record;
  };
  std::vector<ExemplarPlace> exemplars_;
  std::vector<model::MetricMetadata> metadata_;
  std::vector<MetadataRun> metadata_runs_;

  mutable base::Mutex tables_mutex_;
  mutable std::vector<std::unique_ptr<const ValueTable>> tables_ SB_GUARDED_BY(tables_mutex_);
};

// Walks over series; going forward within a group of series costs one entry each.
//
//   SeriesCursor cursor(index);
//   SB_RETURN_IF_ERROR(cursor.Seek(series));
//   SB_ASSIGN_OR_RETURN(model::LabelSet labels, cursor.Labels());
//
// Threads: one at a time.
class SeriesCursor {
 public:
  explicit SeriesCursor(const IndexReader& index);

  base::Status Seek(uint32_t series);
  // Of the series that was sought.
  base::Result<model::LabelSet> Labels();
  const std::vector<ChunkPlace>& chunks() const { return chunks_; }
  const std::vector<uint32_t>& shape() const { return index_.shapes()[shape_]; }
  // The rank of the value of the shape's label `label`.
  uint32_t value_rank(size_t label) const { return ranks_[label]; }

 private:
  base::Status ReadEntry(bool first_of_group);
  base::Status ReadChunks(bool first_of_group);

  const IndexReader& index_;
  uint32_t next_ = ~uint32_t{0};  // the series at in_
  encoding::ByteReader in_;
  uint32_t shape_ = 0;
  std::vector<uint32_t> ranks_;
  std::vector<ChunkPlace> chunks_;
  uint64_t chunk_end_ = 0;
  std::vector<const ValueTable*> tables_;  // by name, null until needed
  std::vector<model::Label> labels_;
};

}  // namespace sb::tsdb
