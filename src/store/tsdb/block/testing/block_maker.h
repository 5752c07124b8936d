// SPDX-License-Identifier: Apache-2.0
//
// Blocks for tests: series of all shapes with labels that repeat as real ones do.
#pragma once

#include <map>
#include <memory>

#include "base/env.h"
#include "store/interface/querier.h"
#include "store/tsdb/block/block.h"
#include "store/tsdb/block/block_writer.h"
#include "store/tsdb/chunk/testing/random_columns.h"

namespace sb::tsdb {

using TestSeries = std::map<model::LabelSet, model::SampleColumns>;

inline constexpr base::TimeRange kAllTime{base::TimestampMs::Min(), base::TimestampMs::Max()};

class AlwaysAlive final : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

// `count` series of floats, histograms and both, some of which share their timestamps.
TestSeries MakeTestSeries(size_t count, uint64_t seed);
// Classic histograms: `histograms` of ten buckets each, with `samples` samples.
TestSeries MakeBucketSeries(size_t histograms, size_t samples, uint64_t seed);

// Writes a block with `options` (whose range becomes all time) below /blocks and opens it.
std::shared_ptr<const Block> MustWriteBlock(base::Env& env, const TestSeries& series,
                                            BlockWriterOptions options = {});

}  // namespace sb::tsdb
