// SPDX-License-Identifier: Apache-2.0
//
// Head keeps the newest samples of every live series in memory until they are old enough to be cut
// into immutable blocks, and in a write-ahead log so that nothing committed is lost.
//
//   SB_ASSIGN_OR_RETURN(auto head, Head::Open(env, options, registry, &report));
//   auto appender = head->NewAppender();          // contract: store/interface/appender.h
//   auto reader = head->NewReader();              // contract: store/interface/querier.h
//
//   SB_ASSIGN_OR_RETURN(HeadCut cut, head->WriteBlocks(time, folder, {}));   // maintenance, by one
//   …publish cut.blocks and cut.next…             // thread (store/tsdb/db)
//   head->Truncate(cut.next);                     // frees what the blocks hold
//   SB_RETURN_IF_ERROR(head->Checkpoint());       // snapshot of the rest; old WAL segments go
//
// Acceptance of a sample at time t, where newest is the newest time of any series:
//   after the series' newest sample                 accepted if t >= newest - past_max and not
//   before
//                                                   the last cut, or within the out-of-order window
//   at it                                           accepted silently if equal, else kAlreadyExists
//   before it                                       accepted if t >= newest - out_of_order_window;
//                                                   else kFailedPrecondition
//   t > now + future_max                            kOutOfRange
//
// Invariants:
//   * within a chunk, times strictly increase, and no chunk crosses a block boundary;
//   * a SeriesRef is never given to another series while the process lives;
//   * memory and WAL agree: replaying snapshot and WAL after any crash yields the last committed
//   state;
//   * a reader sees whole commits only, and the same ones as long as it lives.
//
// Threads: appenders and readers from any thread. Commits are serialised: the order in the log is
// the order in memory. Maintenance never blocks them for longer than one series' work.
// Bytes: docs/format/head-wal-records.md, docs/format/head-snapshot.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/time.h"
#include "model/sample.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/block/block_meta.h"
#include "store/tsdb/block/compactor.h"

namespace sb::tsdb {

struct HeadOptions {
  std::string folder;  // holds wal/ and the snapshots
  base::DurationMs block_range = base::Hours(2);
  // Late samples are common (retries, several senders, clocks apart): five minutes are free of cost
  // and covers them; a longer window costs memory for what arrives late.
  base::DurationMs out_of_order_window = base::Minutes(5);
  base::DurationMs past_max = base::Hours(1);
  base::DurationMs future_max = base::Minutes(10);  // 0: no limit
  uint64_t series_max = 10'000'000;
  size_t labels_max = 256;             // of one series
  size_t label_bytes_max = 64 * 1024;  // of one series, names and values together
  size_t exemplars_max = 100'000;
  uint64_t wal_segment_bytes = 128u << 20;
  base::DurationNs wal_sync_interval{250'000'000};
};

// What Open found.
struct HeadOpenReport {
  uint64_t snapshot_series = 0;
  uint64_t wal_records = 0;
  uint64_t wal_samples = 0;
  uint64_t series = 0;
  uint64_t torn_bytes = 0;       // of a write that the crash interrupted: never acknowledged
  uint64_t damaged_records = 0;  // in the middle of the log: their samples are lost
  uint64_t orphan_samples = 0;   // of series whose record was lost
  std::vector<base::Status> losses;
};

// The last cut: all samples before `time` of commits up to `commit` are in blocks.
struct CutState {
  int64_t time = INT64_MIN;
  uint64_t commit = 0;
};

struct HeadCut {
  CutState next;
  std::vector<BlockMeta> blocks;  // written and durable
};

class HeadReader;
struct HeadState;

class Head {
 public:
  // `cut` is what the owner remembers of the last cut (HeadCut::next).
  static base::Result<std::unique_ptr<Head>> Open(base::Env& env, const HeadOptions& options,
                                                  const CutState& cut, base::Registry& registry,
                                                  HeadOpenReport* report);
  ~Head();

  std::unique_ptr<store::Appender> NewAppender();
  std::unique_ptr<HeadReader> NewReader();

  // Writes the samples before `time` to blocks; in-order samples before it are refused from now on.
  // The head still has them all until Truncate. After a failure the cut can be tried again.
  // A block spans one block range, or one of `merge_ranges` that is over: what the owner would
  // merge at once is written as one.
  base::Result<HeadCut> WriteBlocks(int64_t time, const std::string& blocks_folder,
                                    std::span<const TombstoneRule> tombstones,
                                    std::span<const base::DurationMs> merge_ranges = {});
  // Number of the newest reader that may not know the blocks yet: Truncate after those have closed.
  uint64_t ReaderMark() const;
  bool WaitForReaders(uint64_t mark, base::DurationNs timeout);
  // Frees what the cut wrote, and series that have had no sample for long.
  void Truncate(const CutState& cut);
  // Writes a snapshot of all series and removes the log before it.
  base::Status Checkpoint();
  base::Status SyncWal();
  base::Status SyncWalIfDue();

  // The last cut, as the head goes by it (its commit is lowered if the log was removed).
  CutState cut() const;
  // Of all held samples; false if there is none.
  bool TimeBounds(int64_t* first, int64_t* last) const;
  int64_t newest_time() const;
  uint64_t series_count() const;
  uint64_t chunk_count() const;
  uint64_t wal_bytes() const;
  BlockStats Stats(size_t limit) const;
  std::vector<store::NamedMetadata> Metadata() const;
  // Empty if the ref is not alive.
  model::LabelSet LabelsOf(store::SeriesRef ref) const;
  size_t HeapBytes() const;  // estimate

 private:
  explicit Head(std::unique_ptr<HeadState> state);
  std::unique_ptr<HeadState> state_;
};

}  // namespace sb::tsdb
