// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/block.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "store/interface/piecewise_series.h"
#include "store/tsdb/block/block_format.h"
#include "store/tsdb/block/chunk_frames.h"
#include "store/tsdb/block/index_reader.h"
#include "store/tsdb/block/series_selection.h"

namespace sb::tsdb {

namespace {

using model::LabelSet;
using model::Matcher;
using model::SampleColumns;

// How many series are prepared between two looks at the context.
constexpr size_t kSeriesPerCheck = 256;

// The chunk places of all series of one Select, one after another.
using Places = std::shared_ptr<std::vector<ChunkPlace>>;

base::Status ReadChunks(const ChunkFrames& frames, std::span<const ChunkPlace> places,
                        base::TimeRange range, SampleColumns* out) {
  base::Status first_loss;
  for (const ChunkPlace& place : places) {
    base::Status status = frames.ReadChunk(place, range, out);
    if (!status.ok() && first_loss.ok()) {
      first_loss = std::move(status);
    }
  }
  return first_loss;
}

class BlockSeries final : public store::PiecewiseSeries {
 public:
  BlockSeries(const ChunkFrames& frames, std::span<const TimePlace> times, LabelSet labels,
              Places places, size_t begin, size_t end)
      : frames_(frames),
        times_(times),
        labels_(std::move(labels)),
        places_(std::move(places)),
        begin_(begin),
        end_(end) {}

  const LabelSet& labels() const override { return labels_; }

  base::Status Read(base::TimeRange range, SampleColumns* out) override {
    return ReadChunks(frames_, places(), range, out);
  }

  base::TimeRange Bounds() const override {
    return {base::TimestampMs(times_[places().front().time_column].first_ms),
            base::TimestampMs(times_[places().back().time_column].last_ms + 1)};
  }

  base::Result<bool> ReadPieces(base::TimeRange range, store::PieceSink* sink) override {
    SampleColumns columns;
    for (const ChunkPlace& place : places()) {
      const TimePlace& time = times_[place.time_column];
      if (time.last_ms < range.start.Value() || time.first_ms >= range.end.Value()) {
        continue;
      }
      if (time.first_ms >= range.start.Value() && time.last_ms < range.end.Value()) {
        SB_ASSIGN_OR_RETURN(const bool taken, OfferSummary(place, time, sink));
        if (taken) {
          continue;
        }
      }
      columns.Clear();
      SB_RETURN_IF_ERROR(frames_.ReadChunk(place, range, &columns));
      if (!columns.empty() && !sink->TakeSamples(&columns)) {
        break;
      }
    }
    return true;
  }

 private:
  std::span<const ChunkPlace> places() const {
    return std::span(*places_).subspan(begin_, end_ - begin_);
  }

  base::Result<bool> OfferSummary(const ChunkPlace& place, const TimePlace& time,
                                  store::PieceSink* sink) const {
    SB_ASSIGN_OR_RETURN(const std::optional<FloatSummary> summary, frames_.ReadSummary(place));
    return summary.has_value() && sink->TakeSummary({.first_ms = time.first_ms,
                                                     .last_ms = time.last_ms,
                                                     .samples = time.samples,
                                                     .min = summary->min,
                                                     .max = summary->max,
                                                     .rising = summary->rising,
                                                     .has_sum = summary->whole,
                                                     .sum = summary->sum});
  }

