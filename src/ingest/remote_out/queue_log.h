// SPDX-License-Identifier: Apache-2.0
//
// QueueLog is the buffer between the store and the receivers of remote write: a write-ahead log
// (store/file/wal.h) of everything that was committed, from which each destination reads at its own
// pace (queue_reader.h) and which is removed behind the slowest of them.
//
//   SB_ASSIGN_OR_RETURN(auto log, QueueLog::Open(env, options, losses));
//   log->Append(batch);                                     // before the store's own commit
//   auto consumer = log->AddConsumer(position);             // keeps what comes after its position
//   log->SyncIfDue(); log->RemoveConsumed();                // on timers
//
// Records are those of the head's log (store/tsdb/head/head_record.h). Every segment defines the
// series that its samples name, so that it can be read alone; a segment ends when its samples are
// 16 MiB and four times as large as its definitions.
//
// Bound: `bytes_max` on disk. Above it the oldest segment goes; what a consumer had not sent of it
// is counted (LossReason::kRemoteQueueFull). A record that cannot be written is counted
// (kRemoteQueueFailed) and never fails the store's commit.
//
// Threads: safe for concurrent use; appends are serialised.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"
#include "ingest/pipeline/loss.h"
#include "model/sample.h"
#include "store/file/wal.h"
#include "store/interface/appender.h"
#include "store/tsdb/head/head_record.h"

namespace sb::remote_out {

// What comes next: the record with this sequence number, in this segment or a later one.
struct QueuePosition {
  uint64_t segment = 0;
  uint64_t sequence = 0;
  friend bool operator==(const QueuePosition&, const QueuePosition&) = default;
};

// One commit's samples.
struct QueueBatch {
  std::vector<std::pair<store::SeriesRef, model::Sample>> samples;
  std::vector<std::pair<store::SeriesRef, model::Exemplar>> exemplars;
  bool empty() const { return samples.empty() && exemplars.empty(); }
  void Clear() {
    samples.clear();
    exemplars.clear();
  }
};

class QueueLog {
 public:
  struct Options {
    std::string folder;
    uint64_t bytes_max = uint64_t{8} << 30;
    uint64_t segment_sample_bytes = 16u << 20;
    base::DurationNs sync_interval{250'000'000};
    // The labels of a series of the store; empty if it is gone.
    std::function<model::LabelSet(store::SeriesRef)> labels_of;
  };
  // Where a destination is; everything from there on is kept.
  class Consumer {
   public:
    explicit Consumer(QueuePosition at) : segment_(at.segment), sequence_(at.sequence) {}
    void Acknowledge(QueuePosition at) {
      sequence_.store(at.sequence);
      segment_.store(at.segment);
    }
    uint64_t segment() const { return segment_.load(); }
    uint64_t sequence() const { return sequence_.load(); }

   private:
    std::atomic<uint64_t> segment_;
    std::atomic<uint64_t> sequence_;
  };

  static base::Result<std::unique_ptr<QueueLog>> Open(base::Env& env, Options options,
                                                      ingest::LossCounters& losses);

  void Append(const QueueBatch& batch) SB_EXCLUDES(mutex_);
  // The end of the log: what is appended from now on.
  QueuePosition End() const SB_EXCLUDES(mutex_);
  // Records with smaller numbers are in the files.
  uint64_t next_sequence() const { return wal_->next_sequence(); }
  uint64_t current_segment() const { return wal_->current_segment(); }
  uint64_t total_bytes() const { return wal_->total_bytes(); }
  int64_t newest_time_ms() const { return newest_time_ms_.load(std::memory_order_relaxed); }

  std::shared_ptr<Consumer> AddConsumer(QueuePosition at) SB_EXCLUDES(mutex_);
  base::Status SyncIfDue() { return wal_->SyncIfDue(); }
  base::Status Sync() { return wal_->Sync(); }
  // Removes segments that every consumer is past, and the oldest ones above the limit.
  base::Status RemoveConsumed() SB_EXCLUDES(mutex_);

  base::FileSystem& files() const { return env_.files(); }
  const std::string& folder() const { return options_.folder; }

 private:
  QueueLog(base::Env& env, Options options, ingest::LossCounters& losses)
      : env_(env), options_(std::move(options)), losses_(losses) {}
  base::Status Write(const QueueBatch& batch) SB_REQUIRES(mutex_);
  base::Status BeginSegmentIfFull() SB_REQUIRES(mutex_);
  bool SlotOf(store::SeriesRef ref, uint32_t* slot) SB_REQUIRES(mutex_);
  std::vector<std::shared_ptr<Consumer>> Consumers() SB_REQUIRES(mutex_);
  base::Status DropOldest(uint64_t segment, const std::vector<std::shared_ptr<Consumer>>& behind);

  base::Env& env_;
  const Options options_;
  ingest::LossCounters& losses_;
  std::unique_ptr<store::Wal> wal_;
  std::atomic<int64_t> newest_time_ms_{0};

  mutable base::Mutex mutex_;
  tsdb::RecordWriter record_ SB_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, uint32_t> slots_ SB_GUARDED_BY(mutex_);  // of this segment, by ref
  uint64_t definition_bytes_ SB_GUARDED_BY(mutex_) = 0;                 // about, of this segment
  uint64_t sample_bytes_ SB_GUARDED_BY(mutex_) = 0;
  bool cut_wanted_ SB_GUARDED_BY(mutex_) = true;
  std::vector<std::weak_ptr<Consumer>> consumers_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::remote_out
