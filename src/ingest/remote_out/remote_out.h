// SPDX-License-Identifier: Apache-2.0
//
// RemoteOut is `remote_write` of prometheus.yml: it stands in front of the store as an
// AppenderFactory and sends everything that is committed through it to the configured receivers.
//
//   RemoteOut out(parts);
//   scrape_loop.store = &out;                          // and every other writer
//   SB_ASSIGN_OR_RETURN(auto settings, RemoteOut::SettingsOf(config));     // checks
//   SB_RETURN_IF_ERROR(out.Apply(settings));           // starts, keeps and stops destinations
//   out.Stop();
//
// Without destinations NewAppender() hands out the store's own appender. With them, what is
// committed is in the log of the queue (queue_log.h) before it is in the store: while a receiver is
// down, or this program is, nothing is lost. Design: docs/decisions/0005-remote-write-out.md.
//
// Threads: NewAppender() from any; Apply() and Stop() from one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "ingest/pipeline/loss.h"
#include "ingest/remote_out/destination.h"
#include "ingest/scrape/prometheus_file.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"

namespace sb::remote_out {

class RemoteOut final : public store::AppenderFactory {
 public:
  struct Parts {
    base::Env& env;
    store::AppenderFactory& store;
    net::HttpClient& client;
    base::Registry& registry;
    ingest::LossCounters& losses;
    std::function<model::LabelSet(store::SeriesRef)> labels_of;
    std::function<std::vector<store::NamedMetadata>()> metadata;
    std::string folder;  // the queue's; created when there is a destination
    uint64_t bytes_max = uint64_t{8} << 30;
  };

  explicit RemoteOut(Parts parts);
  ~RemoteOut() override;

  std::unique_ptr<store::Appender> NewAppender() override;

  // kInvalidArgument when a rule for relabelling cannot be compiled.
  static base::Result<std::vector<DestinationSettings>> SettingsOf(
      const scrape::PrometheusConfig& config);
  // Destinations whose settings are the same go on; others start at the end of the queue, or where
  // they were when the program ended.
  base::Status Apply(std::vector<DestinationSettings> settings);
  void Stop();

 private:
  base::Status OpenLog();
  void RemoveOldPositions(const std::vector<DestinationSettings>& settings);
  std::string PositionFile(const DestinationSettings& settings) const;
  MetadataByName Metadata() const;

  const Parts parts_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<base::TaskRunner> upkeep_;
  std::vector<std::shared_ptr<Destination>> destinations_;
  std::vector<base::Registry::Handle> handles_;
  base::SharedMutex mutex_;
  std::shared_ptr<QueueLog> log_ SB_GUARDED_BY(mutex_);
  bool active_ SB_GUARDED_BY(mutex_) = false;
};

}  // namespace sb::remote_out
