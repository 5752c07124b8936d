// SPDX-License-Identifier: Apache-2.0
//
// Cutting blocks from the head and freeing what they hold. The cut reads like any other reader, at
// the commit at which it began, so that writers go on meanwhile.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/tsdb/block/block_writer.h"
#include "store/tsdb/block/compactor.h"
#include "store/tsdb/head/head_state.h"

namespace sb::tsdb {
namespace {

// Holds a reader's place while the cut runs.
class SessionHolder {
 public:
  SessionHolder(Sessions* sessions, uint64_t session) : sessions_(sessions), session_(session) {}
  ~SessionHolder() { sessions_->Close(session_); }
  SessionHolder(const SessionHolder&) = delete;
  SessionHolder& operator=(const SessionHolder&) = delete;

 private:
  Sessions* const sessions_;
  const uint64_t session_;
};

int64_t FloorTo(int64_t time, int64_t range) {
  const int64_t remainder = time % range;
  return time - (remainder < 0 ? remainder + range : remainder);
}

// Slots of all indexed series in label order. Comparing strings a million times over would take
// long: pairs are ranked once, series then compare as arrays of ranks.
std::vector<uint32_t> SlotsByLabels(HeadState* state) {
  std::vector<LabelIndex::PairText> pairs;
  std::vector<uint32_t> slots;
  uint32_t extent = 0;
  {
    base::ReaderLock lock(state->index_mutex);
    pairs = state->index.AllPairs();
    slots = state->index.all();
    extent = state->index.pair_extent();
  }
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
    return a.name != b.name ? a.name < b.name : a.value < b.value;
  });
  std::vector<uint32_t> rank(extent, 0);
  for (uint32_t i = 0; i < pairs.size(); ++i) {
    rank[pairs[i].pair] = i;
  }
  std::sort(slots.begin(), slots.end(), [&](uint32_t a, uint32_t b) {
    const auto pairs_a = state->series.at(a).pairs();
    const auto pairs_b = state->series.at(b).pairs();
    return std::lexicographical_compare(pairs_a.begin(), pairs_a.end(), pairs_b.begin(),
                                        pairs_b.end(),
                                        [&](uint32_t x, uint32_t y) { return rank[x] < rank[y]; });
  });
  return slots;
}

class Cutter {
 public:
  Cutter(HeadState* state, const CutState& previous, const CutState& next,
         std::span<const base::DurationMs> merge_ranges)
      : state_(state), previous_(previous), next_(next), merge_ranges_(merge_ranges) {}

  base::Result<std::vector<BlockMeta>> Run(const std::string& folder,
                                           std::span<const TombstoneRule> tombstones) {
    slots_ = SlotsByLabels(state_);
    CollectExemplars();
    std::vector<BlockMeta> blocks;
    for (const base::TimeRange& range : JoinWindows(Windows())) {
      SB_RETURN_IF_ERROR(WriteWindow(range, folder, tombstones, &blocks));
    }
    return blocks;
  }

 private:
  // The end of the widest merge window that begins with the block range at `window` or before it
  // and is over; else the end of that block range.
  int64_t EndOfBlock(int64_t window) const {
    int64_t end = window + state_->options.block_range.Value();
    // Late samples of blocks that are there already would pull new ones into a merge with these.
    if (window < previous_.time) {
      return end;
    }
    for (const base::DurationMs range : merge_ranges_) {
      const int64_t merged_end = FloorTo(window, range.Value()) + range.Value();
      if (merged_end <= next_.time) {
        end = std::max(end, merged_end);
      }
    }
    return end;
  }

  // After a backfill or a pause many block ranges are cut at once. Those that the next compaction
  // would merge become one block now, so that their samples are encoded once.
  std::vector<base::TimeRange> JoinWindows(const std::set<int64_t>& windows) const {
    std::vector<base::TimeRange> ranges;
    for (auto first = windows.begin(); first != windows.end();) {
      const int64_t end = EndOfBlock(*first);
      auto after = std::next(first);
      while (after != windows.end() && *after < end) {
        ++after;
      }
      const int64_t last_end = *std::prev(after) + state_->options.block_range.Value();
      ranges.push_back(
          {base::TimestampMs(*first), base::TimestampMs(std::min(last_end, next_.time))});
      first = after;
    }
    return ranges;
  }

