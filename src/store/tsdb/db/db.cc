// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/db.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "store/tsdb/block/compactor.h"
#include "store/tsdb/db/block_list.h"
#include "store/tsdb/db/db_querier.h"

namespace sb::tsdb {
namespace {

// A cut frees memory only when the queriers that began before it are done; how long one pass waits.
constexpr base::DurationNs kReadersWait{2'000'000'000};
constexpr base::DurationNs kFlushReadersWait{60'000'000'000};
// Syncs are asked for this often per sync interval, so that no commit waits much longer than it.
constexpr int64_t kSyncChecksPerInterval = 4;

int64_t FloorTo(int64_t time, int64_t range) {
  const int64_t remainder = time % range;
  return time - (remainder < 0 ? remainder + range : remainder);
}

}  // namespace

class Db::Impl {
 public:
  Impl(base::Env& env, DbOptions options, base::Registry& registry)
      : env_(env),
        options_(std::move(options)),
        rules_(options_.retention_rules, options_.retention),
        blocks_(env, options_.folder, registry),
        cuts_(registry.AddCounter("signalbox_tsdb_blocks_cut_total", "Blocks cut from the head.")),
        compactions_(registry.AddCounter("signalbox_tsdb_compactions_total",
                                         "Compactions that replaced blocks.")),
        compaction_losses_(
            registry.AddCounter("signalbox_tsdb_compaction_damaged_chunks_total",
                                "Damaged chunks met by compactions; their samples are lost.")),
        retired_(registry.AddCounter("signalbox_tsdb_blocks_retired_total",
                                     "Blocks deleted because of retention by time or size.")),
        failures_(registry.AddCounter("signalbox_tsdb_maintenance_failures_total",
                                      "Passes of cut, compaction or checkpoint that failed.")),
        pass_seconds_(registry.AddHistogram("signalbox_tsdb_maintenance_seconds",
                                            "Duration of maintenance passes.",
                                            base::ExponentialBounds(0.001, 4, 10))) {}

  base::Status Open(base::Registry& registry, OpenReport* report) {
    SB_RETURN_IF_ERROR(env_.files().CreateFolders(options_.folder));
    SB_ASSIGN_OR_RETURN(lock_, env_.files().Lock(options_.folder));
    BlockList::LoadReport load;
    SB_RETURN_IF_ERROR(blocks_.Load(&load));
    report->quarantined = std::move(load.quarantined);
    report->manifest_lost = load.manifest_lost;
    report->blocks = blocks_.Current()->blocks.size();
    options_.head.folder = base::JoinPath(options_.folder, "head");
    SB_ASSIGN_OR_RETURN(head_,
                        Head::Open(env_, options_.head, blocks_.cut(), registry, &report->head));
    if (head_->cut().commit != blocks_.cut().commit) {
      SB_RETURN_IF_ERROR(blocks_.Change({}, {}, head_->cut()));
    }
    handles_.push_back(registry.AddCallback(
        base::InstrumentKind::kGauge, "signalbox_tsdb_blocks", "Blocks on disk.", {},
        [this] { return static_cast<double>(blocks_.Current()->blocks.size()); }));
    handles_.push_back(registry.AddCallback(
        base::InstrumentKind::kGauge, "signalbox_tsdb_block_bytes", "Bytes of the blocks.", {},
        [this] { return static_cast<double>(BlockBytes()); }));
    handles_.push_back(registry.AddCallback(
        base::InstrumentKind::kGauge, "signalbox_tsdb_wal_bytes", "Bytes of the log.", {},
        [this] { return static_cast<double>(head_->wal_bytes()); }));
    return base::OkStatus();
  }

  ~Impl() { StopBackground(); }

  void StartBackground(base::ThreadPool& pool) {
    // Durability within the sync interval must not queue behind a compaction: it has its own
    // thread.
    sync_pool_ = std::make_unique<base::ThreadPool>(
        base::ThreadPool::Options{.name = "tsdb-sync", .threads = 1, .queue_max = 16});
    sync_runner_ = std::make_unique<base::TaskRunner>(*sync_pool_);
    sync_runner_->PostEvery(options_.head.wal_sync_interval / kSyncChecksPerInterval, [this] {
      const base::Status status = head_->SyncWalIfDue();
      if (!status.ok()) {
        // What was acknowledged may not be on the disk: only a restart can tell what is.
        base::CheckFailed("the write-ahead log can be synced", __FILE__, __LINE__,
                          status.ToString());
      }
    });
    runner_ = std::make_unique<base::TaskRunner>(pool);
    runner_->PostEvery(options_.maintenance_interval, [this] {
      const base::Status status = Maintain();
      if (!status.ok()) {
        SB_LOG_EVERY(60, kError, "maintenance of the metrics store failed, it will be tried again",
                     {"error", status.ToString()});
      }
    });
  }

  void StopBackground() {
    runner_.reset();
    sync_runner_.reset();
    sync_pool_.reset();
  }

  base::Status Close() {
    StopBackground();
    base::MutexLock lock(maintenance_mutex_);
    if (closed_) {
      return base::OkStatus();
    }
    closed_ = true;
    return head_->Checkpoint();
  }

  base::Status Maintain() {
    const int64_t start = env_.clock().MonotonicNs();
    base::MutexLock lock(maintenance_mutex_);
    base::Status status = MaintainLocked();
    if (!status.ok()) {
      failures_.Add();
    }
    pass_seconds_.Observe(static_cast<double>(env_.clock().MonotonicNs() - start) / 1e9);
    return status;
  }

  base::Status Flush() {
    base::MutexLock lock(maintenance_mutex_);
    return FlushLocked();
  }

  std::string blocks_folder() const { return blocks_.blocks_folder(); }
  base::Status AddBlocks(std::span<const BlockMeta> blocks) {
    base::MutexLock lock(maintenance_mutex_);
    return blocks_.Change(blocks, {}, blocks_.cut());
  }
  base::Result<std::string> Snapshot();
  base::Status AddHistory(std::span<const HistorySeries> series);
  base::Status DeleteSeries(std::vector<model::Matcher> matchers, base::TimeRange range);
  base::Status CleanTombstones();
  DbStats Stats(size_t limit) const;

  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) {
    std::unique_ptr<HeadReader> reader = head_->NewReader();  // before the list: see DbQuerier
    return std::unique_ptr<store::Querier>(
        std::make_unique<DbQuerier>(range, std::move(reader), blocks_.Current(), rules_,
                                    rules_.empty() ? INT64_MIN : head_->newest_time()));
  }

  Head& head() { return *head_; }
  const Head& head() const { return *head_; }

 private:
  base::Status MaintainLocked() SB_REQUIRES(maintenance_mutex_);
  base::Status CutIfDue() SB_REQUIRES(maintenance_mutex_);
  base::Status Cut(int64_t time, base::DurationNs readers_wait) SB_REQUIRES(maintenance_mutex_);
  base::Status FinishCut(base::DurationNs readers_wait) SB_REQUIRES(maintenance_mutex_);
  base::Status FlushLocked() SB_REQUIRES(maintenance_mutex_);
  base::Status CompactAll() SB_REQUIRES(maintenance_mutex_);
  base::Status CompactThese(const CompactionRequest& request) SB_REQUIRES(maintenance_mutex_);
  base::Status Retire() SB_REQUIRES(maintenance_mutex_);
  base::Status ApplyRules() SB_REQUIRES(maintenance_mutex_);
  std::vector<base::DurationMs> CompactionRanges() const;
  uint64_t BlockBytes() const;

  base::Env& env_;
  DbOptions options_;
  const RetentionRules rules_;
  std::unique_ptr<base::FolderLock> lock_;
  BlockList blocks_;
  std::unique_ptr<Head> head_;
  base::Counter& cuts_;
  base::Counter& compactions_;
  base::Counter& compaction_losses_;
  base::Counter& retired_;
  base::Counter& failures_;
  base::Histogram& pass_seconds_;

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

base::Status Db::Impl::MaintainLocked() {
  SB_RETURN_IF_ERROR(FinishCut(kReadersWait));
  SB_RETURN_IF_ERROR(CutIfDue());
  SB_RETURN_IF_ERROR(CompactAll());
  SB_RETURN_IF_ERROR(Retire());
  SB_RETURN_IF_ERROR(ApplyRules());
  if (!cut_pending_ && head_->wal_bytes() >= options_.checkpoint_wal_bytes) {
    return head_->Checkpoint();
  }
  return base::OkStatus();
}

// A block range is cut when the newest sample is half a range past its end: late samples of the
// window that the head accepts in order (past_max) are then in.
base::Status Db::Impl::CutIfDue() {
  const int64_t newest = head_->newest_time();
  if (cut_pending_ || newest == INT64_MIN) {
    return base::OkStatus();
  }
  const int64_t range = options_.head.block_range.Value();
  const int64_t time = FloorTo(newest - range / 2, range);
  if (time <= std::max(cut_looked_at_, blocks_.cut().time)) {
    return base::OkStatus();
  }
  cut_looked_at_ = time;
  int64_t first = 0;
  int64_t last = 0;
  if (!head_->TimeBounds(&first, &last) || first >= time) {
    return base::OkStatus();
  }
  const base::Status status = Cut(time, kReadersWait);
  if (!status.ok()) {
    cut_looked_at_ = INT64_MIN;
  }
  return status;
}

base::Status Db::Impl::Cut(int64_t time, base::DurationNs readers_wait) {
  SB_ASSIGN_OR_RETURN(const HeadCut cut, head_->WriteBlocks(time, blocks_.blocks_folder(),
                                                            blocks_.Current()->tombstones));
  SB_RETURN_IF_ERROR(blocks_.Change(cut.blocks, {}, cut.next));
  cuts_.Add(cut.blocks.size());
  cut_pending_ = true;
  cut_mark_ = head_->ReaderMark();
  return FinishCut(readers_wait);
}

base::Status Db::Impl::FinishCut(base::DurationNs readers_wait) {
  if (!cut_pending_ || !head_->WaitForReaders(cut_mark_, readers_wait)) {
    return base::OkStatus();
  }
  head_->Truncate(blocks_.cut());
  cut_pending_ = false;
  return head_->Checkpoint();
}

base::Status Db::Impl::FlushLocked() {
  SB_RETURN_IF_ERROR(FinishCut(kFlushReadersWait));
  const int64_t newest = head_->newest_time();
  if (newest != INT64_MIN) {
    SB_RETURN_IF_ERROR(Cut(newest + 1, kFlushReadersWait));
  }
  return CompactAll();
}

std::vector<base::DurationMs> Db::Impl::CompactionRanges() const {
  std::vector<base::DurationMs> ranges;
  for (const base::DurationMs range : options_.compaction_ranges) {
    // A block spans at most a tenth of the retention, so that deletion by time stays exact enough.
    const bool fits = options_.retention.Value() == 0 ||
                      range.Value() <= std::max(options_.retention.Value() / 10,
                                                options_.head.block_range.Value());
    if (fits) {
      ranges.push_back(range);
    }
  }
  return ranges;
}

base::Status Db::Impl::CompactAll() {
  const std::vector<base::DurationMs> ranges = CompactionRanges();
  while (true) {
    const std::shared_ptr<const BlockSet> set = blocks_.Current();
    std::vector<BlockMeta> metas;
    for (const auto& block : set->blocks) {
      metas.push_back(block->meta());
    }
    const std::vector<size_t> chosen = PlanCompaction(metas, ranges);
    if (chosen.empty()) {
      return base::OkStatus();
    }
    CompactionRequest request;
    for (const size_t i : chosen) {
      request.blocks.push_back(set->blocks[i]);
    }
    // Of two values for one time the block that was written later has the newer one.
    std::sort(request.blocks.begin(), request.blocks.end(),
              [](const auto& a, const auto& b) { return a->meta().id < b->meta().id; });
    request.tombstones = set->tombstones;
    SB_RETURN_IF_ERROR(CompactThese(request));
  }
}

base::Status Db::Impl::CompactThese(const CompactionRequest& request) {
  SB_ASSIGN_OR_RETURN(const CompactionResult result,
                      CompactBlocks(env_, blocks_.blocks_folder(), request));
  compaction_losses_.Add(result.loss_count);
  for (const base::Status& loss : result.losses) {
    SB_LOG(kError, "samples lost to damage in a block", {"error", loss.ToString()});
  }
  std::vector<std::string> removed;
  for (const auto& block : request.blocks) {
    removed.push_back(block->meta().id);
  }
  std::vector<BlockMeta> added;
  if (!result.empty) {
    added.push_back(result.meta);
  }
  compactions_.Add();
  return blocks_.Change(added, removed, blocks_.cut());
}

uint64_t Db::Impl::BlockBytes() const {
  uint64_t bytes = 0;
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    bytes += block->meta().bytes();
  }
  return bytes;
}

base::Status Db::Impl::Retire() {
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  std::vector<std::string> removed;
  uint64_t bytes = BlockBytes();
  const int64_t newest = head_->newest_time();
  const base::DurationMs retention = rules_.empty() ? options_.retention : rules_.Longest();
  for (const auto& block : set->blocks) {
    const bool too_old = retention.Value() > 0 && newest != INT64_MIN &&
                         block->meta().range.end.Value() < newest - retention.Value();
    const bool too_much = options_.retention_bytes > 0 && bytes > options_.retention_bytes;
    if (too_old || too_much) {
      removed.push_back(block->meta().id);
      bytes -= block->meta().bytes();
      SB_LOG(kInfo, "block retired", {"block", block->meta().id},
             {"reason", too_old ? "age" : "size"});
    }
  }
  if (removed.empty()) {
    return base::OkStatus();
  }
  retired_.Add(removed.size());
  return blocks_.Change({}, removed, blocks_.cut());
}

// Writes blocks again of which a rule has expired for all samples.
base::Status Db::Impl::ApplyRules() {
  const int64_t newest = head_->newest_time();
  if (rules_.empty() || newest == INT64_MIN) {
    return base::OkStatus();
  }
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    const BlockMeta& meta = block->meta();
    const std::string note = rules_.NoteFor(meta.range.end.Value(), newest);
    if (note.empty() || std::find(meta.notes.begin(), meta.notes.end(), note) != meta.notes.end()) {
      continue;
    }
    CompactionRequest request;
    request.blocks = {block};
    request.tombstones = set->tombstones;
    request.writer.notes = {note};
    request.oldest_kept = [&](const model::LabelSet& labels) {
      return rules_.OldestKept(labels, newest);
    };
    SB_RETURN_IF_ERROR(CompactThese(request));
    SB_LOG(kInfo, "block written again without expired samples", {"block", meta.id});
  }
  return base::OkStatus();
}

base::Result<std::string> Db::Impl::Snapshot() {
  base::MutexLock lock(maintenance_mutex_);
  SB_RETURN_IF_ERROR(FlushLocked());
  base::FileSystem& files = env_.files();
  const std::string name = NewBlockId(env_);
  const std::string target = base::JoinPath(base::JoinPath(options_.folder, "snapshots"), name);
  const std::string target_blocks = base::JoinPath(target, "blocks");
  SB_RETURN_IF_ERROR(files.CreateFolders(target_blocks));
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    const std::string from = block->folder();
    const std::string to = base::JoinPath(target_blocks, block->meta().id);
    SB_RETURN_IF_ERROR(files.CreateFolders(to));
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(from));
    for (const std::string& file : names) {
      SB_RETURN_IF_ERROR(files.Link(base::JoinPath(from, file), base::JoinPath(to, file)));
    }
    SB_RETURN_IF_ERROR(files.SyncFolder(to));
  }
  SB_RETURN_IF_ERROR(files.SyncFolder(target_blocks));
  return name;
}

