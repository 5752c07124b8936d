// SPDX-License-Identifier: Apache-2.0
//
// Start of a head: the newest snapshot, then the log behind it, record by record. Memory: one
// segment is mapped and one record is decoded at a time.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "encoding/hash.h"
#include "store/file/wal.h"
#include "store/file/wal_reader.h"
#include "store/tsdb/head/head_state.h"

namespace sb::tsdb {
namespace {

class Replayer final : public RecordSink {
 public:
  Replayer(HeadState* state, HeadOpenReport* report) : state_(state), report_(report) {}

  void BeginRecord(uint64_t commit, const CutState& cut) {
    context_ = ApplyContext();
    context_.commit = commit;
    context_.block_range_ms = state_->options.block_range.Value();
    context_.boundary = cut.time;
    // What an earlier commit added before the cut is in a block.
    skip_before_ = commit <= cut.commit ? cut.time : kNoTime;
  }
  void EndRecord() { state_->Account(context_); }

  base::Status OnSeries(uint64_t ref, uint32_t label_count, std::string_view bytes) override {
    labels_.clear();
    if (!ReadEncodedLabels(bytes, label_count, &labels_) || labels_.empty()) {
      return base::DataLoss("malformed labels in the head's log, bytes: " +
                            std::to_string(bytes.size()));
    }
    const uint32_t tag = TagTable::TagOf(encoding::Hash64Of(bytes));
    const auto slot = static_cast<uint32_t>(ref);
    base::WriterLock lock(state_->index_mutex);
    if (slot >= state_->slots) {
      state_->series.Extend(slot + size_t{1});
      state_->slots = slot + 1;
    }
    MemSeries& member = state_->series.at(slot);
    MemSeries* const same = state_->FindSeries(tag, labels_);
    if (same == &member && member.ref() == ref) {
      return base::OkStatus();
    }
    if (same != nullptr && same != &member) {
      Bury(same);  // it got a newer ref
    }
    if (member.live) {
      Bury(&member);  // the slot was given to another series
    }
    MemSeries* placed = state_->PlaceSeries(ref, tag, labels_);
    placed->logged = true;
    state_->IndexSeries(placed);
    return base::OkStatus();
  }

  void OnFloat(uint32_t slot, int64_t time, double value) override {
    ++report_->wal_samples;
    if (time < skip_before_) {
      return;
    }
    MemSeries* member = Find(slot);
    if (member == nullptr) {
      return;
    }
    ApplyFloat(member, time, value, &context_);
    state_->RaiseNewestTime(time);
  }

  void OnSample(uint32_t slot, const model::Sample& sample) override {
    ++report_->wal_samples;
    if (sample.time_ms < skip_before_) {
      return;
    }
    if (MemSeries* member = Find(slot)) {
      ApplySample(member, sample, &context_);
      state_->RaiseNewestTime(sample.time_ms);
    }
  }

  void OnExemplar(uint32_t slot, const model::Exemplar& exemplar) override {
    MemSeries* member = Find(slot);
    base::MutexLock lock(state_->commit_mutex);
    if (member != nullptr && state_->exemplars.Check(member->ref(), exemplar).ok()) {
      state_->exemplars.Add(member->ref(), exemplar);
    }
  }

  void OnMetadata(std::string_view metric, const model::MetricMetadata& metadata) override {
    base::MutexLock lock(state_->commit_mutex);
    if (state_->metadata.Changes(metric, metadata)) {
      state_->metadata.Set(metric, metadata);
    }
  }

 private:
  MemSeries* Find(uint32_t slot) {
    MemSeries* member = state_->series.Find(slot);
    if (member == nullptr || !member->live) {
      ++report_->orphan_samples;
      return nullptr;
    }
    return member;
  }

  void Bury(MemSeries* member) SB_REQUIRES(state_->index_mutex) {
    std::vector<bool> dead(state_->slots, false);
    dead[member->slot()] = true;
    state_->index.RemovePostings(member->pairs(), dead);
    state_->index.RemoveFromAll(dead);
    state_->ForgetSeries(member);
    state_->FreeGraves();
    std::erase(state_->free_slots, member->slot());
  }

