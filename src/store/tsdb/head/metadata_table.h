// SPDX-License-Identifier: Apache-2.0
//
// MetadataTable: type, unit and help by metric name. Targets may disagree: a name has up to
// kVersionsMax versions, newest first.
//
// Threads: as a std container; the head guards it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/sample.h"

namespace sb::tsdb {

class MetadataTable {
 public:
  static constexpr size_t kVersionsMax = 8;
  static constexpr size_t kMetricsMax = 500'000;
  static constexpr size_t kHelpBytesMax = 4096;

  // True if this changes what is held: it is not yet the newest version of the metric.
  bool Changes(std::string_view metric, const model::MetricMetadata& metadata) const {
    const auto found = metrics_.find(metric);
    if (found == metrics_.end()) {
      return metrics_.size() < kMetricsMax;
    }
    return found->second.empty() || found->second.front() != metadata;
  }
  void Set(std::string_view metric, const model::MetricMetadata& metadata) {
    std::vector<model::MetricMetadata>& versions = metrics_[std::string(metric)];
    std::erase(versions, metadata);
    versions.insert(versions.begin(), metadata);
    if (versions.size() > kVersionsMax) {
      versions.pop_back();
    }
  }
  const model::MetricMetadata* Newest(std::string_view metric) const {
    const auto found = metrics_.find(metric);
    return found == metrics_.end() ? nullptr : &found->second.front();
  }
  const std::map<std::string, std::vector<model::MetricMetadata>, std::less<>>& metrics() const {
    return metrics_;
  }

 private:
  std::map<std::string, std::vector<model::MetricMetadata>, std::less<>> metrics_;
};

}  // namespace sb::tsdb
