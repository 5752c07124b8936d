// SPDX-License-Identifier: Apache-2.0
//
// Target is one endpoint of a job: its labels after relabelling, its URL, and how its last scrape
// went.
//
// BuildTarget applies the rules of the job to what discovery found:
//   * `job`, `__scheme__`, `__metrics_path__`, `__param_*`, `__scrape_interval__`, … are set unless
//     discovery set them; then relabel_configs; then `instance` defaults to the address;
//   * a target that a rule drops has no labels (`dropped`);
//   * one that cannot be scraped (no address, broken interval) is kInvalidArgument.
//
// Source: Prometheus scrape/target.go. Threads: identity is immutable; the state has a lock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "base/time.h"
#include "discovery/target_group.h"
#include "ingest/scrape/scrape_config.h"
#include "model/label_set.h"
#include "model/relabel.h"
#include "model/sample.h"

namespace sb::scrape {

enum class TargetHealth : uint8_t { kUnknown, kUp, kDown };
std::string_view TargetHealthName(TargetHealth health);

// What one target says about its metrics.
struct FamilyMetadata {
  std::string metric;
  model::MetricMetadata metadata;
  friend bool operator==(const FamilyMetadata&, const FamilyMetadata&) = default;
};

struct TargetState {
  TargetHealth health = TargetHealth::kUnknown;
  std::string last_error;
  base::TimestampMs last_scrape;  // 0: never
  double last_duration_s = 0;
  std::shared_ptr<const std::vector<FamilyMetadata>> metadata;
};

class Target {
 public:
  Target(const ScrapeConfig& config, model::LabelSet labels, model::LabelSet discovered);

  const model::LabelSet& labels() const { return labels_; }  // with "__…"
  const model::LabelSet& public_labels() const { return public_labels_; }
  const std::string& url() const { return url_; }
  base::DurationMs interval() const { return interval_; }
  base::DurationMs timeout() const { return timeout_; }
  // The same target keeps it over restarts: its place in the interval depends on it.
  uint64_t hash() const { return hash_; }
  // True or false by a label such as `__scrape_native_histograms__`.
  bool Flag(std::string_view label, bool fallback) const;

  model::LabelSet discovered_labels() const;
  void set_discovered_labels(model::LabelSet labels);
  TargetState state() const;
  void Report(base::TimestampMs start, double duration_s, const base::Status& error);
  void SetMetadata(std::shared_ptr<const std::vector<FamilyMetadata>> metadata);

 private:
  const model::LabelSet labels_;
  const model::LabelSet public_labels_;
  const std::string url_;
  const uint64_t hash_;
  base::DurationMs interval_;
  base::DurationMs timeout_;
  mutable base::Mutex mutex_;
  model::LabelSet discovered_ SB_GUARDED_BY(mutex_);
  TargetState state_ SB_GUARDED_BY(mutex_);
};

struct BuiltLabels {
  model::LabelSet labels;      // empty: dropped
  model::LabelSet discovered;  // before relabelling
};

base::Result<BuiltLabels> BuildTargetLabels(const ScrapeConfig& config,
                                            const model::RelabelRules& rules,
                                            const discovery::LabelMap& target,
                                            const discovery::LabelMap& group);

// scheme://address/path?params, parameters sorted by name.
std::string TargetUrl(const ScrapeConfig& config, const model::LabelSet& labels);

}  // namespace sb::scrape