  HeadState* const state_;
  HeadOpenReport* const report_;
  ApplyContext context_;
  int64_t skip_before_ = kNoTime;
  std::vector<model::Label> labels_;
};

void FindFreeSlots(HeadState* state) {
  base::WriterLock lock(state->index_mutex);
  state->free_slots.clear();
  for (uint32_t slot = state->slots; slot-- > 0;) {
    if (!state->series.at(slot).live) {
      state->free_slots.push_back(slot);
    }
  }
}

CutState CutOf(HeadState* state) {
  base::MutexLock lock(state->commit_mutex);
  return state->cut;
}

// If somebody removed the log, its numbers begin anew: snapshot and cut must not claim them.
base::Status AdoptNewLog(HeadState* state, uint64_t* first_commit) {
  const uint64_t next = state->wal->next_sequence();
  if (next < *first_commit) {
    SB_LOG(kWarn, "the log is gone or older than the snapshot, going on from the snapshot",
           {"snapshot", *first_commit - 1}, {"log", next - 1});
    SB_RETURN_IF_ERROR(RenumberSnapshot(state, *first_commit - 1, next - 1));
    *first_commit = next;
  }
  base::MutexLock lock(state->commit_mutex);
  state->cut.commit = std::min(state->cut.commit, next - 1);
  return base::OkStatus();
}

void ReportLosses(HeadState* state, const store::WalReader& reader, HeadOpenReport* report) {
  for (const store::WalLoss& loss : reader.losses()) {
    if (loss.at_end) {
      report->torn_bytes += loss.bytes_lost;
      continue;
    }
    report->damaged_records += std::max<uint64_t>(loss.records_lost, 1);
    report->losses.push_back(loss.ToStatus());
    SB_LOG(kError, "damage in the write-ahead log", {"error", loss.ToStatus().ToString()});
  }
  state->counters.wal_damaged.Add(report->damaged_records);
  state->counters.wal_orphans.Add(report->orphan_samples);
}

}  // namespace

base::Status RestoreHead(HeadState* state, HeadOpenReport* report) {
  SB_RETURN_IF_ERROR(state->env.files().CreateFolders(state->options.folder));
  uint64_t first_commit = 0;
  SB_RETURN_IF_ERROR(LoadSnapshot(state, &first_commit, report));

  store::Wal::Options options;
  options.segment_bytes = state->options.wal_segment_bytes;
  options.sync_interval = state->options.wal_sync_interval;
  store::Wal::OpenReport wal_report;
  SB_ASSIGN_OR_RETURN(state->wal,
                      store::Wal::Open(state->env, state->WalFolder(), options, &wal_report));
  report->torn_bytes = wal_report.torn_bytes_cut;

  SB_RETURN_IF_ERROR(AdoptNewLog(state, &first_commit));
  const CutState cut = CutOf(state);
  Replayer replayer(state, report);
  store::WalReader reader(state->env.files(), state->WalFolder());
  store::WalRecord record;
  while (reader.Next(&record)) {
    if (record.sequence < first_commit) {
      continue;
    }
    replayer.BeginRecord(record.sequence, cut);
    const base::Status status = ReadRecord(record.bytes, &replayer);
    replayer.EndRecord();
    ++report->wal_records;
    if (!status.ok()) {
      ++report->damaged_records;
      report->losses.push_back(status);
      SB_LOG(kError, "record of the log cannot be read", {"error", status.ToString()});
    }
  }
  ReportLosses(state, reader, report);
  FindFreeSlots(state);
  if (cut.time != kNoTime) {
    state->RaiseNewestTime(cut.time - 1);  // all may be in blocks
  }
  base::MutexLock lock(state->commit_mutex);
  state->last_commit = state->wal->next_sequence() - 1;
  report->series = state->indexed_series.load();
  return base::OkStatus();
}

}  // namespace sb::tsdb
