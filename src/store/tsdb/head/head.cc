// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/head.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "store/tsdb/head/head_reader.h"
#include "store/tsdb/head/head_state.h"

namespace sb::tsdb {
namespace {

void KeepLargest(std::vector<LabelCount>* counts, size_t limit) {
  std::sort(counts->begin(), counts->end(), [](const LabelCount& a, const LabelCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  if (counts->size() > limit) {
    counts->resize(limit);
  }
}

}  // namespace

Head::Head(std::unique_ptr<HeadState> state) : state_(std::move(state)) {}

Head::~Head() {
  state_->handles.clear();
  if (state_->wal != nullptr) {
    const base::Status status = state_->wal->Sync();
    if (!status.ok()) {
      SB_LOG(kError, "the log could not be synced at the end", {"error", status.ToString()});
    }
  }
}

base::Result<std::unique_ptr<Head>> Head::Open(base::Env& env, const HeadOptions& options,
                                               const CutState& cut, base::Registry& registry,
                                               HeadOpenReport* report) {
  auto state = std::make_unique<HeadState>(env, options, registry);
  {
    base::MutexLock lock(state->commit_mutex);
    state->cut = cut;
  }
  state->boundary.store(cut.time);
  SB_RETURN_IF_ERROR(RestoreHead(state.get(), report));
  return std::unique_ptr<Head>(new Head(std::move(state)));
}

std::unique_ptr<store::Appender> Head::NewAppender() {
  return NewHeadAppender(state_.get());
}

std::unique_ptr<HeadReader> Head::NewReader() {
  base::MutexLock lock(state_->commit_mutex);
  const uint64_t commit = state_->last_commit;
  return std::make_unique<HeadReader>(state_.get(), commit, state_->sessions.OpenReader(commit));
}

uint64_t Head::ReaderMark() const {
  return state_->sessions.last();
}

bool Head::WaitForReaders(uint64_t mark, base::DurationNs timeout) {
  return state_->sessions.WaitForReaders(mark, std::chrono::nanoseconds(timeout.Value()));
}

base::Status Head::Checkpoint() {
  return WriteSnapshot(state_.get());
}

base::Status Head::SyncWal() {
  return state_->wal->Sync();
}

base::Status Head::SyncWalIfDue() {
  return state_->wal->SyncIfDue();
}

CutState Head::cut() const {
  base::MutexLock lock(state_->commit_mutex);
  return state_->cut;
}

uint64_t Head::wal_bytes() const {
  return state_->wal->total_bytes();
}

bool Head::TimeBounds(int64_t* first, int64_t* last) const {
  *first = *last = kNoTime;
  uint32_t slots = 0;
  {
    base::ReaderLock lock(state_->index_mutex);
    slots = state_->slots;
  }
  for (uint32_t slot = 0; slot < slots; ++slot) {
    MemSeries& member = state_->series.at(slot);
    int64_t low = 0;
    int64_t high = 0;
    base::SpinLockHolder lock(member.lock);
    if (member.TimeBounds(&low, &high)) {
      *first = *first == kNoTime ? low : std::min(*first, low);
      *last = std::max(*last, high);
    }
  }
  return *first != kNoTime;
}

int64_t Head::newest_time() const {
  return state_->newest_time.load();
}

uint64_t Head::series_count() const {
  return state_->indexed_series.load();
}

uint64_t Head::chunk_count() const {
  return static_cast<uint64_t>(std::max<int64_t>(state_->chunks.load(), 0));
}

BlockStats Head::Stats(size_t limit) const {
  BlockStats stats;
  base::ReaderLock lock(state_->index_mutex);
  stats.series = state_->indexed_series.load();
  struct Name {
    uint64_t values = 0;
    uint64_t bytes = 0;
  };
  std::map<std::string_view, Name> names;
  for (const LabelIndex::ValueCount& pair : state_->index.Pairs()) {
    ++stats.label_pairs;
    Name& name = names[pair.name];
    ++name.values;
    name.bytes += pair.value.size();
    if (pair.name == model::kMetricName) {
      stats.series_by_metric_name.push_back({std::string(pair.value), pair.series});
    }
    std::string text(pair.name);
    text.append("=").append(pair.value);
    stats.series_by_label_pair.push_back({std::move(text), pair.series});
    if (stats.series_by_label_pair.size() > 4096 + limit) {
      KeepLargest(&stats.series_by_label_pair, limit);
    }
  }
  for (const auto& [name, counts] : names) {
    stats.values_by_label_name.push_back({std::string(name), counts.values});
    stats.bytes_by_label_name.push_back({std::string(name), counts.bytes});
  }
  KeepLargest(&stats.series_by_metric_name, limit);
  KeepLargest(&stats.series_by_label_pair, limit);
  KeepLargest(&stats.values_by_label_name, limit);
  KeepLargest(&stats.bytes_by_label_name, limit);
  return stats;
}

std::vector<store::NamedMetadata> Head::Metadata() const {
  std::vector<store::NamedMetadata> all;
  base::MutexLock lock(state_->commit_mutex);
  for (const auto& [metric, versions] : state_->metadata.metrics()) {
    all.push_back({metric, versions});
  }
  return all;
}

model::LabelSet Head::LabelsOf(store::SeriesRef ref) const {
  base::ReaderLock lock(state_->index_mutex);
  const MemSeries* member = state_->SeriesOf(static_cast<uint64_t>(ref));
  return member != nullptr ? state_->LabelsOf(*member) : model::LabelSet();
}

size_t Head::HeapBytes() const {
  base::ReaderLock lock(state_->index_mutex);
  size_t bytes = state_->index.HeapBytes() + state_->series_by_tag.HeapBytes() +
                 state_->series.HeapBytes() +
                 static_cast<size_t>(std::max<int64_t>(state_->chunk_bytes.load(), 0));
  for (uint32_t slot = 0; slot < state_->slots; ++slot) {
    MemSeries& member = state_->series.at(slot);
    base::SpinLockHolder series_lock(member.lock);
    bytes += member.HeapBytes();
  }
  return bytes;
}

}  // namespace sb::tsdb
