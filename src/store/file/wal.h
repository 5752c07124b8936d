// SPDX-License-Identifier: Apache-2.0
//
// Wal is a segmented write-ahead log of opaque records, used by every store of the room.
//
//   Wal::OpenReport report;
//   SB_ASSIGN_OR_RETURN(auto wal, Wal::Open(env, folder, Wal::Options(), &report));
//   WalReader reader(env.files(), folder, first_wanted_segment);        // replay (wal_reader.h)
//   while (reader.Next(&record)) Apply(record);
//   …
//   SB_RETURN_IF_ERROR(wal->Append(record));     // in the page cache: survives kill -9
//   wal->SyncIfDue();                            // on a timer: survives power loss after at most
//                                                // Options::sync_interval
//   uint64_t next = *wal->CutSegment();          // for a checkpoint: records from now on go to
//   `next` wal->RemoveSegmentsBefore(next);             // once what they held is safe elsewhere
//
// Append returns after write(2). Sync makes everything appended before the call durable; it runs
// beside appends, so that a slow disk does not hold up writers. Each record is framed with its
// length, a sequence number that counts records for ever, and CRC-32C (docs/format/wal.md).
//
// Failures: kResourceExhausted (disk full): the record is not in the log, a torn part of it has
// been or will be truncated away before the next record is written, and the log works again when
// space returns. Any other write error likewise. A failed Sync poisons the log: every later call
// returns the error, because the kernel may have dropped the dirty pages; the owner ends the
// process.
//
// A torn end (crash in the middle of a write) is cut off at Open and reported. Damage elsewhere is
// left in place, reported by WalReader, and costs the damaged records only.
//
// Threads: safe for concurrent use; Append calls are serialised.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"

namespace sb::store {

class Wal {
 public:
  struct Options {
    uint64_t segment_bytes = 128u << 20;    // a new segment is begun when this is reached
    uint64_t record_bytes_max = 64u << 20;  // a longer record is refused (kInvalidArgument)
    base::DurationNs sync_interval{250'000'000};
  };

  struct OpenReport {
    uint64_t first_segment = 0;
    uint64_t last_segment = 0;
    uint64_t bytes = 0;           // of all segments, after the cut
    uint64_t torn_bytes_cut = 0;  // of the last segment's end
    std::string torn_segment;     // its path, empty if nothing was cut
  };

  // Creates the folder if needed and continues the last segment after its last whole record.
  static base::Result<std::unique_ptr<Wal>> Open(base::Env& env, std::string folder,
                                                 const Options& options, OpenReport* report);
  ~Wal();
  Wal(const Wal&) = delete;
  Wal& operator=(const Wal&) = delete;

  // Appends one record. What stands in one record is replayed whole or not at all.
  base::Status Append(std::string_view record);

  base::Status Sync();
  // Syncs if the oldest unsynced record is older than the sync interval. Call it several times per
  // interval.
  base::Status SyncIfDue();
  bool HasUnsynced() const;

  // Begins a new segment (the old one is synced first) and returns its number: every record
  // appended before the call is in an older segment, every later one in this or a newer one.
  base::Result<uint64_t> CutSegment();
  // Removes whole segments older than `segment`. The current one is always kept.
  base::Status RemoveSegmentsBefore(uint64_t segment);

  uint64_t current_segment() const;
  uint64_t total_bytes() const;  // of all segments on disk
  uint64_t next_sequence() const;

 private:
  struct Segment;
  Wal(base::Env& env, std::string folder, const Options& options);
  base::Status ContinueLastSegment(OpenReport* report);
  base::Status BeginSegment(uint64_t number, uint64_t first_sequence) SB_REQUIRES(mutex_);
  base::Status RepairTail() SB_REQUIRES(mutex_);
  base::Status ReopenSegment(uint64_t number, const std::vector<uint64_t>& segments,
                             OpenReport* report) SB_REQUIRES(mutex_);
  uint64_t LastSequenceBefore(uint64_t number, const std::vector<uint64_t>& segments);
  base::Status SyncSegment() SB_REQUIRES(sync_mutex_) SB_EXCLUDES(mutex_);
  enum class CutWhen : uint8_t { kAlways, kFull };
  base::Result<uint64_t> Cut(CutWhen when) SB_EXCLUDES(sync_mutex_, mutex_);

  base::Env& env_;
  const std::string folder_;
  const Options options_;

  base::Mutex sync_mutex_;  // one fsync at a time; taken before mutex_
  mutable base::Mutex mutex_;
  std::shared_ptr<Segment> segment_ SB_GUARDED_BY(mutex_);
  uint64_t next_sequence_ SB_GUARDED_BY(mutex_) = 1;
  uint64_t older_bytes_ SB_GUARDED_BY(mutex_) = 0;  // of the segments before the current one
  uint64_t first_segment_ SB_GUARDED_BY(mutex_) = 0;
  int64_t oldest_unsynced_ns_ SB_GUARDED_BY(mutex_) = 0;  // monotonic; 0: all synced
  base::Status poisoned_ SB_GUARDED_BY(mutex_);
  std::string frame_ SB_GUARDED_BY(mutex_);  // reused buffer
};

}  // namespace sb::store
