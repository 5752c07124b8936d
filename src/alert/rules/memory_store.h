// SPDX-License-Identifier: Apache-2.0
//
// MemoryStore keeps a few series in memory, for evaluations that must not touch the real store:
// rule unit tests and backtests. OverlayStore shows one over another store.
//
//   MemoryStore results;
//   OverlayStore both(&db, &results);         // rules read the past and what they wrote meanwhile
//
// Counter reset hints of histograms are set as the real store sets them: "not reset" for one that
// continues its predecessor, unknown else; gauges stay gauges.
//
// Threads: safe for concurrent reading; one writer at a time, and none while a Querier is in use.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/sample.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"

namespace sb::rules {

class MemoryStore final : public store::AppenderFactory, public store::QuerierFactory {
 public:
  MemoryStore();
  ~MemoryStore() override;

  // kFailedPrecondition if it is older than the series' last sample, kAlreadyExists if another
  // value has its time.
  base::Status Append(const model::LabelSet& labels, model::Sample sample);
  size_t series_count() const { return series_.size(); }
  uint64_t sample_count() const { return samples_; }

  std::unique_ptr<store::Appender> NewAppender() override;
  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) override;

  struct Entry {
    model::LabelSet labels;
    model::SampleColumns columns;
  };
  const std::vector<std::unique_ptr<Entry>>& entries() const { return series_; }

 private:
  friend class MemoryAppender;
  friend class MemoryQuerier;
  size_t Find(const model::LabelSet& labels);
  base::Status AppendAt(size_t place, model::Sample sample);

  std::vector<std::unique_ptr<Entry>> series_;
  std::map<model::LabelSet, size_t> places_;  // sorted, as queriers give them
  std::map<std::string, std::vector<size_t>, std::less<>> by_name_;
  uint64_t samples_ = 0;
};

// Reads `below` and `above` as one store. Of a series that both have, `above` hides the other.
class OverlayStore final : public store::QuerierFactory {
 public:
  OverlayStore(store::QuerierFactory* below, store::QuerierFactory* above)
      : below_(below), above_(above) {}
  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) override;

 private:
  store::QuerierFactory* const below_;
  store::QuerierFactory* const above_;
};

}  // namespace sb::rules
