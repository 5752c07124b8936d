// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/instruments.h"
#include "ingest/backfill/backfill.h"
#include "server/command_line.h"
#include "server/commands.h"
#include "store/tsdb/db/db.h"

namespace sb::server {
namespace {

// One line on a terminal that is drawn over; nothing when stderr is a file.
class ProgressBar {
 public:
  ProgressBar() : is_terminal_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() { Clear(); }

  void Show(const std::string& what, const backfill::BackfillProgress& progress) {
    if (!is_terminal_ || progress.total == 0) {
      return;
    }
    const double part =
        std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
    const auto filled = static_cast<size_t>(part * kWidth);
    std::fprintf(stderr, "\r\033[K[%s%s] %3.0f %% %s", std::string(filled, '#').c_str(),
                 std::string(kWidth - filled, '.').c_str(), part * 100, what.c_str());
    drawn_ = true;
  }
  void Clear() {
    if (drawn_) {
      std::fputs("\r\033[K", stderr);
      drawn_ = false;
    }
  }

 private:
  static constexpr size_t kWidth = 30;
  const bool is_terminal_;
  bool drawn_ = false;
};

using Source = base::Status (*)(base::Env&, const std::string&, const backfill::BackfillOptions&,
                                backfill::BackfillReport*);

base::Result<std::vector<std::string>> PathsOf(base::Env& env, const Arguments& arguments,
                                               Source source) {
  if (source == &backfill::BackfillOpenMetrics) {
    return arguments.positional();
  }
  std::vector<std::string> blocks;
  for (const std::string& path : arguments.positional()) {
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> found,
                        backfill::FindPrometheusSources(env.files(), path));
    blocks.insert(blocks.end(), found.begin(), found.end());
  }
  return blocks;
}

// Blocks of an import that failed are of no use to anyone.
void RemoveBlocks(base::Env& env, const std::string& folder,
                  const std::vector<tsdb::BlockMeta>& blocks) {
  for (const tsdb::BlockMeta& block : blocks) {
    (void)env.files().RemoveAll(base::JoinPath(folder, block.id));  // else the start quarantines it
  }
}

base::Status Import(const Arguments& arguments, Source source, backfill::BackfillReport* report,
                    size_t* sources) {
  base::Env& env = base::Env::Real();
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> paths, PathsOf(env, arguments, source));
  *sources = paths.size();
  base::Registry registry;
  tsdb::DbOptions options;
  options.folder = base::JoinPath(arguments.Get("data"), "metrics");
  options.retention = base::DurationMs(0);  // the server's business
  tsdb::Db::OpenReport opened;
  base::Result<std::unique_ptr<tsdb::Db>> db =
      tsdb::Db::Open(env, std::move(options), registry, &opened);
  if (db.status().code() == base::StatusCode::kFailedPrecondition) {
    return db.status().WithPrefix("stop the server that uses the folder");
  }
  SB_RETURN_IF_ERROR(db.status());
  ProgressBar bar;
  for (const std::string& path : paths) {
    backfill::BackfillOptions backfill;
    backfill.blocks_folder = (*db)->blocks_folder();
    backfill.progress = [&bar, &path](const backfill::BackfillProgress& progress) {
      bar.Show(path, progress);
    };
    const base::Status status = source(env, path, backfill, report);
    if (!status.ok()) {
      RemoveBlocks(env, (*db)->blocks_folder(), report->blocks);
      return status;
    }
  }
  SB_RETURN_IF_ERROR((*db)->AddBlocks(report->blocks));
  return (*db)->Close();
}

int Run(const Arguments& arguments, const std::string& name, Source source) {
  if (arguments.positional().empty()) {
    std::fprintf(stderr, "signalbox import %s: name at least one source\n", name.c_str());
    return kExitUsage;
  }
  backfill::BackfillReport report;
  size_t sources = 0;
  const base::Status status = Import(arguments, source, &report, &sources);
  if (!status.ok()) {
    std::fprintf(stderr, "signalbox import %s: nothing is imported: %s\n", name.c_str(),
                 std::string(status.message()).c_str());
    const bool is_invalid = status.code() == base::StatusCode::kInvalidArgument ||
                            status.code() == base::StatusCode::kDataLoss;
    return is_invalid ? kExitInvalid : kExitFailed;
  }
  std::printf("imported %llu samples of %zu sources into %zu blocks",
              static_cast<unsigned long long>(report.samples), sources, report.blocks.size());
  if (report.samples > 0) {
    std::printf(", times %lld to %lld ms", static_cast<long long>(report.first_ms),
                static_cast<long long>(report.last_ms));
  }
  std::printf("; left out: %llu duplicates, %llu deleted\n",
              static_cast<unsigned long long>(report.duplicates),
              static_cast<unsigned long long>(report.deleted));
  return kExitOk;
}

Command SourceCommand(const std::string& name, Source source) {
  Command command;
  command.name = name;
  command.flags = {{"data", "DIR", "The data folder of Signalbox.", false, true}};
  command.run = [name, source](const Arguments& arguments) { return Run(arguments, name, source); };
  return command;
}

}  // namespace

Command ImportCommand() {
  Command openmetrics = SourceCommand("openmetrics", &backfill::BackfillOpenMetrics);
  openmetrics.summary = "Imports history from OpenMetrics text.";
  openmetrics.description =
      "Reads what `promtool tsdb create-blocks-from openmetrics` reads: OpenMetrics text that "
      "ends\n"
      "with # EOF and in which every sample has a time, in any order. Exit code 3 if a line is "
      "not\n"
      "valid; nothing is imported then.";
  openmetrics.positional = "FILE…";
  openmetrics.examples = {"signalbox import openmetrics --data /var/lib/signalbox history.om"};
  Command prometheus = SourceCommand("prometheus", &backfill::BackfillPrometheus);
  prometheus.summary = "Imports blocks of Prometheus' database.";
  prometheus.description =
      "Reads a data folder or snapshot of Prometheus, or single blocks in it: floats, native\n"
      "histograms, tombstones. The newest two to three hours of a data folder are not in blocks "
      "but "
      "in\n"
      "its log (wal, wbl), which is read too; Prometheus should not run meanwhile. Exit code 3 if "
      "a\n"
      "block or the log is damaged; nothing is imported then.";
  prometheus.positional = "DIR…";
  prometheus.examples = {
      "signalbox import prometheus --data /var/lib/signalbox /prometheus/snapshots/20261127T…"};
  Command command;
  command.name = "import";
  command.summary = "Imports metrics of long ago, from files.";
  command.description =
      "Writes blocks into the data folder of a server that is not running. What overlaps with "
      "data\n"
      "that are there is merged; of two values for one time the imported one is kept.";
  command.subcommands = {openmetrics, prometheus};
  return command;
}

}  // namespace sb::server
