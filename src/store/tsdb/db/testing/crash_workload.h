// SPDX-License-Identifier: Apache-2.0
//
// CrashWorkload writes numbered batches into a store, so that after any crash it can be told which
// batches must be there, which may be, and whether each is whole and has the right bits.
//
// Batch n puts one sample into each of kSeries series at the same time (TimeOf(n)); every third
// batch comes late, at a time before its predecessor. Values depend on n and the series only:
// floats of all kinds, and native histograms for one series. One more series, {series="900"}, may
// be downsampled to one sample in kSparseEvery: then only the last of each interval must be there.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/status.h"
#include "store/interface/appender.h"
#include "store/interface/querier.h"
#include "store/tsdb/db/downsample_rules.h"

namespace sb::tsdb {

class CrashWorkload {
 public:
  static constexpr int kSeries = 12;
  static constexpr int64_t kStep = 5'000;
  static constexpr uint64_t kSparse = 900;
  static constexpr int64_t kSparseEvery = 20'000;

  static DownsampleRule SparseRule();
  static int64_t TimeOf(uint64_t batch);
  // Commits batch `n`. A new series appears every 16 batches and is part of that batch too.
  static base::Status Commit(store::AppenderFactory& store, uint64_t n);

  // Reads everything and finds the batches that are there. An error says what is wrong: a batch
  // that is there in part, a wrong value, a sample that nobody wrote.
  static base::Status Verify(store::QuerierFactory& store, std::set<uint64_t>* batches);
};

}  // namespace sb::tsdb
