// SPDX-License-Identifier: Apache-2.0
//
// ApiSources answers what the façades ask about the program (api/prometheus/sources.h,
// api/ui/status_api.h) from the concrete store, the scrape manager and the configuration in force.
//
// Threads: safe for concurrent use.
#pragma once

#include <atomic>
#include <string>

#include "api/prometheus/sources.h"
#include "api/ui/status_api.h"
#include "base/env.h"
#include "base/instruments.h"
#include "server/reload_state.h"

namespace sb::tsdb {
class Db;
}
namespace sb::scrape {
class ScrapeManager;
}

namespace sb::server {

struct ServerOptions;

class ApiSources final : public api::TargetSource,
                         public api::StatusSource,
                         public api::AdminActions,
                         public api::SignalboxStatusSource {
 public:
  // All must outlive the object.
  struct Parts {
    base::Env& env;
    const ServerOptions& options;
    const base::Registry& registry;
    const ReloadState& reload;
    tsdb::Db& db;
    scrape::ScrapeManager& scrape;
  };
  explicit ApiSources(Parts parts);

  int64_t start_time_ms() const { return start_time_ms_; }
  void SetReady(bool ready) { ready_.store(ready); }

  std::vector<std::string> ScrapePools() const override;
  std::vector<api::ActiveTarget> ActiveTargets(const std::string& pool) const override;
  std::vector<api::DroppedTarget> DroppedTargets(const std::string& pool) const override;
  std::vector<std::pair<std::string, uint64_t>> DroppedTargetCounts() const override;
  std::vector<api::TargetMetadata> Metadata(const std::string& metric) const override;

  bool Ready() const override { return ready_.load(); }
  api::StoreStatistics Statistics(size_t limit) const override;
  api::RuntimeInfo Runtime() const override;
  api::BuildInfo Build() const override;
  std::string ConfigYaml() const override;
  std::vector<std::pair<std::string, std::string>> Flags() const override;
  std::vector<store::NamedMetadata> Metadata() const override;
  model::LabelSet ExternalLabels() const override;

  base::Result<std::string> Snapshot(bool skip_head) override;
  base::Status DeleteSeries(const std::vector<std::vector<model::Matcher>>& selectors,
                            int64_t start_ms, int64_t end_ms) override;
  base::Status CleanTombstones() override;

  api::SignalboxStatus SignalboxState() const override;

 private:
  std::string RetentionText() const;
  // Damaged records of the log, blocks put aside, chunks that a compaction could not read.
  uint64_t Corruptions() const;
  void FillFromInstruments(api::SignalboxStatus* status) const;

  const Parts with_;
  const int64_t start_time_ms_;
  std::atomic<bool> ready_{false};
};

}  // namespace sb::server
