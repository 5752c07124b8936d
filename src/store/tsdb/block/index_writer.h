// SPDX-License-Identifier: Apache-2.0
//
// IndexWriter collects labels and places of the series of a block, in label order, and lays out the
// index: label names, values of each name, postings of each value, series.
//
// Values are numbered in order of appearance until Finish, which sorts them; a series costs 4 bytes
// per label and 16 per chunk until then. Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/sample.h"
#include "store/tsdb/block/block_format.h"

namespace sb::tsdb {

// The place of one chunk's frame in the chunks file, and which timestamps belong to it.
struct ChunkPlace {
  uint64_t offset = 0;
  uint32_t size_bytes = 0;
  uint32_t time_column = 0;
};

// A timestamp column in the chunks file.
struct TimePlace {
  uint64_t offset = 0;
  uint32_t size_bytes = 0;
  uint32_t samples = 0;
  int64_t first_ms = 0;
  int64_t last_ms = 0;
};

class IndexWriter {
 public:
  void AddSeries(const model::LabelSet& labels, std::span<const ChunkPlace> chunks);
  void AddExemplars(uint32_t series, std::span<const model::Exemplar> exemplars);
  void AddMetadata(uint32_t series, const model::MetricMetadata& metadata);

  uint32_t series() const { return static_cast<uint32_t>(series_shape_.size()); }

  // The whole index file.
  std::string Finish(std::span<const TimePlace> times);

 private:
  struct Name {
    std::string text;
    std::unordered_map<std::string, uint32_t> ids;  // value to its number of appearance
    std::vector<const std::string*> values;         // by that number; points into ids
    std::vector<uint32_t> ranks;                    // number of appearance to rank, at Finish
    std::vector<uint32_t> sorted;                   // and back
    uint32_t rank = 0;                              // of the name itself
    uint64_t first_pair = 0;                        // numbers of its pairs begin here
  };

  uint32_t NameId(std::string_view text);
  uint32_t ValueId(Name* name, std::string_view text);
  uint32_t ShapeId(const std::vector<uint32_t>& names);

  void SortNamesAndValues();
  void BuildPostings();
  std::string LayNamesAndValues(std::string* values_section) const;
  std::string LayPostings();
  std::string LayShapes() const;
  std::string LaySeries(std::string* offsets_section) const;
  void LayOneSeries(uint32_t series, bool first_of_group, std::string* out) const;
  std::string LayMetadata() const;
  uint32_t RankAt(uint32_t series, size_t label) const;

  std::unordered_map<std::string, uint32_t> name_ids_;
  std::vector<Name> names_;
  std::vector<uint32_t> names_sorted_;
  std::map<std::vector<uint32_t>, uint32_t> shape_ids_;  // names in label order
  std::vector<std::vector<uint32_t>> shapes_;

  std::vector<uint32_t> series_shape_;
  std::vector<uint64_t> series_labels_;  // where the values begin in values_
  std::vector<uint32_t> values_;         // numbers of appearance, all series one after another
  std::vector<uint64_t> series_chunks_;  // where the chunks begin in chunks_
  std::vector<ChunkPlace> chunks_;

  std::vector<uint64_t> pair_begin_;  // per pair: where its postings begin
  std::vector<uint32_t> postings_;
  std::vector<uint32_t> posting_bytes_;  // per pair

  std::string exemplars_;
  uint32_t last_exemplar_series_ = 0;

  struct MetadataRun {
    uint32_t series = 0;
    uint32_t entry = 0;
  };
  std::map<std::string, uint32_t> metadata_ids_;
  std::vector<std::string> metadata_;
  std::vector<uint32_t> metadata_of_series_;  // entry + 1; shorter than the number of series
};

}  // namespace sb::tsdb