base::Status Db::Impl::AddHistory(std::span<const HistorySeries> series) {
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  for (const HistorySeries& one : series) {
    if (!one.columns->empty()) {
      first = std::min(first, one.columns->times.front());
      last = std::max(last, one.columns->times.back());
    }
  }
  if (first > last) {
    return base::OkStatus();
  }
  base::MutexLock lock(maintenance_mutex_);
  const int64_t width = CompactionRanges().back().Value();
  std::vector<BlockMeta> added;
  for (int64_t start = FloorTo(first, width); start <= last; start += width) {
    const base::TimeRange range{base::TimestampMs(start), base::TimestampMs(start + width)};
    BlockWriterOptions options;
    options.range = range;
    SB_ASSIGN_OR_RETURN(const auto writer,
                        BlockWriter::Create(env_, blocks_.blocks_folder(), options));
    for (const HistorySeries& one : series) {
      model::SampleColumns part;
      const auto& times = one.columns->times;
      const auto at = std::lower_bound(times.begin(), times.end(), start);
      for (auto i = static_cast<size_t>(at - times.begin());
           i < times.size() && times[i] < start + width; ++i) {
        part.Append(one.columns->At(i));
      }
      if (!part.empty()) {
        SB_RETURN_IF_ERROR(writer->Add(one.labels, part));
      }
    }
    if (writer->series() > 0) {
      SB_ASSIGN_OR_RETURN(BlockMeta meta, writer->Finish());
      added.push_back(std::move(meta));
    }
  }
  return blocks_.Change(added, {}, blocks_.cut());
}

