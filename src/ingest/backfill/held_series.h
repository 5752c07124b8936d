// SPDX-License-Identifier: Apache-2.0
//
// HeldSeries collects samples in any order and writes them as blocks, one a window of time, when
// there are as many as may be in memory.
//
//   HeldSeries held(env, options, report);
//   const size_t series = held.SeriesOf(labels);
//   SB_RETURN_IF_ERROR(held.Append(series, sample));    // may write blocks
//   SB_RETURN_IF_ERROR(held.Flush());
//
// Indices hold for the lifetime of the object. Of several samples at one time the last is kept.
// Threads: one at a time.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "ingest/backfill/backfill.h"
#include "model/sample.h"

namespace sb::backfill {

class HeldSeries {
 public:
  // All must outlive the object.
  HeldSeries(base::Env& env, const BackfillOptions& options, BackfillReport* report)
      : env_(env), options_(options), report_(*report) {}

  size_t SeriesOf(const model::LabelSet& labels);
  base::Status Append(size_t series, const model::Sample& sample);
  // Removes samples that were appended, both ends included; those in blocks already stay.
  void Delete(size_t series, int64_t first_ms, int64_t last_ms);
  base::Status Flush();

 private:
  struct Series {
    model::LabelSet labels;
    model::SampleColumns columns;
  };

  int64_t NextWindow(int64_t from) const;
  base::Status WriteWindow(const std::vector<size_t>& order, int64_t start, int64_t end);

  base::Env& env_;
  const BackfillOptions& options_;
  BackfillReport& report_;
  std::vector<Series> series_;
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels_;
  uint64_t held_ = 0;
};

}  // namespace sb::backfill
