// SPDX-License-Identifier: Apache-2.0
#include "server/api_sources.h"

#include <unistd.h>

#include <algorithm>

#include "config/duration.h"
#include "server/build_info.h"
#include "server/process_metrics.h"
#include "server/server.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

namespace {

std::vector<api::NamedCount> ToCounts(const std::vector<tsdb::LabelCount>& list) {
  std::vector<api::NamedCount> out;
  out.reserve(list.size());
  for (const tsdb::LabelCount& one : list) {
    out.push_back({one.name, one.count});
  }
  return out;
}

std::string WorkingFolder() {
  char path[4096] = {};
  return getcwd(path, sizeof(path)) != nullptr ? path : "";
}

}  // namespace

ApiSources::ApiSources(Parts parts)
    : with_(parts), start_time_ms_(parts.env.clock().NowMs().Value()) {}

api::StoreStatistics ApiSources::Statistics(size_t limit) const {
  const tsdb::DbStats stats = with_.db.Stats(limit);
  api::StoreStatistics out;
  out.series = stats.head_series;
  out.label_pairs = stats.head_label_pairs;
  out.chunks = stats.head_chunks;
  out.min_time_ms = stats.head_first_time;
  out.max_time_ms = stats.head_last_time;
  out.series_by_metric = ToCounts(stats.head.series_by_metric_name);
  out.values_by_label = ToCounts(stats.head.values_by_label_name);
  out.bytes_by_label = ToCounts(stats.head.bytes_by_label_name);
  out.series_by_pair = ToCounts(stats.head.series_by_label_pair);
  return out;
}

api::RuntimeInfo ApiSources::Runtime() const {
  const ReloadState::Outcome reload = with_.reload.outcome();
  api::RuntimeInfo info;
  info.start_time_ms = start_time_ms_;
  info.working_folder = WorkingFolder();
  info.host_name = HostName();
  info.reload_ok = reload.ok;
  info.reload_time_ms = reload.time_ms;
  info.corruptions = Corruptions();
  info.threads = ProcessThreads(with_.env.files());
  info.processors = static_cast<uint64_t>(sysconf(_SC_NPROCESSORS_ONLN));
  info.retention = RetentionText();
  return info;
}

api::BuildInfo ApiSources::Build() const {
  api::BuildInfo info;
  info.version = Version();
  info.revision = Revision();
  info.compiler = Compiler();
  return info;
}

std::string ApiSources::ConfigYaml() const {
  return scrape::PrintPrometheusConfig(*with_.reload.config());
}

std::vector<std::pair<std::string, std::string>> ApiSources::Flags() const {
  const ServerOptions& options = with_.options;
  std::vector<std::pair<std::string, std::string>> flags = {
      {"config", options.config_file},
      {"data", options.data_folder},
      {"listen", options.listen},
      {"log.format", options.config.log.format},
      {"log.level", options.config.log.level},
      {"prometheus.admin_api", options.config.prometheus.admin_api ? "true" : "false"},
      {"prometheus.config", options.config.prometheus.config},
      {"query.concurrency", std::to_string(options.config.query.concurrency)},
      {"query.lookback", config::FormatDuration(options.config.query.lookback)},
      {"query.samples_max", std::to_string(options.config.query.samples_max)},
      {"query.timeout", config::FormatDuration(options.config.query.timeout)},
      {"retention.disk", options.config.retention.disk},
      {"retention.metrics", config::FormatDuration(options.config.retention.metrics)},
      {"storage.exemplars_max", std::to_string(options.config.storage.exemplars_max)},
      {"storage.out_of_order_window",
       config::FormatDuration(options.config.storage.out_of_order_window)},
      {"storage.series_max", std::to_string(options.config.storage.series_max)}};
  for (const auto& [name, address] : options.doors) {
    flags.emplace_back("door." + name, address);
  }
  std::sort(flags.begin(), flags.end());
  return flags;
}

std::vector<store::NamedMetadata> ApiSources::Metadata() const {
  return with_.db.Metadata();
}

