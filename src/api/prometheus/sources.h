// SPDX-License-Identifier: Apache-2.0
//
// What the Prometheus façade asks of the rest of the program. The façade holds no state and names
// no concrete store; `server` implements these.
//
// Threads: called concurrently from request threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "model/matcher.h"
#include "store/interface/querier.h"

namespace sb::api {

struct ActiveTarget {
  std::string scrape_pool;
  std::string scrape_url;
  std::string global_url;
  model::LabelSet labels;
  model::LabelSet discovered_labels;
  std::string health = "unknown";  // up, down, unknown
  std::string last_error;
  int64_t last_scrape_ms = 0;  // 0: never
  double last_duration_s = 0;
  int64_t interval_ms = 0;
  int64_t timeout_ms = 0;
};
struct DroppedTarget {
  std::string scrape_pool;
  model::LabelSet discovered_labels;
};
struct TargetMetadata {
  model::LabelSet target;
  std::string metric;
  model::MetricMetadata metadata;
};

class TargetSource {
 public:
  virtual ~TargetSource() = default;
  virtual std::vector<std::string> ScrapePools() const = 0;
  // `pool` empty: all.
  virtual std::vector<ActiveTarget> ActiveTargets(const std::string& pool) const = 0;
  virtual std::vector<DroppedTarget> DroppedTargets(const std::string& pool) const = 0;
  // All dropped ones, also those beyond the number that is kept.
  virtual std::vector<std::pair<std::string, uint64_t>> DroppedTargetCounts() const = 0;
  virtual std::vector<TargetMetadata> Metadata(const std::string& metric) const = 0;
};

struct NamedCount {
  std::string name;
  uint64_t value = 0;
};
struct StoreStatistics {
  uint64_t series = 0;
  uint64_t label_pairs = 0;
  uint64_t chunks = 0;
  int64_t min_time_ms = 0;
  int64_t max_time_ms = 0;
  std::vector<NamedCount> series_by_metric;
  std::vector<NamedCount> values_by_label;
  std::vector<NamedCount> bytes_by_label;
  std::vector<NamedCount> series_by_pair;
};
struct RuntimeInfo {
  int64_t start_time_ms = 0;
  std::string working_folder;
  bool reload_ok = true;
  int64_t reload_time_ms = 0;
  uint64_t corruptions = 0;
  uint64_t threads = 0;
  uint64_t processors = 0;
  std::string host_name;
  std::string retention;
};
struct BuildInfo {
  std::string version;
  std::string revision;
  std::string branch;
  std::string build_user;
  std::string build_date;
  std::string compiler;
};

class StatusSource {
 public:
  virtual ~StatusSource() = default;
  virtual bool Ready() const = 0;
  virtual StoreStatistics Statistics(size_t limit) const = 0;
  virtual RuntimeInfo Runtime() const = 0;
  virtual BuildInfo Build() const = 0;
  virtual std::string ConfigYaml() const = 0;  // secrets shown as <secret>
  virtual std::vector<std::pair<std::string, std::string>> Flags() const = 0;
  virtual std::vector<store::NamedMetadata> Metadata() const = 0;
  // External labels of the configuration, which /federate adds.
  virtual model::LabelSet ExternalLabels() const = 0;
};

class AdminActions {
 public:
  virtual ~AdminActions() = default;
  // The name of the new folder below snapshots/.
  virtual base::Result<std::string> Snapshot(bool skip_head) = 0;
  // Inclusive times, as the API has them.
  virtual base::Status DeleteSeries(const std::vector<std::vector<model::Matcher>>& selectors,
                                    int64_t start_ms, int64_t end_ms) = 0;
  virtual base::Status CleanTombstones() = 0;
};

}  // namespace sb::api
