// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/event_db.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "store/events/db/batch_codec.h"
#include "store/events/db/event_db_impl.h"
#include "store/file/wal_reader.h"
#include "store/interface/event_schema.h"

namespace sb::events {
namespace {

// Syncs are asked for this often per sync interval, so that no write waits much longer than it.
constexpr int64_t kSyncChecksPerInterval = 4;
constexpr uint32_t kGroupRowsByStream = 32768;
constexpr uint32_t kGroupRowsByTrace = 16384;

PartOptions PartOptionsOf(const EventDbOptions& options) {
  PartOptions part;
  part.order = options.order;
  part.group_rows = options.group_rows != 0               ? options.group_rows
                    : options.order == RowOrder::kByTrace ? kGroupRowsByTrace
                                                          : kGroupRowsByStream;
  part.text.zstd_level = options.zstd_level;
  return part;
}

}  // namespace

EventDb::Impl::Impl(base::Env& env, EventDbOptions options, base::Registry& registry)
    : env_(env),
      options_(std::move(options)),
      part_options_(PartOptionsOf(options_)),
      hash_seed_(env.random().Next64()),
      parts_(env, options_.folder, registry, {{"store", options_.name}}),
      rows_written_(registry.AddCounter("signalbox_events_rows_written_total", "Rows stored.",
                                        {{"store", options_.name}})),
      rows_repeated_(registry.AddCounter("signalbox_events_rows_repeated_total",
                                         "Rows that were stored already and are kept once.",
                                         {{"store", options_.name}})),
      writes_refused_(registry.AddCounter(
          "signalbox_events_writes_refused_total",
          "Batches refused because the disk is full or fresh rows fill their memory.",
          {{"store", options_.name}})),
      parts_written_(registry.AddCounter("signalbox_events_parts_written_total",
                                         "Parts made of fresh rows.", {{"store", options_.name}})),
      merges_(registry.AddCounter("signalbox_events_merges_total", "Merges of parts.",
                                  {{"store", options_.name}})),
      rows_retired_(registry.AddCounter("signalbox_events_rows_retired_total",
                                        "Rows removed because of retention by time or size.",
                                        {{"store", options_.name}})),
      rows_deleted_(registry.AddCounter("signalbox_events_rows_deleted_total",
                                        "Rows deleted on request.", {{"store", options_.name}})),
      wal_records_lost_(registry.AddCounter(
          "signalbox_events_wal_records_lost_total",
          "Damaged records of the write-ahead log met at start; their rows are lost.",
          {{"store", options_.name}})),
      failures_(registry.AddCounter("signalbox_events_maintenance_failures_total",
                                    "Passes of flush, merge or retention that failed.",
                                    {{"store", options_.name}})),
      fresh_(std::make_unique<FreshRows>()) {}

EventDb::Impl::~Impl() {
  StopBackground();
}

base::Status EventDb::Impl::Open(base::Registry& registry, OpenReport* report) {
  SB_RETURN_IF_ERROR(env_.files().CreateFolders(options_.folder));
  SB_ASSIGN_OR_RETURN(lock_, env_.files().Lock(options_.folder));
  PartList::LoadReport load;
  SB_RETURN_IF_ERROR(parts_.Load(&load));
  report->quarantined = std::move(load.quarantined);
  report->manifest_lost = load.manifest_lost;
  report->parts = parts_.Current()->parts.size();
  {
    base::MutexLock lock(state_mutex_);
    set_ = parts_.Current();
  }
  SB_RETURN_IF_ERROR(Replay(report));
  AddInstruments(registry);
  return base::OkStatus();
}

base::Status EventDb::Impl::Replay(OpenReport* report) {
  const std::string folder = base::JoinPath(options_.folder, "wal");
  store::Wal::Options wal_options;
  wal_options.segment_bytes = options_.wal_segment_bytes;
  wal_options.sync_interval = options_.wal_sync_interval;
  store::Wal::OpenReport wal_report;
  SB_ASSIGN_OR_RETURN(wal_, store::Wal::Open(env_, folder, wal_options, &wal_report));
  report->wal_torn_bytes = wal_report.torn_bytes_cut;
  if (wal_report.torn_bytes_cut > 0) {
    SB_LOG(kWarn, "the end of the write-ahead log was torn and is cut off",
           {"segment", wal_report.torn_segment}, {"bytes", wal_report.torn_bytes_cut});
  }
  store::WalReader reader(env_.files(), folder, parts_.wal_start());
  store::WalRecord record;
  base::MutexLock lock(write_mutex_);
  while (reader.Next(&record)) {
    base::Result<store::EventBatch> batch = DecodeBatch(record.bytes);
    if (!batch.ok()) {
      wal_records_lost_.Add();
      report->wal_losses.push_back(batch.status().ToString());
      continue;
    }
    std::vector<RowHash> hashes = HashRows(*batch, hash_seed_);
    std::vector<uint8_t> keep;
    if (FindKept(*batch, hashes, &keep)) {
      AddFresh(std::make_shared<const store::EventBatch>(std::move(*batch)), hashes);
    } else {
      store::EventBatch rest;
      rest.AppendRows(*batch, &keep);
      if (rest.row_count() > 0) {
        std::vector<RowHash> rest_hashes = HashRows(rest, hash_seed_);
        AddFresh(std::make_shared<const store::EventBatch>(std::move(rest)), rest_hashes);
      }
    }
    ++report->replayed_batches;
  }
  for (const store::WalLoss& loss : reader.losses()) {
    wal_records_lost_.Add(std::max<uint64_t>(loss.records_lost, 1));
    report->wal_losses.push_back(loss.ToStatus().ToString());
    SB_LOG(kError, "rows lost to damage in the write-ahead log",
           {"error", loss.ToStatus().ToString()});
  }
  base::MutexLock state(state_mutex_);
  report->replayed_rows = fresh_->row_count();
  return base::OkStatus();
}

void EventDb::Impl::AddInstruments(base::Registry& registry) {
  const auto add = [&](const char* name, const char* help, uint64_t EventDbStats::* field) {
    handles_.push_back(
        registry.AddCallback(base::InstrumentKind::kGauge, name, help, {{"store", options_.name}},
                             [this, field] { return static_cast<double>(Stats().*field); }));
  };
  add("signalbox_events_fresh_rows", "Rows in memory, not in a part yet.",
      &EventDbStats::fresh_rows);
  add("signalbox_events_fresh_bytes", "Memory of these rows.", &EventDbStats::fresh_bytes);
  add("signalbox_events_wal_bytes", "Bytes of the write-ahead log.", &EventDbStats::wal_bytes);
  add("signalbox_events_parts", "Parts on disk.", &EventDbStats::parts);
  add("signalbox_events_part_rows", "Rows in parts.", &EventDbStats::part_rows);
  add("signalbox_events_part_bytes", "Bytes of the parts.", &EventDbStats::part_bytes);
}

void EventDb::Impl::StartBackground(base::ThreadPool& pool) {
  // Durability within the sync interval must not queue behind a merge: it has its own thread.
  sync_pool_ = std::make_unique<base::ThreadPool>(
      base::ThreadPool::Options{.name = "events-sync", .threads = 1, .queue_max = 16});
  sync_runner_ = std::make_unique<base::TaskRunner>(*sync_pool_);
  sync_runner_->PostEvery(options_.wal_sync_interval / kSyncChecksPerInterval, [this] {
    const base::Status status = wal_->SyncIfDue();
    if (!status.ok()) {
      // What was acknowledged may not be on the disk: only a restart can tell what is.
      base::CheckFailed("the write-ahead log can be synced", __FILE__, __LINE__, status.ToString());
    }
  });
  runner_ = std::make_unique<base::TaskRunner>(pool);
  in_background_.store(true);
  runner_->PostEvery(options_.maintenance_interval, [this] {
    const base::Status status = Maintain();
    if (!status.ok()) {
      SB_LOG_EVERY(60, kError, "maintenance of an events store failed, it will be tried again",
                   {"store", options_.name}, {"error", status.ToString()});
    }
  });
}

void EventDb::Impl::StopBackground() {
  in_background_.store(false);
  runner_.reset();
  sync_runner_.reset();
  sync_pool_.reset();
}

base::Status EventDb::Impl::Close() {
  StopBackground();
  base::MutexLock lock(maintenance_mutex_);
  if (closed_) {
    return base::OkStatus();
  }
  closed_ = true;
  return wal_->Sync();
}

EventDbStats EventDb::Impl::Stats() const {
  EventDbStats stats;
  const Snapshot snapshot = TakeSnapshot();
  const auto see = [&stats](int64_t first, int64_t last) {
    stats.first_ns = stats.has_times ? std::min(stats.first_ns, first) : first;
    stats.last_ns = stats.has_times ? std::max(stats.last_ns, last) : last;
    stats.has_times = true;
  };
  for (const auto& list : snapshot.fresh) {
    for (const auto& rows : *list) {
      see(rows->first_ns(), rows->last_ns());
    }
  }
  {
    base::MutexLock lock(state_mutex_);
    for (const FreshRows* rows : {fresh_.get(), frozen_.get()}) {
      stats.fresh_rows += rows == nullptr ? 0 : rows->row_count();
      stats.fresh_bytes += rows == nullptr ? 0 : rows->size_bytes();
    }
  }
  stats.wal_bytes = wal_->total_bytes();
  for (const ListedPart& listed : snapshot.parts->parts) {
    ++stats.parts;
    stats.part_rows += listed.part->row_count();
    stats.part_bytes += listed.part->file_bytes();
    stats.deleted_rows += listed.deleted == nullptr ? 0 : listed.deleted->Count();
    see(listed.part->first_ns(), listed.part->last_ns());
  }
  return stats;
}

EventDb::EventDb(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventDb::~EventDb() = default;

base::Result<std::unique_ptr<EventDb>> EventDb::Open(base::Env& env, EventDbOptions options,
                                                     base::Registry& registry, OpenReport* report) {
  auto impl = std::make_unique<Impl>(env, std::move(options), registry);
  SB_RETURN_IF_ERROR(impl->Open(registry, report));
  return std::unique_ptr<EventDb>(new EventDb(std::move(impl)));
}

base::Status EventDb::Close() {
  return impl_->Close();
}
void EventDb::StartBackground(base::ThreadPool& pool) {
  impl_->StartBackground(pool);
}
base::Status EventDb::Write(store::EventBatch batch) {
  return impl_->Write(std::move(batch));
}
base::Result<std::unique_ptr<store::EventScan>> EventDb::Scan(
    const store::ReadContext& context, store::EventScanOptions options) const {
  return impl_->Scan(context, std::move(options));
}
base::Result<std::vector<store::StreamInfo>> EventDb::Streams(
    const store::ReadContext& context, store::EventRange range,
    const std::vector<model::Matcher>& matchers) const {
  SB_RETURN_IF_ERROR(context.CheckAlive());
  return impl_->Streams(range, matchers);
}
base::Result<std::vector<store::FieldName>> EventDb::FieldNames(const store::ReadContext& context,
                                                                store::EventRange range) const {
  SB_RETURN_IF_ERROR(context.CheckAlive());
  return impl_->FieldNames(range);
}
base::Result<std::unique_ptr<store::EventScan>> EventDb::ScanTraces(
    const store::ReadContext& context, std::vector<std::string> ids,
    store::EventScanOptions options) const {
  std::vector<store::FilterOperand> operands;
  for (std::string& id : ids) {
    operands.push_back({store::EventValue::Bytes({}), std::move(id)});
  }
  std::vector<store::EventFilter> both;
  both.push_back(store::EventFilter::In(std::string(store::kTraceIdColumn), std::move(operands)));
  both.push_back(std::move(options.filter));
  options.filter = store::EventFilter::And(std::move(both));
  options.range = {};
  return impl_->Scan(context, std::move(options));
}
std::unique_ptr<store::EventReader::Subscription> EventDb::Subscribe(
    std::function<void(const store::EventBatch&)> callback) {
  return impl_->subscriptions().Add(std::move(callback));
}
base::Status EventDb::Delete(const store::EventRange& range,
                             const std::vector<model::Matcher>& matchers,
                             const store::EventFilter& filter) {
  return impl_->Delete(range, matchers, filter);
}
base::Status EventDb::Flush() {
  return impl_->Flush();
}
base::Status EventDb::Maintain() {
  return impl_->Maintain();
}
base::Status EventDb::Sync() {
  return impl_->Sync();
}
void EventDb::SetRetention(base::DurationNs retention, std::vector<RetentionRule> rules,
                           uint64_t retention_bytes) {
  impl_->SetRetention(retention, std::move(rules), retention_bytes);
}
EventDbStats EventDb::Stats() const {
  return impl_->Stats();
}

}  // namespace sb::events