  // Starts of the block ranges that have something to write.
  std::set<int64_t> Windows() {
    std::set<int64_t> windows;
    std::vector<int64_t> times;
    for (const uint32_t slot : slots_) {
      MemSeries& member = state_->series.at(slot);
      times.clear();
      {
        base::SpinLockHolder lock(member.lock);
        member.HeldTimes(&times);
      }
      for (const int64_t time : times) {
        if (time < next_.time) {
          windows.insert(FloorTo(time, state_->options.block_range.Value()));
        }
      }
    }
    return windows;
  }

  void CollectExemplars() {
    base::MutexLock lock(state_->commit_mutex);
    state_->exemplars.ForEach([&](uint64_t ref, const model::Exemplar& exemplar) {
      if (exemplar.time_ms >= previous_.time && exemplar.time_ms < next_.time) {
        exemplars_[ref].push_back(exemplar);
      }
    });
    for (auto& [ref, list] : exemplars_) {
      std::stable_sort(list.begin(), list.end(),
                       [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
    }
    for (const auto& [metric, versions] : state_->metadata.metrics()) {
      metadata_.emplace(metric, versions.front());
    }
  }

  base::Status WriteWindow(base::TimeRange range, const std::string& folder,
                           std::span<const TombstoneRule> tombstones,
                           std::vector<BlockMeta>* blocks) {
    BlockWriterOptions options;
    options.range = range;
    SB_ASSIGN_OR_RETURN(const std::unique_ptr<BlockWriter> writer,
                        BlockWriter::Create(state_->env, folder, options));
    model::SampleColumns columns;
    for (const uint32_t slot : slots_) {
      MemSeries& member = state_->series.at(slot);
      columns.Clear();
      SB_RETURN_IF_ERROR(ReadWindow(&member, options.range, &columns));
      if (columns.empty()) {
        continue;
      }
      SB_RETURN_IF_ERROR(AddSeries(member, tombstones, options.range, &columns, writer.get()));
    }
    if (writer->series() > 0) {
      SB_ASSIGN_OR_RETURN(BlockMeta meta, writer->Finish());
      blocks->push_back(std::move(meta));
    }
    return base::OkStatus();
  }

  base::Status ReadWindow(MemSeries* member, base::TimeRange range, model::SampleColumns* out) {
    SeriesView view;
    {
      base::SpinLockHolder lock(member->lock);
      if (!member->live || !member->Overlaps(range, next_.commit)) {
        return base::OkStatus();
      }
      member->View(range, next_.commit, &view);
    }
    view.visible_from = previous_.time;
    return view.Decode(range, out);
  }

  base::Status AddSeries(const MemSeries& member, std::span<const TombstoneRule> tombstones,
                         base::TimeRange range, model::SampleColumns* columns,
                         BlockWriter* writer) {
    model::LabelSet labels;
    {
      base::ReaderLock lock(state_->index_mutex);
      labels = state_->LabelsOf(member);
    }
    if (!tombstones.empty()) {
      ApplyTombstones(labels, tombstones, columns);
    }
    if (columns->empty()) {
      return base::OkStatus();
    }
    SeriesExtras extras;
    std::vector<model::Exemplar> exemplars;
    const auto found = exemplars_.find(member.ref());
    if (found != exemplars_.end()) {
      for (const model::Exemplar& exemplar : found->second) {
        if (range.Contains(base::TimestampMs(exemplar.time_ms))) {
          exemplars.push_back(exemplar);
        }
      }
      extras.exemplars = exemplars;
    }
    const auto metadata = metadata_.find(std::string(labels.metric_name()));
    extras.metadata = metadata == metadata_.end() ? nullptr : &metadata->second;
    return writer->Add(labels, *columns, extras);
  }

  HeadState* const state_;
  const CutState previous_;
  const CutState next_;
  const std::span<const base::DurationMs> merge_ranges_;
  std::vector<uint32_t> slots_;
  std::unordered_map<uint64_t, std::vector<model::Exemplar>> exemplars_;
  std::unordered_map<std::string, model::MetricMetadata> metadata_;
};

// Slots of series that hold nothing, got nothing for long and are in nobody's hands.
std::vector<uint32_t> IdleSlots(HeadState* state) {
  uint32_t slots = 0;
  {
    base::ReaderLock lock(state->index_mutex);
    slots = state->slots;
  }
  const int64_t newest = state->newest_time.load();
  const int64_t idle_before =
      newest == kNoTime ? kNoTime : newest - state->options.past_max.Value();
  std::vector<uint32_t> idle;
  for (uint32_t slot = 0; slot < slots; ++slot) {
    MemSeries& member = state->series.at(slot);
    base::SpinLockHolder lock(member.lock);
    if (member.live && member.Empty() && member.last_time() <= idle_before) {
      idle.push_back(slot);
    }
  }
  return idle;
}

void CollectGarbage(HeadState* state) {
  const std::vector<uint32_t> candidates = IdleSlots(state);
  base::MutexLock commit_lock(state->commit_mutex);
  base::WriterLock lock(state->index_mutex);
  const uint64_t oldest_appender = state->sessions.OldestAppender();
  std::vector<bool> dead(state->slots, false);
  std::set<uint32_t> pairs;
  std::vector<MemSeries*> removed;
  for (const uint32_t slot : candidates) {
    MemSeries& member = state->series.at(slot);
    base::SpinLockHolder series_lock(member.lock);
    if (!member.live || !member.Empty() || member.touched.load() >= oldest_appender) {
      continue;
    }
    dead[slot] = true;
    removed.push_back(&member);
    if (member.indexed) {
      pairs.insert(member.pairs().begin(), member.pairs().end());
    }
  }
  if (!removed.empty()) {
    const std::vector<uint32_t> changed(pairs.begin(), pairs.end());
    state->index.RemovePostings(changed, dead);
    state->index.RemoveFromAll(dead);
    for (MemSeries* member : removed) {
      state->exemplars.Forget(member->ref());
      state->ForgetSeries(member);
    }
    state->counters.series_removed.Add(removed.size());
  }
  state->FreeGraves();
}

}  // namespace

base::Result<HeadCut> Head::WriteBlocks(int64_t time, const std::string& blocks_folder,
                                        std::span<const TombstoneRule> tombstones,
                                        std::span<const base::DurationMs> merge_ranges) {
  HeadCut cut;
  CutState previous;
  uint64_t session = 0;
  {
    base::MutexLock lock(state_->commit_mutex);
    previous = state_->cut;
    cut.next = {std::max(time, previous.time), state_->last_commit};
    state_->boundary.store(std::max(cut.next.time, state_->boundary.load()));
    session = state_->sessions.OpenReader(cut.next.commit);
  }
  const SessionHolder holder(&state_->sessions, session);
  Cutter cutter(state_.get(), previous, cut.next, merge_ranges);
  SB_ASSIGN_OR_RETURN(cut.blocks, cutter.Run(blocks_folder, tombstones));
  return cut;
}

void Head::Truncate(const CutState& cut) {
  uint32_t slots = 0;
  {
    base::MutexLock lock(state_->commit_mutex);
    state_->cut = cut;
  }
  {
    base::ReaderLock lock(state_->index_mutex);
    slots = state_->slots;
  }
  ApplyContext context;
  for (uint32_t slot = 0; slot < slots; ++slot) {
    MemSeries& member = state_->series.at(slot);
    base::SpinLockHolder lock(member.lock);
    member.Truncate(cut.time, cut.commit, &context);
  }
  state_->Account(context);
  CollectGarbage(state_.get());
}

}  // namespace sb::tsdb