model::LabelSet ApiSources::ExternalLabels() const {
  std::vector<model::Label> labels;
  const auto config = with_.reload.config();
  for (const auto& [name, value] : config->global.external_labels) {
    labels.push_back({name, value});
  }
  return model::LabelSet::FromLabels(std::move(labels));
}

base::Result<std::string> ApiSources::Snapshot(bool skip_head) {
  return with_.db.Snapshot(skip_head ? tsdb::Db::SnapshotScope::kBlocksOnly
                                     : tsdb::Db::SnapshotScope::kEverything);
}

base::Status ApiSources::DeleteSeries(const std::vector<std::vector<model::Matcher>>& selectors,
                                      int64_t start_ms, int64_t end_ms) {
  const base::TimeRange range{base::TimestampMs(start_ms), base::TimestampMs(end_ms + 1)};
  for (const std::vector<model::Matcher>& selector : selectors) {
    SB_RETURN_IF_ERROR(with_.db.DeleteSeries(selector, range));
  }
  return base::OkStatus();
}

base::Status ApiSources::CleanTombstones() {
  return with_.db.CleanTombstones();
}

std::string ApiSources::RetentionText() const {
  std::string text = config::FormatDuration(with_.options.config.retention.metrics);
  if (!with_.options.config.retention.disk.empty()) {
    text += " or " + with_.options.config.retention.disk;
  }
  return text;
}

uint64_t ApiSources::Corruptions() const {
  static constexpr std::string_view kNames[] = {"signalbox_tsdb_wal_damaged_records_total",
                                                "signalbox_tsdb_blocks_quarantined_total",
                                                "signalbox_tsdb_compaction_damaged_chunks_total"};
  double sum = 0;
  for (const base::InstrumentFamily& family : with_.registry.Collect()) {
    if (std::find(std::begin(kNames), std::end(kNames), family.name) != std::end(kNames)) {
      for (const base::InstrumentPoint& point : family.points) {
        sum += point.value;
      }
    }
  }
  return static_cast<uint64_t>(sum);
}

void ApiSources::FillFromInstruments(api::SignalboxStatus* status) const {
  for (const base::InstrumentFamily& family : with_.registry.Collect()) {
    double sum = 0;
    for (const base::InstrumentPoint& point : family.points) {
      sum += point.value;
    }
    const auto total = static_cast<uint64_t>(sum);
    if (family.name == "signalbox_tsdb_samples_appended_total") {
      status->samples_appended_total = total;
      status->samples_total = total;
    } else if (family.name == "signalbox_remote_write_requests_total") {
      status->remote_write_requests_total = total;
    } else if (family.name == "signalbox_ingest_dropped_samples_total") {
      status->rejected_total = total;
    }
  }
}

api::SignalboxStatus ApiSources::SignalboxState() const {
  const ReloadState::Outcome reload = with_.reload.outcome();
  const tsdb::DbStats stats = with_.db.Stats(0);
  api::SignalboxStatus status;
  status.version = Version();
  status.revision = Revision();
  status.start_time_ms = start_time_ms_;
  status.now_ms = with_.env.clock().NowMs().Value();
  status.reload_ok = reload.ok;
  status.reload_time_ms = reload.time_ms;
  status.reload_error = reload.error;
  status.head_series = stats.head_series;
  status.blocks = stats.blocks.size();
  status.wal_bytes = stats.wal_bytes;
  status.disk_bytes = stats.wal_bytes + stats.block_bytes;
  status.min_time_ms = stats.has_times ? stats.head_first_time : 0;
  status.max_time_ms = stats.has_times ? stats.head_last_time : 0;
  for (const tsdb::BlockMeta& block : stats.blocks) {
    const int64_t start = block.range.start.Value();
    status.min_time_ms = status.min_time_ms == 0 ? start : std::min(status.min_time_ms, start);
  }
  status.retention = RetentionText();
  status.jobs = ScrapePools().size();
  for (const api::ActiveTarget& target : ActiveTargets("")) {
    status.targets_up += target.health == "up" ? 1 : 0;
    status.targets_down += target.health == "down" ? 1 : 0;
  }
  FillFromInstruments(&status);
  return status;
}

}  // namespace sb::server
