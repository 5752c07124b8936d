// SPDX-License-Identifier: Apache-2.0
//
// Detection of counter resets between two histograms of one series.
#include <limits>

#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"
#include "model/histogram_math.h"
#include "model/histogram_zero_bucket.h"

namespace sb::model {
namespace {

// A populated bucket that is gone, or a count that went down. Both lists by ascending index.
bool AnyBucketShrank(const BucketList& current, const BucketList& previous) {
  size_t i = 0;
  for (const IndexedBucket& before : previous) {
    while (i < current.size() && current[i].index < before.index) {
      ++i;
    }
    if (i < current.size() && current[i].index == before.index) {
      if (current[i].count < before.count) {
        return true;
      }
    } else if (before.count != 0) {
      return true;
    }
  }
  return false;
}

// The side in the target schema, without what lies within the zero bucket of width `threshold`.
BucketList Comparable(const Histogram& h, bool positive, int32_t schema, double threshold) {
  BucketList list = positive ? Unroll(h.positive_spans, h.positive_buckets)
                             : Unroll(h.negative_spans, h.negative_buckets);
  if (h.UsesCustomBuckets()) {
    return list;
  }
  if (schema < h.schema) {
    list = Coarsen(list, h.schema, schema);
  }
  if (threshold == 0) {
    return list;
  }
  size_t skip = 0;
  while (skip < list.size() && ExponentialBound(list[skip].index, schema) <= threshold) {
    ++skip;
  }
  list.erase(list.begin(), list.begin() + static_cast<ptrdiff_t>(skip));
  return list;
}

// Sums up the buckets that end at or below `bound`, from position `*at` on.
double SumUpTo(const Histogram& h, const BucketList& list, double bound, size_t* at) {
  double sum = 0;
  while (*at < list.size() && BucketBound(h, list[*at].index) <= bound) {
    sum += list[(*at)++].count;
  }
  return sum;
}

// Custom buckets with other bounds than before: compares what both have between shared bounds.
bool ShrankBetweenSharedBounds(const Histogram& current, const Histogram& previous) {
  const std::vector<double>& a = current.custom_values;
  const std::vector<double>& b = previous.custom_values;
  const BucketList now = Comparable(current, true, kCustomBucketsSchema, 0);
  const BucketList before = Comparable(previous, true, kCustomBucketsSchema, 0);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  size_t i = 0;
  size_t j = 0;
  size_t at_now = 0;
  size_t at_before = 0;
  while (i <= a.size() && j <= b.size()) {
    const double bound_a = i < a.size() ? a[i] : kInfinity;
    const double bound_b = j < b.size() ? b[j] : kInfinity;
    if (bound_a == bound_b) {
      if (SumUpTo(current, now, bound_a, &at_now) <
          SumUpTo(previous, before, bound_a, &at_before)) {
        return true;
      }
      ++i;
      ++j;
    } else if (bound_a < bound_b) {
      ++i;
    } else {
      ++j;
    }
  }
  return false;
}

}  // namespace

bool DetectReset(const Histogram& current, const Histogram& previous) {
  if (current.counter_reset_hint == CounterResetHint::kReset) {
    return true;
  }
  if (current.counter_reset_hint == CounterResetHint::kNotReset) {
    return false;
  }
  // Unknown, or a gauge used as a counter (which earns the user a warning elsewhere): look.
  if (current.count < previous.count) {
    return true;
  }
  if (current.UsesCustomBuckets()) {
    if (!previous.UsesCustomBuckets()) {
      return true;
    }
    if (!SameBounds(current.custom_values, previous.custom_values)) {
      return ShrankBetweenSharedBounds(current, previous);
    }
  }
  if (current.schema > previous.schema || current.zero_threshold < previous.zero_threshold) {
    return true;
  }
  const WiderZeroBucket zero = current.zero_threshold == previous.zero_threshold
                                   ? WiderZeroBucket{previous.zero_count, previous.zero_threshold}
                                   : WidenZeroBucket(previous, current.zero_threshold);
  if (zero.threshold != current.zero_threshold || current.zero_count < zero.count) {
    return true;
  }
  for (const bool positive : {true, false}) {
    if (AnyBucketShrank(Comparable(current, positive, current.schema, current.zero_threshold),
                        Comparable(previous, positive, current.schema, current.zero_threshold))) {
      return true;
    }
  }
  return false;
}

}  // namespace sb::model