base::Status Db::Impl::DeleteSeries(std::vector<model::Matcher> matchers, base::TimeRange range) {
  base::MutexLock lock(maintenance_mutex_);
  // Samples that come later are not meant.
  const int64_t newest = head_->newest_time();
  if (newest == INT64_MIN || matchers.empty()) {
    return base::OkStatus();
  }
  range.end = std::min(range.end, base::TimestampMs(newest + 1));
  if (range.Empty()) {
    return base::OkStatus();
  }
  std::vector<TombstoneRule> rules = blocks_.Current()->tombstones;
  rules.push_back({std::move(matchers), range});
  return blocks_.SetTombstones(std::move(rules));
}

base::Status Db::Impl::CleanTombstones() {
  base::MutexLock lock(maintenance_mutex_);
  if (blocks_.Current()->tombstones.empty()) {
    return base::OkStatus();
  }
  SB_RETURN_IF_ERROR(FlushLocked());
  if (cut_pending_) {
    return base::Unavailable("long queries hold the head, clean the tombstones later");
  }
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    const bool touched = std::any_of(
        set->tombstones.begin(), set->tombstones.end(),
        [&](const TombstoneRule& rule) { return rule.range.Overlaps(block->meta().range); });
    if (touched) {
      CompactionRequest request;
      request.blocks = {block};
      request.tombstones = set->tombstones;
      SB_RETURN_IF_ERROR(CompactThese(request));
    }
  }
  return blocks_.SetTombstones({});
}

