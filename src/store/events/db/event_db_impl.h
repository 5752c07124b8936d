// SPDX-License-Identifier: Apache-2.0
//
// The inside of EventDb, for its own .cc files: event_db.cc (start and end), event_db_write.cc,
// event_db_read.cc, event_db_maintain.cc.
//
// Locks, taken in this order: maintenance_mutex_ (one flush, merge, deletion at a time),
// write_mutex_ (one writer at a time; the log and fresh rows agree), state_mutex_ (what a scan
// takes its snapshot of; held for moments).
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "store/events/db/db_scan.h"
#include "store/events/db/event_db.h"
#include "store/events/db/fresh_rows.h"
#include "store/events/db/part_list.h"
#include "store/events/part/part_writer.h"
#include "store/file/wal.h"
#include "store/interface/event_subscriptions.h"

namespace sb::events {

class EventDb::Impl {
 public:
  Impl(base::Env& env, EventDbOptions options, base::Registry& registry);
  ~Impl();

  base::Status Open(base::Registry& registry, OpenReport* report);
  base::Status Close();
  void StartBackground(base::ThreadPool& pool);

  base::Status Write(store::EventBatch batch);
  base::Status Sync() { return wal_->Sync(); }

  base::Result<std::unique_ptr<store::EventScan>> Scan(const store::ReadContext& context,
                                                       store::EventScanOptions options) const;
  std::vector<store::StreamInfo> Streams(store::EventRange range,
                                         const std::vector<model::Matcher>& matchers) const;
  std::vector<store::FieldName> FieldNames(store::EventRange range) const;
  store::EventSubscriptions& subscriptions() { return subscriptions_; }

  base::Status Delete(const store::EventRange& range, const std::vector<model::Matcher>& matchers,
                      const store::EventFilter& filter);
  base::Status Flush();
  base::Status Maintain();
  void SetRetention(base::DurationNs retention, std::vector<RetentionRule> rules,
                    uint64_t retention_bytes);
  EventDbStats Stats() const;

 private:
  // What a scan sees.
  struct Snapshot {
    std::vector<std::shared_ptr<const FreshRows::List>> fresh;
    std::shared_ptr<const PartSet> parts;
  };
  Snapshot TakeSnapshot() const;
  void StopBackground();
  base::Status Replay(OpenReport* report);
  void AddInstruments(base::Registry& registry);

  base::Status WriteLocked(store::EventBatch* batch, std::vector<RowHash>* hashes,
                           std::string record, std::shared_ptr<const store::EventBatch>* stored)
      SB_REQUIRES(write_mutex_);
  bool FindKept(const store::EventBatch& batch, const std::vector<RowHash>& hashes,
                std::vector<uint8_t>* keep) SB_REQUIRES(write_mutex_);
  base::Status WaitForRoom() SB_REQUIRES(write_mutex_);
  void AddFresh(std::shared_ptr<const store::EventBatch> batch, const std::vector<RowHash>& hashes)
      SB_REQUIRES(write_mutex_);
  void FlushSoon();

  base::Status Freeze() SB_REQUIRES(maintenance_mutex_);
  base::Status FlushLocked() SB_REQUIRES(maintenance_mutex_);
  void RemoveUnlisted(uint64_t first) SB_REQUIRES(maintenance_mutex_);
  bool FlushIsDue() const;
  base::Status MaintainLocked() SB_REQUIRES(maintenance_mutex_);
  base::Status MergeAll(bool everything) SB_REQUIRES(maintenance_mutex_);
  base::Status Retire() SB_REQUIRES(maintenance_mutex_);
  int64_t CutoffAfter(base::DurationNs retention) const;
  int64_t CutoffOf(const store::EventStream& stream) const SB_REQUIRES(maintenance_mutex_);
  std::shared_ptr<const DeletedRows> ExpiredRows(const ListedPart& listed, bool* all) const
      SB_REQUIRES(maintenance_mutex_);

  base::Env& env_;
  EventDbOptions options_;
  PartOptions part_options_;
  const uint64_t hash_seed_;
  std::unique_ptr<base::FolderLock> lock_;
  PartList parts_;
  std::unique_ptr<store::Wal> wal_;
  store::EventSubscriptions subscriptions_;

  base::Counter& rows_written_;
  base::Counter& rows_repeated_;
  base::Counter& writes_refused_;
  base::Counter& parts_written_;
  base::Counter& merges_;
  base::Counter& rows_retired_;
  base::Counter& rows_deleted_;
  base::Counter& wal_records_lost_;
  base::Counter& failures_;

  mutable base::Mutex maintenance_mutex_;
  bool closed_ SB_GUARDED_BY(maintenance_mutex_) = false;
  int64_t retire_at_ns_ SB_GUARDED_BY(maintenance_mutex_) = INT64_MIN;  // monotonic
  std::set<uint64_t> damaged_ SB_GUARDED_BY(maintenance_mutex_);        // parts not to be merged
  uint64_t frozen_wal_end_ SB_GUARDED_BY(maintenance_mutex_) = 0;  // first segment after frozen_

  mutable base::Mutex write_mutex_;
  base::CondVar room_;  // with write_mutex_

  mutable base::Mutex state_mutex_;
  std::unique_ptr<FreshRows> fresh_ SB_GUARDED_BY(state_mutex_);
  std::unique_ptr<FreshRows> frozen_
      SB_GUARDED_BY(state_mutex_);  // being written as parts; or null
  std::shared_ptr<const PartSet> set_ SB_GUARDED_BY(state_mutex_);
  int64_t fresh_since_ns_ SB_GUARDED_BY(state_mutex_) = 0;  // monotonic; of the first fresh row

  std::atomic<bool> in_background_{false};
  std::atomic<bool> flush_posted_{false};
  std::unique_ptr<base::ThreadPool> sync_pool_;
  std::unique_ptr<base::TaskRunner> sync_runner_;
  std::unique_ptr<base::TaskRunner> runner_;
  std::vector<base::Registry::Handle> handles_;  // last: callbacks go before what they read
};

}  // namespace sb::events
