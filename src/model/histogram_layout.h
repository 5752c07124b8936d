// SPDX-License-Identifier: Apache-2.0
//
// BucketList is one side of a histogram unrolled: (index, count) pairs by ascending index. The
// algebra works on it; spans are only the stored form.
#pragma once

#include <cstdint>
#include <vector>

#include "model/histogram.h"

namespace sb::model {

struct IndexedBucket {
  int32_t index = 0;
  double count = 0;
  double compensation = 0;  // of a Kahan sum; 0 elsewhere
};
using BucketList = std::vector<IndexedBucket>;

// Spans that promise more buckets than there are end early.
BucketList Unroll(const std::vector<HistogramSpan>& spans, const std::vector<double>& counts,
                  const std::vector<double>* maybe_compensation = nullptr);
void Roll(const BucketList& list, std::vector<HistogramSpan>* spans, std::vector<double>* counts,
          std::vector<double>* maybe_compensation = nullptr);

// The index of the coarser schema that holds bucket `index` of `schema`.
int32_t CoarserIndex(int32_t index, int32_t schema, int32_t target_schema);
// Merges neighbours into a coarser schema (plain or, with compensations, Kahan addition).
BucketList Coarsen(const BucketList& list, int32_t schema, int32_t target_schema);
BucketList CoarsenKahan(const BucketList& list, int32_t schema, int32_t target_schema);

void DropEmpty(BucketList* list);

}  // namespace sb::model
