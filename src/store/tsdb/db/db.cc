// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/db.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "store/tsdb/db/db_impl.h"
#include "store/tsdb/db/db_querier.h"

namespace sb::tsdb {
namespace {

// Syncs are asked for this often per sync interval, so that no commit waits much longer than it.
constexpr int64_t kSyncChecksPerInterval = 4;

}  // namespace

Db::Impl::Impl(base::Env& env, DbOptions options, base::Registry& registry)
    : env_(env),
      options_(std::move(options)),
      blocks_(env, options_.folder, registry),
      cuts_(registry.AddCounter("signalbox_tsdb_blocks_cut_total", "Blocks cut from the head.")),
      compactions_(registry.AddCounter("signalbox_tsdb_compactions_total",
                                       "Compactions that replaced blocks.")),
      compaction_losses_(
          registry.AddCounter("signalbox_tsdb_compaction_damaged_chunks_total",
                              "Damaged chunks met by compactions; their samples are lost.")),
      thinned_(registry.AddCounter("signalbox_tsdb_downsampled_samples_total",
                                   "Samples left out of blocks by downsampling.")),
      retired_(registry.AddCounter("signalbox_tsdb_blocks_retired_total",
                                   "Blocks deleted because of retention by time or size.")),
      failures_(registry.AddCounter("signalbox_tsdb_maintenance_failures_total",
                                    "Passes of cut, compaction or checkpoint that failed.")),
      pass_seconds_(registry.AddHistogram("signalbox_tsdb_maintenance_seconds",
                                          "Duration of maintenance passes.",
                                          base::ExponentialBounds(0.001, 4, 10))) {
  SetRetentionRules(options_.retention_rules);
  SetDownsampleRules(options_.downsample_rules);
}

base::Status Db::Impl::Open(base::Registry& registry, OpenReport* report) {
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
  handles_.push_back(registry.AddCallback(base::InstrumentKind::kGauge,
                                          "signalbox_tsdb_block_bytes", "Bytes of the blocks.", {},
                                          [this] { return static_cast<double>(BlockBytes()); }));
  handles_.push_back(registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_tsdb_wal_bytes", "Bytes of the log.", {},
      [this] { return static_cast<double>(head_->wal_bytes()); }));
  return base::OkStatus();
}

void Db::Impl::StartBackground(base::ThreadPool& pool) {
  // Durability within the sync interval must not queue behind a compaction: it has its own
  // thread.
  sync_pool_ = std::make_unique<base::ThreadPool>(
      base::ThreadPool::Options{.name = "tsdb-sync", .threads = 1, .queue_max = 16});
  sync_runner_ = std::make_unique<base::TaskRunner>(*sync_pool_);
  sync_runner_->PostEvery(options_.head.wal_sync_interval / kSyncChecksPerInterval, [this] {
    const base::Status status = head_->SyncWalIfDue();
    if (!status.ok()) {
      // What was acknowledged may not be on the disk: only a restart can tell what is.
      base::CheckFailed("the write-ahead log can be synced", __FILE__, __LINE__, status.ToString());
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

void Db::Impl::StopBackground() {
  runner_.reset();
  sync_runner_.reset();
  sync_pool_.reset();
}

base::Status Db::Impl::Close() {
  StopBackground();
  base::MutexLock lock(maintenance_mutex_);
  if (closed_) {
    return base::OkStatus();
  }
  closed_ = true;
  return head_->Checkpoint();
}

void Db::Impl::SetRetentionRules(std::vector<RetentionRule> rules) {
  auto next = std::make_shared<const RetentionRules>(std::move(rules), options_.retention);
  base::MutexLock lock(rules_mutex_);
  rules_ = std::move(next);
}

void Db::Impl::SetDownsampleRules(std::vector<DownsampleRule> rules) {
  auto next = std::make_shared<const DownsampleRules>(std::move(rules));
  base::MutexLock lock(rules_mutex_);
  downsampling_ = std::move(next);
}

std::shared_ptr<const DownsampleRules> Db::Impl::Downsampling() const {
  base::MutexLock lock(rules_mutex_);
  return downsampling_;
}

std::shared_ptr<const RetentionRules> Db::Impl::Rules() const {
  base::MutexLock lock(rules_mutex_);
  return rules_;
}

int64_t Db::Impl::NewestTime() const {
  int64_t newest = head_->newest_time();
  if (newest != INT64_MIN) {
    return newest;
  }
  // All there is came by an import. Where in its range a block ends is not known.
  const int64_t now = env_.clock().NowMs().Value();
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    newest = std::max(newest, std::min(block->meta().range.end.Value() - 1, now));
  }
  return newest;
}

base::Result<std::unique_ptr<store::Querier>> Db::Impl::NewQuerier(base::TimeRange range) {
  std::unique_ptr<HeadReader> reader = head_->NewReader();  // before the list: see DbQuerier
  std::shared_ptr<const RetentionRules> rules = Rules();
  const int64_t newest = rules->empty() ? INT64_MIN : NewestTime();
  return std::unique_ptr<store::Querier>(std::make_unique<DbQuerier>(
      range, std::move(reader), blocks_.Current(), std::move(rules), newest));
}

uint64_t Db::Impl::BlockBytes() const {
  uint64_t bytes = 0;
  const std::shared_ptr<const BlockSet> set = blocks_.Current();
  for (const auto& block : set->blocks) {
    bytes += block->meta().bytes();
  }
  return bytes;
}

base::Result<std::string> Db::Impl::Snapshot(SnapshotScope scope) {
  base::MutexLock lock(maintenance_mutex_);
  if (scope == SnapshotScope::kEverything) {
    SB_RETURN_IF_ERROR(FlushLocked());
  }
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
    // No longer than its samples: blocks that are cut later would overlap it, and be merged with it
    // one after the other.
    const base::TimeRange range{base::TimestampMs(std::max(start, first)),
                                base::TimestampMs(std::min(start + width, last + 1))};
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
  const int64_t newest = NewestTime();
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
  return impl_->NewestTime();
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
base::Result<std::string> Db::Snapshot(SnapshotScope scope) {
  return impl_->Snapshot(scope);
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
void Db::SetRetentionRules(std::vector<RetentionRule> rules) {
  impl_->SetRetentionRules(std::move(rules));
}
void Db::SetDownsampleRules(std::vector<DownsampleRule> rules) {
  impl_->SetDownsampleRules(std::move(rules));
}
base::Status Db::CleanTombstones() {
  return impl_->CleanTombstones();
}

}  // namespace sb::tsdb
