// SPDX-License-Identifier: Apache-2.0
//
// TestStore keeps series in memory, for tests of the query language.
//
//   TestStore store;
//   SB_RETURN_IF_ERROR(store.Load(command));        // a `load` of a test script
//   store.Append(labels, sample);
//   engine.Instant(context, store, "up", 0);
//
// Counter reset hints of histograms are set as a store does: "not reset" for one that continues its
// predecessor, unknown for the first of a run; gauges stay gauges.
//
// Series can be read in pieces, so that whatever a query answers from summaries of samples is
// compared with what it would answer from the samples.
//
// Threads: none.
#pragma once

#include <map>
#include <memory>

#include "base/status.h"
#include "model/label_set.h"
#include "model/sample.h"
#include "query/promql/testing/test_script.h"
#include "store/interface/querier.h"

namespace sb::promql {

class TestStore final : public store::QuerierFactory {
 public:
  void Clear() { series_.clear(); }
  // kFailedPrecondition if the sample is not newer than the series' last one.
  base::Status Append(const model::LabelSet& labels, model::Sample sample);
  base::Status Load(const LoadCommand& command);

  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange range) override;

 private:
  friend class TestQuerier;
  std::map<model::LabelSet, model::SampleColumns> series_;
};

// a + b and a - b for scripts.
base::Result<model::HistogramPtr> CombineForScript(const model::Histogram& a,
                                                   const model::Histogram& b, HistogramStep step);

}  // namespace sb::promql
