// SPDX-License-Identifier: Apache-2.0
//
// EventDb is the events store of one signal (spans, or log records), in one folder: fresh rows in
// memory behind a write-ahead log, immutable parts for the rest.
//
//   EventDb::OpenReport report;
//   SB_ASSIGN_OR_RETURN(auto db, EventDb::Open(env, options, registry, &report));
//   SB_RETURN_IF_ERROR(db->Write(std::move(batch)));           // store/interface/event_store.h
//   SB_ASSIGN_OR_RETURN(auto scan, db->Scan(context, scan_options));
//   db->StartBackground(pool);      // parts, merges, retention, log syncs; else call Maintain()
//
// Folder: wal/, parts/<number>.part, deleted/ (bitmaps of deleted rows), manifest (which parts
// count, where the log begins), quarantine/ (damaged parts, never deleted), lock.
//
// Write returns once the batch is in the log (it survives kill -9) and visible; it is on the disk
// after at most wal_sync_interval. When fresh rows reach flush_bytes they are written as parts; a
// writer that is faster than that waits, and after write_wait gets kResourceExhausted.
//
// Failures: Open gives kFailedPrecondition if another process has the folder. A damaged part is put
// into quarantine and reported: in the log, by signalbox_events_parts_quarantined_total, and in
// the warnings of scans; a damaged page costs its row group in the scans that need the page. When
// the log cannot be synced any more, durability is gone and the background ends the process.
//
// Threads: safe for concurrent use. Maintenance is serialised and holds up neither scans nor, but
// for the wait above, writers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "base/time.h"
#include "model/matcher.h"
#include "store/events/part/part_writer.h"
#include "store/interface/event_store.h"

namespace sb::base {
class ThreadPool;
}

namespace sb::events {

// Streams that all `matchers` match are kept this long; the first rule that fits counts.
struct RetentionRule {
  std::vector<model::Matcher> matchers;
  base::DurationNs retention;  // 0: for ever
};

struct EventDbOptions {
  std::string folder;
  std::string name = "events";  // label `store` of the instruments: logs, traces
  RowOrder order = RowOrder::kByStream;
  base::DurationNs retention{0};  // by the rows' times; 0: for ever
  std::vector<RetentionRule> retention_rules;
  uint64_t retention_bytes = 0;                   // of parts; 0: no limit; the oldest go first
  uint64_t flush_bytes = 16u << 20;               // of fresh rows in memory
  base::DurationNs flush_after{300'000'000'000};  // rows do not stay fresh longer
  base::DurationNs write_wait{10'000'000'000};
  base::DurationNs wal_sync_interval{250'000'000};
  uint64_t wal_segment_bytes = 64u << 20;
  base::DurationNs maintenance_interval{1'000'000'000};
  uint32_t group_rows = 0;  // 0: 32,768 by stream, 16,384 by trace
  int zstd_level = 1;
};

struct EventDbStats {
  uint64_t fresh_rows = 0;
  uint64_t fresh_bytes = 0;
  uint64_t wal_bytes = 0;
  uint64_t parts = 0;
  uint64_t part_rows = 0;
  uint64_t part_bytes = 0;
  uint64_t deleted_rows = 0;
  bool has_times = false;
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

class EventDb final : public store::EventWriter,
                      public store::EventReader,
                      public store::EventAdmin {
 public:
  struct OpenReport {
    uint64_t parts = 0;
    uint64_t replayed_batches = 0;
    uint64_t replayed_rows = 0;
    uint64_t wal_torn_bytes = 0;           // cut off the log's end: a record that was being written
    std::vector<std::string> wal_losses;   // what of the log could not be read
    std::vector<std::string> quarantined;  // what was put aside and why
    bool manifest_lost = false;            // damaged: all whole parts of the folder were taken
  };

  static base::Result<std::unique_ptr<EventDb>> Open(base::Env& env, EventDbOptions options,
                                                     base::Registry& registry, OpenReport* report);
  ~EventDb() override;

  // Ends the background and syncs the log.
  base::Status Close();
  void StartBackground(base::ThreadPool& pool);

  base::Status Write(store::EventBatch batch) override;
  base::Result<std::unique_ptr<store::EventScan>> Scan(
      const store::ReadContext& context, store::EventScanOptions options) const override;
  base::Result<std::vector<store::StreamInfo>> Streams(
      const store::ReadContext& context, store::EventRange range,
      const std::vector<model::Matcher>& matchers) const override;
  base::Result<std::vector<store::FieldName>> FieldNames(const store::ReadContext& context,
                                                         store::EventRange range) const override;
  base::Result<std::unique_ptr<store::EventScan>> ScanTraces(
      const store::ReadContext& context, std::vector<std::string> ids,
      store::EventScanOptions options) const override;
  std::unique_ptr<Subscription> Subscribe(
      std::function<void(const store::EventBatch&)> callback) override;
  base::Status Delete(const store::EventRange& range, const std::vector<model::Matcher>& matchers,
                      const store::EventFilter& filter) override;
  // Fresh rows become parts, and parts of a day are merged.
  base::Status Flush() override;

  // One pass of what the background does, each if due: parts from fresh rows, retention, merges.
  base::Status Maintain();
  base::Status Sync();  // everything written is on the disk
  // From the next pass on.
  void SetRetention(base::DurationNs retention, std::vector<RetentionRule> rules,
                    uint64_t retention_bytes);
  EventDbStats Stats() const;

 private:
  class Impl;
  explicit EventDb(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::events
