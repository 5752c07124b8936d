// SPDX-License-Identifier: Apache-2.0
//
// Sample columns of every kind from a seed, and the comparison that storage tests need: bit by bit.
#pragma once

#include <cstdint>
#include <string>

#include "encoding/testing/sample_shapes.h"
#include "model/sample.h"

namespace sb::tsdb {

enum class Kinds : uint8_t { kFloats, kHistograms, kMixed };

struct ColumnsShape {
  encoding::Shape shape = encoding::Shape::kCounter;
  Kinds kinds = Kinds::kFloats;
  bool start_times = false;
  unsigned jitter_percent = 3;
  int64_t offset_ms = 0;
};

model::SampleColumns MakeColumns(const ColumnsShape& shape, size_t count, uint64_t seed);

// A histogram whose layout changes now and then; every tenth or so is stale, float, or has custom
// bounds.
model::HistogramPtr MakeHistogram(size_t i, uint64_t seed);

// Empty if equal bit by bit, else where they differ. Missing optional columns equal zeros and
// nulls.
std::string Difference(const model::SampleColumns& a, const model::SampleColumns& b);

// The samples [begin, end).
model::SampleColumns Slice(const model::SampleColumns& columns, size_t begin, size_t end);

}  // namespace sb::tsdb