DbStats Db::Impl::Stats(size_t limit) const {
  DbStats stats;
  stats.head = head_->Stats(limit);
  stats.head_series = head_->series_count();
  stats.head_label_pairs = stats.head.label_pairs;
  stats.head_chunks = head_->chunk_count();
  stats.has_times = head_->TimeBounds(&stats.head_first_time, &stats.head_last_time);
  stats.wal_bytes = head_->wal_bytes();
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    stats.blocks.push_back(block->meta());
    stats.block_bytes += block->meta().bytes();
  }
  return stats;
}

Db::Db(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Db::~Db() {
  const base::Status status = Close();
  if (!status.ok()) {
    SB_LOG(kWarn, "no snapshot of the head at the end, the log will be read instead",
           {"error", status.ToString()});
  }
}

base::Result<std::unique_ptr<Db>> Db::Open(base::Env& env, DbOptions options,
                                           base::Registry& registry, OpenReport* report) {
  auto impl = std::make_unique<Impl>(env, std::move(options), registry);
  SB_RETURN_IF_ERROR(impl->Open(registry, report));
  return std::unique_ptr<Db>(new Db(std::move(impl)));
}

base::Status Db::Close() {
  return impl_->Close();
}
void Db::StartBackground(base::ThreadPool& pool) {
  impl_->StartBackground(pool);
}
std::unique_ptr<store::Appender> Db::NewAppender() {
  return impl_->head().NewAppender();
}
base::Result<std::unique_ptr<store::Querier>> Db::NewQuerier(base::TimeRange range) {
  return impl_->NewQuerier(range);
}
std::vector<store::NamedMetadata> Db::Metadata() const {
  return impl_->head().Metadata();
}
model::LabelSet Db::LabelsOf(store::SeriesRef ref) const {
  return impl_->head().LabelsOf(ref);
}
DbStats Db::Stats(size_t limit) const {
  return impl_->Stats(limit);
}
uint64_t Db::series_count() const {
  return impl_->head().series_count();
}
int64_t Db::newest_time() const {
  return impl_->head().newest_time();
}
base::Status Db::Maintain() {
  return impl_->Maintain();
}
base::Status Db::Sync() {
  return impl_->head().SyncWal();
}
base::Status Db::Flush() {
  return impl_->Flush();
}
base::Result<std::string> Db::Snapshot() {
  return impl_->Snapshot();
}
base::Status Db::AddHistory(std::span<const HistorySeries> series) {
  return impl_->AddHistory(series);
}
std::string Db::blocks_folder() const {
  return impl_->blocks_folder();
}
base::Status Db::AddBlocks(std::span<const BlockMeta> blocks) {
  return impl_->AddBlocks(blocks);
}
base::Status Db::DeleteSeries(std::vector<model::Matcher> matchers, base::TimeRange range) {
  return impl_->DeleteSeries(std::move(matchers), range);
}
base::Status Db::CleanTombstones() {
  return impl_->CleanTombstones();
}

}  // namespace sb::tsdb
