// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/compactor.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "model/match_all.h"
#include "store/tsdb/block/downsample.h"

namespace sb::tsdb {

namespace {

using model::SampleColumns;

constexpr size_t kLossesMax = 100;
constexpr uint64_t kSeriesPerCheck = 64;

// Goes through the series of one block.
struct Source {
  std::shared_ptr<const Block> block;
  uint64_t next = 0;
  bool at_end = false;
  StoredSeries series;
};

// Keeps the samples for which `keep(i)`; returns how many went.
template <typename Keep>
size_t Filter(SampleColumns* columns, Keep&& keep) {
  size_t kept = 0;
  const size_t size = columns->size();
  for (size_t i = 0; i < size; ++i) {
    if (!keep(i)) {
      continue;
    }
    if (kept != i) {
      columns->times[kept] = columns->times[i];
      columns->values[kept] = columns->values[i];
      if (!columns->start_times.empty()) {
        columns->start_times[kept] = columns->start_times[i];
      }
      if (!columns->histograms.empty()) {
        columns->histograms[kept] = std::move(columns->histograms[i]);
      }
    }
    ++kept;
  }
  columns->times.resize(kept);
  columns->values.resize(kept);
  if (!columns->start_times.empty()) {
    columns->start_times.resize(kept);
  }
  if (!columns->histograms.empty()) {
    columns->histograms.resize(kept);
  }
  return size - kept;
}

// Both in increasing time; at equal times `newer` wins. Returns the merged columns.
SampleColumns Merge(SampleColumns older, SampleColumns newer, uint64_t* duplicates) {
  if (older.empty()) {
    return newer;
  }
  SampleColumns merged;
  size_t a = 0;
  size_t b = 0;
  while (a < older.size() || b < newer.size()) {
    const bool take_newer =
        a == older.size() || (b < newer.size() && newer.times[b] <= older.times[a]);
    if (!take_newer) {
      merged.Append(older.At(a++));
      continue;
    }
    if (a < older.size() && newer.times[b] == older.times[a]) {
      ++a;
      ++*duplicates;
    }
    merged.Append(newer.At(b++));
  }
  return merged;
}

// By time; of those that are equal in everything one is kept.
void MergeExemplars(std::vector<model::Exemplar>* into, std::vector<model::Exemplar> more) {
  for (model::Exemplar& exemplar : more) {
    if (std::find(into->begin(), into->end(), exemplar) == into->end()) {
      into->push_back(std::move(exemplar));
    }
  }
  std::stable_sort(into->begin(), into->end(),
                   [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
}

class Compaction {
 public:
  Compaction(base::Env& env, const std::string& blocks_folder, const CompactionRequest& request)
      : env_(env), blocks_folder_(blocks_folder), request_(request) {}

  base::Result<CompactionResult> Run() {
    for (const std::shared_ptr<const Block>& block : request_.blocks) {
      sources_.emplace_back().block = block;
      spacing_ms_ = std::max(spacing_ms_, block->meta().spacing_ms);
      Advance(&sources_.back());
    }
    SB_ASSIGN_OR_RETURN(writer_, BlockWriter::Create(env_, blocks_folder_, Options()));
    for (uint64_t merged = 0; AnySourceLeft(); ++merged) {
      if (request_.context != nullptr && merged % kSeriesPerCheck == 0) {
        SB_RETURN_IF_ERROR(request_.context->CheckAlive());
      }
      SB_RETURN_IF_ERROR(MergeNextSeries());
    }
    if (writer_->series() == 0) {
      result_.empty = true;
      return std::move(result_);
    }
    writer_->SetSpacing(spacing_ms_);
    SB_ASSIGN_OR_RETURN(result_.meta, writer_->Finish());
    return std::move(result_);
  }

 private:
  BlockWriterOptions Options() const {
    BlockWriterOptions options = request_.writer;
    options.level = 1;
    options.sources.clear();
    base::TimestampMs start = base::TimestampMs::Max();
    base::TimestampMs end = base::TimestampMs::Min();
    for (const std::shared_ptr<const Block>& block : request_.blocks) {
      start = std::min(start, block->meta().range.start);
      end = std::max(end, block->meta().range.end);
      options.level = std::max(options.level, block->meta().level + 1);
      options.sources.push_back(block->meta().id);
    }
    options.range = {start, end};
    return options;
  }

  bool AnySourceLeft() const {
    return std::any_of(sources_.begin(), sources_.end(),
                       [](const Source& source) { return !source.at_end; });
  }

  void Advance(Source* source) {
    while (source->next < source->block->meta().series) {
      const base::Status status = source->block->ReadSeries(source->next++, &source->series);
      if (!status.ok()) {
        NoteLoss(status);
      }
      if (!source->series.columns.empty()) {
        return;
      }
    }
    source->at_end = true;
  }

  void NoteLoss(const base::Status& status) {
    ++result_.loss_count;
    if (result_.losses.size() < kLossesMax) {
      result_.losses.push_back(status);
    }
  }

  const model::LabelSet& SmallestLabels() const {
    const Source* smallest = nullptr;
    for (const Source& source : sources_) {
      if (!source.at_end &&
          (smallest == nullptr || source.series.labels < smallest->series.labels)) {
        smallest = &source;
      }
    }
    SB_CHECK(smallest != nullptr);
    return smallest->series.labels;
  }

  base::Status MergeNextSeries() {
    const model::LabelSet labels = SmallestLabels();
    StoredSeries merged;
    // Oldest first, so that what comes later wins.
    for (Source& source : sources_) {
      if (source.at_end || source.series.labels != labels) {
        continue;
      }
      merged.columns = Merge(std::move(merged.columns), std::move(source.series.columns),
                             &result_.samples_duplicate);
      MergeExemplars(&merged.exemplars, std::move(source.series.exemplars));
      if (source.series.has_metadata) {
        merged.has_metadata = true;
        merged.metadata = source.series.metadata;
      }
      source.series = {};
      Advance(&source);
    }
    result_.samples_deleted += ApplyTombstones(labels, request_.tombstones, &merged.columns);
    result_.samples_deleted += Filter(&merged.columns, [&](size_t i) {
      return request_.keep.Contains(base::TimestampMs(merged.columns.times[i]));
    });
    if (request_.oldest_kept) {
      const int64_t oldest = request_.oldest_kept(labels);
      result_.samples_deleted +=
          Filter(&merged.columns, [&](size_t i) { return merged.columns.times[i] >= oldest; });
      std::erase_if(merged.exemplars, [&](const auto& e) { return e.time_ms < oldest; });
    }
    if (merged.columns.empty()) {
      return base::OkStatus();
    }
    ThinOut(labels, &merged);
    return writer_->Add(labels, merged.columns,
                        {.exemplars = merged.exemplars,
                         .metadata = merged.has_metadata ? &merged.metadata : nullptr});
  }

  void ThinOut(const model::LabelSet& labels, StoredSeries* series) {
    const int64_t every = request_.sample_every ? request_.sample_every(labels) : 0;
    if (every <= 0) {
      return;
    }
    spacing_ms_ = std::max(spacing_ms_, every);
    const SeriesKind kind = KindOf(labels, series->has_metadata ? &series->metadata : nullptr);
    const std::vector<bool> kept = KeptBySpacing(series->columns, kind, every);
    result_.samples_thinned += Filter(&series->columns, [&](size_t i) { return kept[i]; });
  }

  base::Env& env_;
  const std::string& blocks_folder_;
  const CompactionRequest& request_;
  std::vector<Source> sources_;
  std::unique_ptr<BlockWriter> writer_;
  int64_t spacing_ms_ = 0;
  CompactionResult result_;
};

}  // namespace

base::Result<CompactionResult> CompactBlocks(base::Env& env, const std::string& blocks_folder,
                                             const CompactionRequest& request) {
  if (request.blocks.empty()) {
    return base::InvalidArgument("no blocks to compact");
  }
  return Compaction(env, blocks_folder, request).Run();
}

size_t ApplyTombstones(const model::LabelSet& labels, std::span<const TombstoneRule> rules,
                       SampleColumns* columns) {
  size_t removed = 0;
  for (const TombstoneRule& rule : rules) {
    if (model::MatchesAll(rule.matchers, labels)) {
      removed += Filter(columns, [&](size_t i) {
        return !rule.range.Contains(base::TimestampMs(columns->times[i]));
      });
    }
  }
  return removed;
}

}  // namespace sb::tsdb
