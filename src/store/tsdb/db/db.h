// SPDX-License-Identifier: Apache-2.0
//
// Db is the metrics store: a head for the newest samples (store/tsdb/head) and immutable blocks for
// the rest (store/tsdb/block), in one folder.
//
//   Db::OpenReport report;
//   SB_ASSIGN_OR_RETURN(auto db, Db::Open(env, options, registry, &report));
//   auto appender = db->NewAppender();                   // store/interface/appender.h
//   SB_ASSIGN_OR_RETURN(auto querier, db->NewQuerier(range));   // store/interface/querier.h
//   db->StartBackground(pool);      // cuts, compaction, retention, log syncs; else call Maintain()
//
// Folder: head/ (log and snapshots), blocks/<id>/, manifest (which blocks count), tombstones,
// quarantine/ (damaged blocks, never deleted), snapshots/, lock.
//
// Failures: Open gives kFailedPrecondition if another process has the folder. A damaged block is
// moved to quarantine/ and reported: in the log, by signalbox_tsdb_blocks_quarantined_total, and by
// Querier::Warnings; everything else stays usable. When the log cannot be synced any more,
// durability is gone and the background ends the process.
//
// Threads: safe for concurrent use. Maintenance (cut, compaction, retention, snapshot, deletion) is
// serialised and holds up neither appenders nor queriers.
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
#include "model/matcher.h"
#include "model/sample.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/db/downsample_rules.h"
#include "store/tsdb/db/retention_rules.h"
#include "store/tsdb/head/head.h"

namespace sb::base {
class ThreadPool;
}

namespace sb::tsdb {

struct DbOptions {
  std::string folder;
  HeadOptions head;                                   // its folder is set by Db
  base::DurationMs retention = base::Hours(24 * 15);  // 0: for ever
  uint64_t retention_bytes = 0;                       // of blocks; 0: no limit
  // Series kept shorter or longer than `retention`; the first that fits decides.
  std::vector<RetentionRule> retention_rules;
  // Series of which few samples stay after some time.
  std::vector<DownsampleRule> downsample_rules;
  // Blocks are merged into windows of these lengths, the largest of which bounds a block.
  std::vector<base::DurationMs> compaction_ranges = {
      base::Hours(2), base::Hours(6), base::Hours(18), base::Hours(54), base::Hours(162)};
  // The log is replaced by a snapshot of the head when it has grown by this much: bounds the time
  // of a start after a crash (about 25 ns per sample, 3 to 10 bytes each).
  uint64_t checkpoint_wal_bytes = 256u << 20;
  base::DurationNs maintenance_interval{10'000'000'000};
};

// What status/tsdb shows.
struct DbStats {
  uint64_t head_series = 0;
  uint64_t head_label_pairs = 0;
  uint64_t head_chunks = 0;
  bool has_times = false;
  int64_t head_first_time = 0;
  int64_t head_last_time = 0;
  BlockStats head;  // the largest by metric name, label name, label pair
  uint64_t wal_bytes = 0;
  uint64_t block_bytes = 0;
  std::vector<BlockMeta> blocks;
};

// A series of the past, for AddHistory.
struct HistorySeries {
  model::LabelSet labels;
  const model::SampleColumns* columns = nullptr;  // times increase; outlives the call
};

class Db final : public store::AppenderFactory, public store::QuerierFactory {
 public:
  struct OpenReport {
    HeadOpenReport head;
    uint64_t blocks = 0;
    std::vector<std::string> quarantined;  // what was put aside and why
    bool manifest_lost = false;            // damaged: all whole blocks of the folder were taken
  };

  static base::Result<std::unique_ptr<Db>> Open(base::Env& env, DbOptions options,
                                                base::Registry& registry, OpenReport* report);
  ~Db() override;

  // Ends the background and leaves a snapshot, so that the next start is quick. The destructor does
  // the same but cannot say what failed.
  base::Status Close();
  void StartBackground(base::ThreadPool& pool);

  std::unique_ptr<store::Appender> NewAppender() override;
  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) override;

  std::vector<store::NamedMetadata> Metadata() const;
  // Of a live series; empty if there is none.
  model::LabelSet LabelsOf(store::SeriesRef ref) const;
  DbStats Stats(size_t limit) const;
  uint64_t series_count() const;
  // Time of the newest sample; INT64_MIN if there is none.
  int64_t newest_time() const;

  // One pass of what the background does: cut, compaction, retention, checkpoint, each if due.
  base::Status Maintain();
  // Replace the options' rules: for queries that begin after it, and the next pass. What was
  // removed stays so.
  void SetRetentionRules(std::vector<RetentionRule> rules);
  void SetDownsampleRules(std::vector<DownsampleRule> rules);
  base::Status Sync();  // everything committed is on the disk
  // Moves all samples from the head to blocks and compacts what can be.
  base::Status Flush();
  enum class SnapshotScope : uint8_t { kEverything, kBlocksOnly };
  // A copy of the store under snapshots/<name>, by hard links. Everything is flushed before; with
  // kBlocksOnly what is in the head stays out.
  base::Result<std::string> Snapshot(SnapshotScope scope = SnapshotScope::kEverything);
  // Writes series of the past, which appenders no longer accept, as blocks of their own; durable on
  // return. `series` by labels. Where there is a sample already, the new one takes its place.
  base::Status AddHistory(std::span<const HistorySeries> series);
  // Where blocks for AddBlocks are to be written.
  std::string blocks_folder() const;
  // Takes finished blocks of that folder in; they may overlap others, and are merged with them.
  base::Status AddBlocks(std::span<const BlockMeta> blocks);
  // Hides the samples of matching series in the range at once; CleanTombstones removes them.
  base::Status DeleteSeries(std::vector<model::Matcher> matchers, base::TimeRange range);
  base::Status CleanTombstones();

 private:
  class Impl;
  explicit Db(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sb::tsdb
