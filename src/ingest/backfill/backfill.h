// SPDX-License-Identifier: Apache-2.0
//
// Backfill turns history that lies in files into blocks of the metrics store, past the head and its
// window for late samples:
//
//   BackfillOptions options{.blocks_folder = db->blocks_folder(), .progress = …};
//   BackfillReport report;
//   SB_RETURN_IF_ERROR(BackfillOpenMetrics(env, "history.om", options, &report));
//   SB_RETURN_IF_ERROR(db->AddBlocks(report.blocks));        // all or nothing
//
// Sources: OpenMetrics text in which every sample has a time (as `promtool tsdb create-blocks-from
// openmetrics` takes it), blocks of Prometheus' own database with their tombstones, and its logs.
//
// Failures: kInvalidArgument (text that cannot be read, with its line; an encoding that is not
// known), kDataLoss (a damaged block, named), kNotFound, kResourceExhausted (disk full). Blocks
// that were written before a failure are in the report: the caller removes them or takes them.
//
// Memory: text: `samples_max` samples at a time; blocks: one series at a time.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "store/tsdb/block/block_meta.h"

namespace sb::backfill {

struct BackfillProgress {
  uint64_t done = 0;  // of `total`; bytes of text or series of a block
  uint64_t total = 0;
};

struct BackfillOptions {
  std::string blocks_folder;
  base::DurationMs window = base::Hours(162);  // no block is longer
  uint64_t samples_max = 8'000'000;            // held in memory
  std::function<void(const BackfillProgress&)> progress;
};

struct BackfillReport {
  std::vector<tsdb::BlockMeta> blocks;
  uint64_t samples = 0;
  uint64_t duplicates = 0;  // at a time that the series has already: the later one is kept
  uint64_t deleted = 0;     // by tombstones of the source
  int64_t first_ms = INT64_MAX;
  int64_t last_ms = INT64_MIN;
};

base::Status BackfillOpenMetrics(base::Env& env, const std::string& path,
                                 const BackfillOptions& options, BackfillReport* report);

// `folder` holds index and chunks/.
base::Status BackfillPrometheusBlock(base::Env& env, const std::string& folder,
                                     const BackfillOptions& options, BackfillReport* report);
// `folder` is a data folder of Prometheus: what its logs (wal, wbl) hold. A record that a crash cut
// off at the end of a segment is passed over.
base::Status BackfillPrometheusWal(base::Env& env, const std::string& folder,
                                   const BackfillOptions& options, BackfillReport* report);
// A block, or the logs of a data folder, as FindPrometheusSources tells.
base::Status BackfillPrometheus(base::Env& env, const std::string& folder,
                                const BackfillOptions& options, BackfillReport* report);
// The blocks in a data folder or snapshot of Prometheus, oldest first; the folder itself if it is
// one; then, if it has a log, the folder for that. kNotFound if there is neither.
base::Result<std::vector<std::string>> FindPrometheusSources(base::FileSystem& files,
                                                             const std::string& folder);

}  // namespace sb::backfill
