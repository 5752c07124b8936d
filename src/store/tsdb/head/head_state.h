// SPDX-License-Identifier: Apache-2.0
//
// HeadState: what the parts of the head (appender, reader, replay, cut, snapshot) share. Not for
// use outside of this module.
//
// Locks, in the order in which they are taken: commit_mutex, index_mutex, a series' lock.
//   commit_mutex   one commit at a time; guards the log, the cut, exemplars and metadata
//   index_mutex    exclusive to create or remove series and to add postings; shared to look them up
//   series' lock   its samples
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/mutex.h"
#include "store/file/wal.h"
#include "store/tsdb/head/exemplar_ring.h"
#include "store/tsdb/head/head.h"
#include "store/tsdb/head/head_record.h"
#include "store/tsdb/head/label_index.h"
#include "store/tsdb/head/mem_series.h"
#include "store/tsdb/head/metadata_table.h"
#include "store/tsdb/head/paged_array.h"
#include "store/tsdb/head/sessions.h"
#include "store/tsdb/head/tag_table.h"

namespace sb::tsdb {

// The head's instruments. Every way in which a sample can be refused or lost has one.
struct HeadCounters {
  explicit HeadCounters(base::Registry& registry);
  base::Counter& samples;
  base::Counter& histograms;
  base::Counter& exemplars;
  base::Counter& out_of_order;
  base::Counter& duplicates;
  base::Counter& commits;
  base::Counter& refused_too_old;
  base::Counter& refused_out_of_order;
  base::Counter& refused_conflict;
  base::Counter& refused_future;
  base::Counter& refused_late_conflict;
  base::Counter& refused_series_limit;
  base::Counter& exemplars_refused;
  base::Counter& commit_failures;
  base::Counter& series_created;
  base::Counter& series_removed;
  base::Counter& wal_damaged;
  base::Counter& wal_orphans;
};

struct HeadState {
  HeadState(base::Env& env_in, HeadOptions options_in, base::Registry& registry);

  base::Env& env;
  const HeadOptions options;
  HeadCounters counters;
  Sessions sessions;

  base::Mutex commit_mutex;
  std::unique_ptr<store::Wal> wal;  // null while the log is replayed
  uint64_t last_commit SB_GUARDED_BY(commit_mutex) = 0;
  CutState cut SB_GUARDED_BY(commit_mutex);
  ExemplarRing exemplars SB_GUARDED_BY(commit_mutex);
  MetadataTable metadata SB_GUARDED_BY(commit_mutex);
  RecordWriter record SB_GUARDED_BY(commit_mutex);

  mutable base::SharedMutex index_mutex;
  LabelIndex index;        // guarded by index_mutex
  TagTable series_by_tag;  // guarded by index_mutex
  PagedArray<MemSeries> series;
  uint32_t slots = 0;                // guarded by index_mutex: slots ever used
  std::vector<uint32_t> free_slots;  // guarded by index_mutex
  uint64_t live_series = 0;          // guarded by index_mutex; also those that nobody committed
  std::vector<std::pair<uint64_t, uint32_t>> graveyard;  // session number, slot; guarded likewise

  std::atomic<int64_t> newest_time{kNoTime};
  // Samples before it are kept apart as out of order; at least cut.time (a cut may be under way).
  std::atomic<int64_t> boundary{kNoTime};
  std::atomic<uint64_t> indexed_series{0};
  std::atomic<int64_t> chunk_bytes{0};
  std::atomic<int64_t> chunks{0};
  std::vector<base::Registry::Handle> handles;

  // The series with exactly these labels (sorted, no empty values), or null.
  MemSeries* FindSeries(uint32_t tag, const std::vector<model::Label>& labels)
      SB_REQUIRES_SHARED(index_mutex);
  MemSeries* CreateSeries(uint32_t tag, const std::vector<model::Label>& labels)
      SB_REQUIRES(index_mutex);
  // Puts a series with a known ref (from the log or a snapshot) into its slot.
  MemSeries* PlaceSeries(uint64_t ref, uint32_t tag, const std::vector<model::Label>& labels)
      SB_REQUIRES(index_mutex);
  // Null if the ref is not alive.
  MemSeries* SeriesOf(uint64_t ref);
  // Makes the series visible to queries.
  void IndexSeries(MemSeries* member) SB_REQUIRES(index_mutex);
  // Removes a series from every table; its slot is free once `session` and older ones are closed.
  void ForgetSeries(MemSeries* member) SB_REQUIRES(index_mutex);
  void FreeGraves() SB_REQUIRES(index_mutex);
  void SortPostingsIfNeeded();

  // The caller holds index_mutex (not annotated: it is also called from visitors that run under
  // it).
  model::LabelSet LabelsOf(const MemSeries& member) const;
  ApplyContext NewContext(uint64_t commit);
  // All pairs of a series that is being made must be interned.
  MemSeries* PlaceSeries(uint64_t ref, uint32_t tag, std::vector<uint32_t> pairs)
      SB_REQUIRES(index_mutex);
  void Account(const ApplyContext& context) {
    chunk_bytes.fetch_add(context.chunk_bytes, std::memory_order_relaxed);
    chunks.fetch_add(context.chunks, std::memory_order_relaxed);
  }
  void RaiseNewestTime(int64_t time) {
    if (time > newest_time.load(std::memory_order_relaxed)) {
      newest_time.store(time, std::memory_order_relaxed);
    }
  }
  std::string WalFolder() const;
};

// How an applied sample went in; shared by commits and by replay, so that both do the same.
// What is older than the context's boundary is kept apart from in-order samples.
void ApplySample(MemSeries* member, const model::Sample& sample, ApplyContext* context);
void ApplyFloat(MemSeries* member, int64_t time, double value, ApplyContext* context);
// Of one series, in the order in which they came.
void ApplyFloats(std::span<const PendingFloat> floats, ApplyContext* context);

std::unique_ptr<store::Appender> NewHeadAppender(HeadState* state);
// Reads snapshot and log into an empty head and opens the log.
base::Status RestoreHead(HeadState* state, HeadOpenReport* report);
// Loads the newest whole snapshot; `first_commit` is the first record of the log to replay.
base::Status LoadSnapshot(HeadState* state, uint64_t* first_commit, HeadOpenReport* report);
base::Status WriteSnapshot(HeadState* state);
// The snapshot of commit `from` stands for the state at commit `to` from now on.
base::Status RenumberSnapshot(HeadState* state, uint64_t from, uint64_t to);

}  // namespace sb::tsdb
