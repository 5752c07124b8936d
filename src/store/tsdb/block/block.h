// SPDX-License-Identifier: Apache-2.0
//
// Block reads one immutable block: a stretch of time of many series, mapped into memory.
//
//   SB_ASSIGN_OR_RETURN(std::shared_ptr<const Block> block, Block::Open(env, folder));
//   SB_ASSIGN_OR_RETURN(auto series, block->Select(context, hints, matchers));   // sorted by
//   labels for (auto& s : series) SB_RETURN_IF_ERROR(s->Read(range, &columns));
//
// Open checks meta.json, the footer and every section of the index: a damaged index is kDataLoss
// and the owner puts the block into quarantine. Samples are checked when they are first read: a
// damaged chunk costs the samples it holds, Read goes on with the others and returns kDataLoss
// naming the file and the offset; damaged_chunks() counts them.
//
// Lifetime: series and iterators borrow from the block; keep the shared_ptr while one is in use.
// Threads: safe for concurrent use. Memory: the mapped files, the label dictionary, one bit per
// eight bytes of chunks. Bytes: docs/format/block.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "model/matcher.h"
#include "model/sample.h"
#include "store/interface/querier.h"
#include "store/tsdb/block/block_meta.h"

namespace sb::tsdb {

// Numbers of one label name or one name=value pair.
struct LabelCount {
  std::string name;  // a label name, a metric name or "name=value"
  uint64_t count = 0;
};

// What `status/tsdb` shows; each list holds the `limit` largest.
struct BlockStats {
  uint64_t series = 0;
  uint64_t label_pairs = 0;
  std::vector<LabelCount> series_by_metric_name;
  std::vector<LabelCount> values_by_label_name;
  std::vector<LabelCount> bytes_by_label_name;  // of the strings of its values
  std::vector<LabelCount> series_by_label_pair;
};

// One series with everything that is stored of it, as compaction needs it.
struct StoredSeries {
  model::LabelSet labels;
  model::SampleColumns columns;
  std::vector<model::Exemplar> exemplars;
  bool has_metadata = false;
  model::MetricMetadata metadata;
};

class Block {
 public:
  static base::Result<std::shared_ptr<const Block>> Open(base::Env& env, const std::string& folder);
  ~Block();
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  const BlockMeta& meta() const;
  const std::string& folder() const;

  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, const store::SelectHints& hints,
      std::span<const model::Matcher> matchers) const;

  // Names and values of the series that match all `matchers` (none: all series), sorted.
  base::Result<std::vector<std::string>> LabelNames(std::span<const model::Matcher> matchers) const;
  base::Result<std::vector<std::string>> LabelValues(
      std::string_view name, std::span<const model::Matcher> matchers) const;
  // Exemplars in `range` of the series that fit any of the selectors.
  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      base::TimeRange range, std::span<const std::vector<model::Matcher>> selectors) const;
  // Metadata by metric name, of the series that have some.
  base::Result<std::vector<store::NamedMetadata>> Metadata() const;

  BlockStats Stats(size_t limit) const;

  // All series in label order, one at a time: series `index` of meta().series, whole. kDataLoss as
  // with Read: what could be read is in `out`.
  base::Status ReadSeries(uint64_t index, StoredSeries* out) const;

  uint64_t damaged_chunks() const;

 private:
  class Impl;
  explicit Block(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::tsdb
