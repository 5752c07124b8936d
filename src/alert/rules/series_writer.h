// SPDX-License-Identifier: Apache-2.0
//
// SeriesWriter writes what the rules of a group give, and marks as gone what they no longer give.
//
//   SeriesWriter writer(rules.size());
//   writer.Begin(store);
//   writer.Write(i, rows, ts);              // rule i: new samples, stale markers for the vanished
//   SB_RETURN_IF_ERROR(writer.Commit());
//
// A sample that the store refuses is counted (refused()) and does not keep the others from being
// written. Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "query/engine/result.h"
#include "store/interface/appender.h"

namespace sb::rules {

using LiveSeries = std::unordered_map<model::LabelSet, store::SeriesRef, model::LabelSetHash>;

class SeriesWriter {
 public:
  explicit SeriesWriter(size_t rules) : live_(rules) {}

  void Write(store::AppenderFactory& store, size_t rule, const query::InstantVector& rows,
             int64_t time_ms);
  // Stale markers for `series`, but not for those that a rule of this group writes now.
  void MarkStale(store::AppenderFactory& store, const LiveSeries& series, int64_t time_ms);
  base::Status Commit();

  // What rule `rule` wrote last.
  const LiveSeries& live(size_t rule) const { return live_[rule]; }
  LiveSeries Take(size_t rule) { return std::exchange(live_[rule], {}); }
  void Give(size_t rule, LiveSeries series) { live_[rule] = std::move(series); }
  bool IsLive(const model::LabelSet& labels) const;

  uint64_t refused() const { return refused_; }
  uint64_t written() const { return written_; }

 private:
  store::Appender& Appender(store::AppenderFactory& store);
  void Append(store::Appender& appender, const model::LabelSet& labels, store::SeriesRef* ref,
              const model::Sample& sample);

  std::vector<LiveSeries> live_;
  std::unique_ptr<store::Appender> appender_;  // null: nothing to commit
  uint64_t refused_ = 0;
  uint64_t written_ = 0;
};

}  // namespace sb::rules
