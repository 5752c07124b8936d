// SPDX-License-Identifier: Apache-2.0
//
// The inside of Db, for its own .cc files: db.cc (start, end, questions, deletion) and
// db_maintain.cc (cuts, compaction, retention).
//
// maintenance_mutex_ is held during whole passes; rules_mutex_ for moments, inside of it or alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/task_runner.h"
#include "store/tsdb/block/compactor.h"
#include "store/tsdb/db/block_list.h"
#include "store/tsdb/db/db.h"

namespace sb::tsdb {

// The start of the window of this width that holds `time`.
inline int64_t FloorTo(int64_t time, int64_t width) {
  const int64_t remainder = time % width;
  return time - (remainder < 0 ? remainder + width : remainder);
}

class Db::Impl {
 public:
  Impl(base::Env& env, DbOptions options, base::Registry& registry);
  ~Impl() { StopBackground(); }

  base::Status Open(base::Registry& registry, OpenReport* report);
  void StartBackground(base::ThreadPool& pool);
  base::Status Close();

  base::Status Maintain();
  base::Status Flush() {
    base::MutexLock lock(maintenance_mutex_);
    return FlushLocked();
  }
  void SetRetentionRules(std::vector<RetentionRule> rules);
  void SetDownsampleRules(std::vector<DownsampleRule> rules);

  std::string blocks_folder() const { return blocks_.blocks_folder(); }
  base::Status AddBlocks(std::span<const BlockMeta> blocks) {
    base::MutexLock lock(maintenance_mutex_);
    return blocks_.Change(blocks, {}, blocks_.cut());
  }
  base::Result<std::string> Snapshot(SnapshotScope scope);
  base::Status AddHistory(std::span<const HistorySeries> series);
  base::Status DeleteSeries(std::vector<model::Matcher> matchers, base::TimeRange range);
  base::Status CleanTombstones();
  DbStats Stats(size_t limit) const;
  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range);

  int64_t NewestTime() const;

  Head& head() { return *head_; }
  const Head& head() const { return *head_; }

 private:
  void StopBackground();
  base::Status MaintainLocked() SB_REQUIRES(maintenance_mutex_);
  base::Status CutIfDue() SB_REQUIRES(maintenance_mutex_);
  base::Status Cut(int64_t time, base::DurationNs readers_wait) SB_REQUIRES(maintenance_mutex_);
  base::Status FinishCut(base::DurationNs readers_wait) SB_REQUIRES(maintenance_mutex_);
  base::Status FlushLocked() SB_REQUIRES(maintenance_mutex_);
  base::Status CompactAll() SB_REQUIRES(maintenance_mutex_);
  base::Status CompactThese(const CompactionRequest& request) SB_REQUIRES(maintenance_mutex_);
  base::Status Retire() SB_REQUIRES(maintenance_mutex_);
  base::Status ApplyRules() SB_REQUIRES(maintenance_mutex_);
  std::shared_ptr<const RetentionRules> Rules() const;
  std::shared_ptr<const DownsampleRules> Downsampling() const;
  std::vector<base::DurationMs> CompactionRanges() const;
  uint64_t BlockBytes() const;

  base::Env& env_;
  DbOptions options_;
  std::unique_ptr<base::FolderLock> lock_;
  BlockList blocks_;
  std::unique_ptr<Head> head_;
  base::Counter& cuts_;
  base::Counter& compactions_;
  base::Counter& compaction_losses_;
  base::Counter& thinned_;
  base::Counter& retired_;
  base::Counter& failures_;
  base::Histogram& pass_seconds_;

  mutable base::Mutex rules_mutex_;
  std::shared_ptr<const RetentionRules> rules_ SB_GUARDED_BY(rules_mutex_);
  std::shared_ptr<const DownsampleRules> downsampling_ SB_GUARDED_BY(rules_mutex_);

  base::Mutex maintenance_mutex_;
  bool closed_ SB_GUARDED_BY(maintenance_mutex_) = false;
  // A cut whose blocks are published while the head still holds the samples, because of old
  // readers.
  bool cut_pending_ SB_GUARDED_BY(maintenance_mutex_) = false;
  uint64_t cut_mark_ SB_GUARDED_BY(maintenance_mutex_) = 0;
  int64_t cut_looked_at_ SB_GUARDED_BY(maintenance_mutex_) = INT64_MIN;

  std::unique_ptr<base::ThreadPool> sync_pool_;
  std::unique_ptr<base::TaskRunner> sync_runner_;
  std::unique_ptr<base::TaskRunner> runner_;
  std::vector<base::Registry::Handle> handles_;  // last: callbacks go before what they read
};

}  // namespace sb::tsdb
