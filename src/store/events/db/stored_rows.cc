// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/stored_rows.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/log.h"

namespace sb::events {
namespace {

struct TimeSpan {
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  bool Overlaps(int64_t other_first, int64_t other_last) const {
    return first <= other_last && other_first <= last;
  }
};

// Times of a batch by stream.
class BatchTimes {
 public:
  explicit BatchTimes(const store::EventBatch& batch) : batch_(batch) {
    spans_.resize(batch.streams().size());
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const int64_t time = batch.times()[row];
      TimeSpan& span = spans_[batch.stream_indexes()[row]];
      span.first = std::min(span.first, time);
      span.last = std::max(span.last, time);
      all_.first = std::min(all_.first, time);
      all_.last = std::max(all_.last, time);
    }
    for (uint32_t s = 0; s < batch.streams().size(); ++s) {
      by_hash_.emplace(batch.streams()[s].Hash(), s);
    }
  }

  const TimeSpan& all() const { return all_; }
  // The stream's span in the batch; null if the batch has no such stream.
  const TimeSpan* Find(const store::EventStream& stream) const {
    const auto [begin, end] = by_hash_.equal_range(stream.Hash());
    for (auto it = begin; it != end; ++it) {
      if (batch_.streams()[it->second] == stream) {
        return &spans_[it->second];
      }
    }
    return nullptr;
  }
  const std::unordered_set<int64_t>& times() {
    if (times_.empty()) {
      times_.insert(batch_.times().begin(), batch_.times().end());
    }
    return times_;
  }

 private:
  const store::EventBatch& batch_;
  TimeSpan all_;
  std::vector<TimeSpan> spans_;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  std::unordered_set<int64_t> times_;
};

// Hashes of rows of the group that may be rows of the batch.
base::Status CollectHashes(const ListedPart& listed, size_t number, BatchTimes& batch,
                           uint64_t seed, RowHashSet* found) {
  const RowGroup& group = listed.part->directory().groups[number];
  std::vector<const TimeSpan*> spans(group.streams.size(), nullptr);
  bool any = false;
  for (size_t s = 0; s < group.streams.size(); ++s) {
    const GroupStream& stream = group.streams[s];
    const TimeSpan* span = batch.Find(listed.part->directory().streams[stream.stream]);
    if (span != nullptr && span->Overlaps(stream.first_ns, stream.last_ns)) {
      spans[s] = span;
      any = true;
    }
  }
  if (!any) {
    return base::OkStatus();
  }
  const std::shared_ptr<const RowSet> rows = listed.part->OpenGroup(number);
  std::vector<int64_t> times;
  std::vector<uint32_t> streams;
  SB_RETURN_IF_ERROR(rows->ReadTimes(&times));
  SB_RETURN_IF_ERROR(rows->ReadStreams(&streams));
  const Bitmap* deleted = listed.deleted == nullptr ? nullptr : listed.deleted->OfGroup(number);
  std::vector<uint32_t> candidates;
  for (uint32_t row = 0; row < times.size(); ++row) {
    const TimeSpan* span = spans[streams[row]];
    if (span != nullptr && span->Overlaps(times[row], times[row]) &&
        batch.times().contains(times[row]) && (deleted == nullptr || !deleted->Test(row))) {
      candidates.push_back(row);
    }
  }
  if (candidates.empty()) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::vector<RowHash> hashes, HashRows(*rows, candidates, seed));
  for (const RowHash& hash : hashes) {
    found->Insert(hash);
  }
  return base::OkStatus();
}

}  // namespace

void DropStoredRows(const PartSet& parts, const store::EventBatch& batch,
                    std::span<const RowHash> hashes, uint64_t seed, std::vector<uint8_t>* keep) {
  BatchTimes times(batch);
  RowHashSet found;
  for (const ListedPart& listed : parts.parts) {
    if (!times.all().Overlaps(listed.part->first_ns(), listed.part->last_ns())) {
      continue;
    }
    for (size_t g = 0; g < listed.part->group_count(); ++g) {
      const RowGroup& group = listed.part->directory().groups[g];
      if (!times.all().Overlaps(group.first_ns, group.last_ns)) {
        continue;
      }
      const base::Status status = CollectHashes(listed, g, times, seed, &found);
      if (!status.ok()) {
        SB_LOG_EVERY(60, kWarn, "rows cannot be compared with a damaged part",
                     {"error", status.ToString()});
      }
    }
  }
  for (size_t row = 0; row < hashes.size(); ++row) {
    if (found.Contains(hashes[row])) {
      (*keep)[row] = 0;
    }
  }
}

}  // namespace sb::events
