// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_layout.h"

#include <algorithm>

#include "model/kahan.h"

namespace sb::model {

BucketList Unroll(const std::vector<HistogramSpan>& spans, const std::vector<double>& counts,
                  const std::vector<double>* maybe_compensation) {
  BucketList out;
  out.reserve(counts.size());
  int64_t index = 0;
  size_t at = 0;
  for (const HistogramSpan& span : spans) {
    index += span.offset;
    for (uint32_t i = 0; i < span.length && at < counts.size(); ++i, ++at, ++index) {
      const double compensation = maybe_compensation != nullptr && at < maybe_compensation->size()
                                      ? (*maybe_compensation)[at]
                                      : 0;
      out.push_back({static_cast<int32_t>(index), counts[at], compensation});
    }
  }
  return out;
}

void Roll(const BucketList& list, std::vector<HistogramSpan>* spans, std::vector<double>* counts,
          std::vector<double>* maybe_compensation) {
  spans->clear();
  counts->clear();
  counts->reserve(list.size());
  if (maybe_compensation != nullptr) {
    maybe_compensation->clear();
  }
  int64_t next = 0;
  for (const IndexedBucket& bucket : list) {
    if (spans->empty() || bucket.index != next) {
      spans->push_back({static_cast<int32_t>(bucket.index - next), 0});
    }
    ++spans->back().length;
    next = static_cast<int64_t>(bucket.index) + 1;
    counts->push_back(bucket.count);
    if (maybe_compensation != nullptr) {
      maybe_compensation->push_back(bucket.compensation);
    }
  }
}

int32_t CoarserIndex(int32_t index, int32_t schema, int32_t target_schema) {
  const int64_t shifted = (static_cast<int64_t>(index) - 1) >> (schema - target_schema);
  return static_cast<int32_t>(shifted + 1);
}

BucketList Coarsen(const BucketList& list, int32_t schema, int32_t target_schema) {
  BucketList out;
  for (const IndexedBucket& bucket : list) {
    const int32_t index = CoarserIndex(bucket.index, schema, target_schema);
    if (!out.empty() && out.back().index == index) {
      out.back().count += bucket.count;
    } else {
      out.push_back({index, bucket.count, 0});
    }
  }
  return out;
}

BucketList CoarsenKahan(const BucketList& list, int32_t schema, int32_t target_schema) {
  BucketList out;
  for (const IndexedBucket& bucket : list) {
    const int32_t index = CoarserIndex(bucket.index, schema, target_schema);
    if (!out.empty() && out.back().index == index) {
      KahanAdd(bucket.count, &out.back().count, &out.back().compensation);
      KahanAdd(bucket.compensation, &out.back().count, &out.back().compensation);
    } else {
      out.push_back({index, bucket.count, bucket.compensation});
    }
  }
  return out;
}

void DropEmpty(BucketList* list) {
  std::erase_if(*list, [](const IndexedBucket& b) { return b.count == 0 && b.compensation == 0; });
}

}  // namespace sb::model
