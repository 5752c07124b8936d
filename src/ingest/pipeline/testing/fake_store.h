// SPDX-License-Identifier: Apache-2.0
//
// FakeStore is a metrics store in a map, for tests of what writes into one: it keeps the rules of
// store::Appender that writers depend on (order, duplicates, stale references, all or nothing) and
// can be told to fail.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/interface/appender.h"

namespace sb::ingest {

class FakeStore final : public store::AppenderFactory {
 public:
  struct Series {
    model::LabelSet labels;
    std::vector<model::Sample> samples;
    std::vector<model::Exemplar> exemplars;
    model::MetricMetadata metadata;
  };

  std::unique_ptr<store::Appender> NewAppender() override;

  // The series printed as `up{job="a"}`; null if there is none.
  const Series* Find(const std::string& printed) const;
  size_t series_count() const { return by_name_.size(); }
  uint64_t sample_count() const;
  uint64_t resolve_count() const { return resolve_count_; }
  // Makes all references stale, as a restart or a truncation would.
  void ForgetReferences();

  size_t series_max = SIZE_MAX;
  int64_t time_min_ms = INT64_MIN;
  base::Status commit_status;
  base::Status append_status;  // of each sample, before anything else is looked at

 private:
  friend class FakeAppender;

  std::map<std::string, Series> by_name_;
  std::map<uint64_t, std::string> names_;  // of live references
  uint64_t next_ref_ = 1;
  uint64_t resolve_count_ = 0;
};

}  // namespace sb::ingest