  const ChunkFrames& frames_;
  const std::span<const TimePlace> times_;
  const LabelSet labels_;
  const Places places_;
  const size_t begin_;
  const size_t end_;
};

// Keeps the `limit` largest.
void SortAndCut(std::vector<LabelCount>* counts, size_t limit) {
  std::sort(counts->begin(), counts->end(), [](const LabelCount& a, const LabelCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  if (counts->size() > limit) {
    counts->resize(limit);
  }
}

}  // namespace

class Block::Impl {
 public:
  BlockMeta meta;
  std::string folder;
  std::unique_ptr<base::RandomAccessFile> index_file;
  std::unique_ptr<IndexReader> index;
  std::unique_ptr<ChunkFrames> frames;

  bool Overlaps(std::span<const ChunkPlace> places, base::TimeRange range) const {
    return std::any_of(places.begin(), places.end(), [&](const ChunkPlace& place) {
      const TimePlace& time = index->times()[place.time_column];
      return time.first_ms < range.end.Value() && time.last_ms >= range.start.Value();
    });
  }
};

Block::Block(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Block::~Block() = default;

const BlockMeta& Block::meta() const {
  return impl_->meta;
}
const std::string& Block::folder() const {
  return impl_->folder;
}
uint64_t Block::damaged_chunks() const {
  return impl_->frames->damaged();
}

base::Result<std::shared_ptr<const Block>> Block::Open(base::Env& env, const std::string& folder) {
  auto impl = std::make_unique<Impl>();
  impl->folder = folder;
  base::FileSystem& files = env.files();
  const std::string meta_path = base::JoinPath(folder, kMetaFile);
  SB_ASSIGN_OR_RETURN(const std::string json, files.ReadFile(meta_path));
  SB_ASSIGN_OR_RETURN(impl->meta, BlockMeta::FromJson(json, meta_path));
  const std::string index_path = base::JoinPath(folder, kIndexFile);
  SB_ASSIGN_OR_RETURN(impl->index_file, files.Map(index_path));
  SB_ASSIGN_OR_RETURN(impl->index, IndexReader::Open(impl->index_file->bytes(), index_path));
  const std::string chunks_path = base::JoinPath(folder, kChunksFile);
  SB_ASSIGN_OR_RETURN(std::unique_ptr<base::RandomAccessFile> chunks, files.Map(chunks_path));
  SB_ASSIGN_OR_RETURN(impl->frames,
                      ChunkFrames::Open(std::move(chunks), chunks_path, impl->index->times()));
  if (impl->meta.series != impl->index->series()) {
    return base::DataLoss("a block's description and index disagree on the number of series: " +
                          folder);
  }
  return std::shared_ptr<const Block>(new Block(std::move(impl)));
}

base::Result<std::vector<std::unique_ptr<store::Series>>> Block::Select(
    const store::ReadContext& context, const store::SelectHints& hints,
    std::span<const Matcher> matchers) const {
  SB_ASSIGN_OR_RETURN(const std::vector<uint32_t> ids, SelectSeries(*impl_->index, matchers));
  std::vector<std::unique_ptr<store::Series>> selected;
  const size_t limit = hints.limit == 0 ? std::numeric_limits<size_t>::max() : hints.limit;
  selected.reserve(std::min(ids.size(), limit));
  auto places = std::make_shared<std::vector<ChunkPlace>>();
  SeriesCursor cursor(*impl_->index);
  for (size_t i = 0; i < ids.size() && selected.size() < limit; ++i) {
    if (i % kSeriesPerCheck == 0) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
    }
    SB_RETURN_IF_ERROR(cursor.Seek(ids[i]));
    if (!impl_->Overlaps(cursor.chunks(), hints.range)) {
      continue;
    }
    SB_ASSIGN_OR_RETURN(LabelSet labels, cursor.Labels());
    const size_t begin = places->size();
    places->insert(places->end(), cursor.chunks().begin(), cursor.chunks().end());
    selected.push_back(std::make_unique<BlockSeries>(*impl_->frames, impl_->index->times(),
                                                     std::move(labels), places, begin,
                                                     places->size()));
  }
  return selected;
}

base::Result<std::vector<std::string>> Block::LabelNames(std::span<const Matcher> matchers) const {
  const IndexReader& index = *impl_->index;
  std::vector<bool> used(index.names().size(), matchers.empty());
  if (!matchers.empty()) {
    SB_ASSIGN_OR_RETURN(const std::vector<uint32_t> ids, SelectSeries(index, matchers));
    SeriesCursor cursor(index);
    for (const uint32_t id : ids) {
      SB_RETURN_IF_ERROR(cursor.Seek(id));
      for (const uint32_t name : cursor.shape()) {
        used[name] = true;
      }
    }
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) {
      names.emplace_back(index.names()[i].text);
    }
  }
  return names;
}

base::Result<std::vector<std::string>> Block::LabelValues(std::string_view name,
                                                          std::span<const Matcher> matchers) const {
  const IndexReader& index = *impl_->index;
  const size_t name_rank = index.FindName(name);
  std::vector<std::string> values;
  if (name_rank == index.names().size()) {
    return values;
  }
  SB_ASSIGN_OR_RETURN(const ValueTable* table, index.Values(name_rank));
  std::vector<bool> used(table->values.size(), matchers.empty());
  if (!matchers.empty()) {
    SB_ASSIGN_OR_RETURN(const std::vector<uint32_t> ids, SelectSeries(index, matchers));
    SeriesCursor cursor(index);
    for (const uint32_t id : ids) {
      SB_RETURN_IF_ERROR(cursor.Seek(id));
      const std::vector<uint32_t>& shape = cursor.shape();
      const auto label = std::lower_bound(shape.begin(), shape.end(), name_rank);
      if (label != shape.end() && *label == name_rank) {
        const uint32_t rank = cursor.value_rank(static_cast<size_t>(label - shape.begin()));
        if (rank >= used.size()) {
          return base::DataLoss("block index: unknown value of a series: " + impl_->folder);
        }
        used[rank] = true;
      }
    }
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) {
      values.emplace_back(table->values[i]);
    }
  }
  return values;
}

base::Result<std::vector<store::ExemplarSeries>> Block::Exemplars(
    base::TimeRange range, std::span<const std::vector<Matcher>> selectors) const {
  std::vector<store::ExemplarSeries> found;
  if (impl_->meta.exemplars == 0) {
    return found;
  }
  std::set<uint32_t> ids;
  for (const std::vector<Matcher>& selector : selectors) {
    SB_ASSIGN_OR_RETURN(const std::vector<uint32_t> some, SelectSeries(*impl_->index, selector));
    ids.insert(some.begin(), some.end());
  }
  SeriesCursor cursor(*impl_->index);
  for (const uint32_t id : ids) {
    store::ExemplarSeries series;
    SB_RETURN_IF_ERROR(impl_->index->Exemplars(id, &series.exemplars));
    std::erase_if(series.exemplars, [&](const model::Exemplar& exemplar) {
      return !range.Contains(base::TimestampMs(exemplar.time_ms));
    });
    if (!series.exemplars.empty()) {
      SB_RETURN_IF_ERROR(cursor.Seek(id));
      SB_ASSIGN_OR_RETURN(series.labels, cursor.Labels());
      found.push_back(std::move(series));
    }
  }
  return found;
}

base::Result<std::vector<store::NamedMetadata>> Block::Metadata() const {
  std::map<std::string, std::vector<model::MetricMetadata>> by_metric;
  SeriesCursor cursor(*impl_->index);
  for (const IndexReader::MetadataRun& run : impl_->index->metadata_runs()) {
    if (run.entry == 0) {
      continue;
    }
    SB_RETURN_IF_ERROR(cursor.Seek(run.begin));
    SB_ASSIGN_OR_RETURN(const LabelSet labels, cursor.Labels());
    auto& known = by_metric[std::string(labels.metric_name())];
    const model::MetricMetadata& metadata = impl_->index->metadata()[run.entry - 1];
    if (std::find(known.begin(), known.end(), metadata) == known.end()) {
      known.push_back(metadata);
    }
  }
  std::vector<store::NamedMetadata> named;
  for (auto& [metric, metadata] : by_metric) {
    named.push_back({metric, std::move(metadata)});
  }
  return named;
}

BlockStats Block::Stats(size_t limit) const {
  const IndexReader& index = *impl_->index;
  BlockStats stats;
  stats.series = index.series();
  for (size_t i = 0; i < index.names().size(); ++i) {
    const IndexedName& name = index.names()[i];
    stats.label_pairs += name.values;
    stats.values_by_label_name.push_back({std::string(name.text), name.values});
    const base::Result<const ValueTable*> table = index.Values(i);
    if (!table.ok()) {
      continue;
    }
    uint64_t bytes = 0;
    for (size_t value = 0; value < (*table)->values.size(); ++value) {
      const std::string text((*table)->values[value]);
      const uint64_t count = index.PostingsCount(**table, value);
      bytes += text.size();
      if (name.text == model::kMetricName) {
        stats.series_by_metric_name.push_back({text, count});
      }
      stats.series_by_label_pair.push_back({std::string(name.text) + "=" + text, count});
    }
    stats.bytes_by_label_name.push_back({std::string(name.text), bytes});
    // Cut as we go: a block may have millions of pairs.
    SortAndCut(&stats.series_by_label_pair, limit);
  }
  SortAndCut(&stats.series_by_metric_name, limit);
  SortAndCut(&stats.values_by_label_name, limit);
  SortAndCut(&stats.bytes_by_label_name, limit);
  return stats;
}

base::Status Block::ReadSeries(uint64_t index, StoredSeries* out) const {
  out->columns.Clear();
  out->exemplars.clear();
  out->has_metadata = false;
  if (index >= impl_->index->series()) {
    return base::OutOfRange("no such series in the block: " + std::to_string(index));
  }
  const auto id = static_cast<uint32_t>(index);
  SeriesCursor cursor(*impl_->index);
  SB_RETURN_IF_ERROR(cursor.Seek(id));
  SB_ASSIGN_OR_RETURN(out->labels, cursor.Labels());
  SB_RETURN_IF_ERROR(impl_->index->Exemplars(id, &out->exemplars));
  out->has_metadata = impl_->index->Metadata(id, &out->metadata);
  return ReadChunks(*impl_->frames, cursor.chunks(),
                    {base::TimestampMs::Min(), base::TimestampMs::Max()}, &out->columns);
}

}  // namespace sb::tsdb
