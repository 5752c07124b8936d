// SPDX-License-Identifier: Apache-2.0
//
// The newest hours of a data folder of Prometheus, which are in its log: the last checkpoint, the
// segments after it, then the log of late samples (wbl).
#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "ingest/backfill/backfill.h"
#include "ingest/backfill/held_series.h"
#include "wire/prometheus/prometheus_wal.h"

namespace sb::backfill {
namespace {

constexpr std::string_view kCheckpoint = "checkpoint.";
constexpr std::string_view kMaxTime = "\"maxTime\":";

class WalBackfill final : public wire::PrometheusWalSink {
 public:
  WalBackfill(base::Env& env, const BackfillOptions& options, BackfillReport* report)
      : env_(env), options_(options), held_(env, options, report) {}

  base::Status Run(const std::string& folder) {
    SB_RETURN_IF_ERROR(FindBlocksEnd(folder));
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOf(folder));
    for (size_t i = 0; i < files.size(); ++i) {
      is_late_log_ = i >= late_files_;
      SB_RETURN_IF_ERROR(ReadFile(files[i]).WithPrefix(files[i]));
      if (options_.progress) {
        options_.progress({i + 1, files.size()});
      }
    }
    return held_.Flush();
  }

  base::Status Series(uint64_t ref, std::vector<model::Label> labels) override {
    series_[ref] = held_.SeriesOf(model::LabelSet::FromLabels(std::move(labels)));
    return base::OkStatus();
  }
  base::Status Sample(uint64_t ref, const model::Sample& sample) override {
    if (sample.time_ms < blocks_end_ms_ && !is_late_log_) {
      return base::OkStatus();  // in a block, or deleted there
    }
    const auto found = series_.find(ref);
    // Of a series that was gone when the checkpoint was made, as the reference passes them over.
    return found == series_.end() ? base::OkStatus() : held_.Append(found->second, sample);
  }
  base::Status Deleted(uint64_t ref, int64_t first_ms, int64_t last_ms) override {
    const auto found = series_.find(ref);
    if (found != series_.end()) {
      held_.Delete(found->second, first_ms, last_ms);
    }
    return base::OkStatus();
  }

 private:
  // The reference begins its head where the blocks of samples in order end.
  base::Status FindBlocksEnd(const std::string& folder) {
    SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, env_.files().List(folder));
    for (const std::string& name : names) {
      const std::string path = base::JoinPath(base::JoinPath(folder, name), "meta.json");
      if (!env_.files().Exists(path)) {
        continue;
      }
      SB_ASSIGN_OR_RETURN(const std::string meta, env_.files().ReadFile(path));
      const size_t key = meta.find(kMaxTime);
      if (key == std::string::npos || meta.find("from-out-of-order") != std::string::npos) {
        continue;
      }
      const size_t digits = meta.find_first_of("-0123456789", key + kMaxTime.size());
      int64_t end = INT64_MIN;
      if (digits != std::string::npos) {
        std::from_chars(meta.data() + digits, meta.data() + meta.size(), end);
      }
      blocks_end_ms_ = std::max(blocks_end_ms_, end);
    }
    return base::OkStatus();
  }

  base::Result<std::vector<std::string>> FilesOf(const std::string& folder) {
    std::vector<std::string> files;
    const std::string wal = base::JoinPath(folder, "wal");
    SB_ASSIGN_OR_RETURN(std::vector<std::string> names, env_.files().List(wal));
    std::sort(names.begin(), names.end());
    uint64_t checkpoint = 0;
    std::string checkpoint_name;
    for (const std::string& name : names) {
      uint64_t number = 0;
      if (name.starts_with(kCheckpoint) && ReadNumber(name.substr(kCheckpoint.size()), &number)) {
        checkpoint = number;
        checkpoint_name = name;
      }
    }
    if (!checkpoint_name.empty()) {
      SB_RETURN_IF_ERROR(AddSegments(base::JoinPath(wal, checkpoint_name), 0, &files));
    }
    SB_RETURN_IF_ERROR(AddSegments(wal, checkpoint_name.empty() ? 0 : checkpoint + 1, &files));
    late_files_ = files.size();
    if (const std::string late = base::JoinPath(folder, "wbl"); env_.files().Exists(late)) {
      SB_RETURN_IF_ERROR(AddSegments(late, 0, &files));
    }
    return files;
  }

  static bool ReadNumber(const std::string& text, uint64_t* number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), *number);
    return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
  }

  base::Status AddSegments(const std::string& folder, uint64_t from,
                           std::vector<std::string>* files) {
    SB_ASSIGN_OR_RETURN(std::vector<std::string> names, env_.files().List(folder));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      uint64_t number = 0;
      if (ReadNumber(name, &number) && number >= from) {
        files->push_back(base::JoinPath(folder, name));
      }
    }
    return base::OkStatus();
  }

  base::Status ReadFile(const std::string& path) {
    SB_ASSIGN_OR_RETURN(const auto file, env_.files().Map(path));
    wire::PrometheusWalSegment segment(
        {reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()});
    std::string record;
    while (segment.Next(&record)) {
      SB_RETURN_IF_ERROR(wire::ReadPrometheusWalRecord(record, this));
    }
    return segment.status();
  }

  base::Env& env_;
  const BackfillOptions& options_;
  HeldSeries held_;
  std::unordered_map<uint64_t, size_t> series_;
  int64_t blocks_end_ms_ = INT64_MIN;
  size_t late_files_ = 0;  // the files from this one on are of the log of late samples
  bool is_late_log_ = false;
};

}  // namespace

base::Status BackfillPrometheusWal(base::Env& env, const std::string& folder,
                                   const BackfillOptions& options, BackfillReport* report) {
  return WalBackfill(env, options, report).Run(folder);
}

}  // namespace sb::backfill
