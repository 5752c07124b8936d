// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/histogram_buckets.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/quantile.h"

namespace sb::promql {
namespace {

using model::Bucket;
using model::Histogram;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A histogram with observations on one side of zero only has a zero bucket on that side only.
void OneSidedZeroBucket(const Histogram& h, Bucket* bucket) {
  if (h.negative_buckets.empty() && !h.positive_buckets.empty()) {
    bucket->lower = 0;
  } else if (h.positive_buckets.empty() && !h.negative_buckets.empty()) {
    bucket->upper = 0;
  }
}

double InterpolateIn(const Histogram& h, const Bucket& bucket, double fraction) {
  if (h.UsesCustomBuckets() || (bucket.lower <= 0 && bucket.upper >= 0)) {
    return bucket.lower + (bucket.upper - bucket.lower) * fraction;
  }
  const double log_lower = std::log2(std::fabs(bucket.lower));
  const double log_upper = std::log2(std::fabs(bucket.upper));
  if (bucket.lower > 0) {
    return std::exp2(log_lower + (log_upper - log_lower) * fraction);
  }
  return -std::exp2(log_upper + (log_lower - log_upper) * (1 - fraction));
}

// Where the rank falls: the bucket, and the observations up to its end (in walking direction).
struct Found {
  Bucket bucket;
  double count = 0;
  size_t next = 0;  // the bucket after it
};
Found FindRank(const std::vector<Bucket>& buckets, double rank) {
  Found found;
  while (found.next < buckets.size()) {
    const Bucket& bucket = buckets[found.next++];
    found.bucket = bucket;
    if (bucket.count == 0) {
      continue;
    }
    found.count += bucket.count;
    if (found.count >= rank) {
      break;
    }
  }
  return found;
}

// The rank's position once its bucket is known.
double RankInBucket(const Histogram& h, bool forward, double rank, Found* found,
                    const std::vector<Bucket>& buckets, const AnnotationTarget& target) {
  const double in_bucket =
      forward ? rank - (found->count - found->bucket.count) : found->count - rank;
  if (std::isnan(h.sum)) {
    // The sum may also be NaN because of infinities of both signs; NaN observations are those that
    // are in the count but in no bucket. The reference goes on with the last bucket it has seen.
    for (; found->next < buckets.size(); ++found->next) {
      found->bucket = buckets[found->next];
      found->count += found->bucket.count;
    }
    if (found->count < h.count) {
      target.annotations->Add(QuantileNanSkewInfo(target.metric, target.position));
    }
  }
  return in_bucket;
}

// Rank of a value by walking up the buckets.
class FractionWalk {
 public:
  FractionWalk(const Histogram& h, double value) : h_(h), value_(value) {}

  bool known() const { return known_; }
  double rank() const { return rank_; }

  void StartOf(const Bucket& bucket, double rank) {
    if (!known_ && bucket.lower >= value_) {
      Set(rank);
    }
  }
  void Within(const Bucket& bucket, bool zero_bucket, double rank) {
    if (known_ || !(bucket.lower < value_ && bucket.upper > value_)) {
      return;
    }
    if (!h_.UsesCustomBuckets() && !zero_bucket) {
      Set(rank + bucket.count * FractionBelow(bucket, value_, model::Interpolation::kExponential));
    } else if (bucket.lower == -kInfinity) {
      Set(bucket.count);  // nothing to interpolate in an infinitely wide bucket
    } else {
      Set(rank + bucket.count * FractionBelow(bucket, value_, model::Interpolation::kLinear));
    }
  }

 private:
  void Set(double rank) {
    known_ = true;
    rank_ = rank;
  }
  const Histogram& h_;
  const double value_;
  bool known_ = false;
  double rank_ = 0;
};

}  // namespace

double QuantileOfHistogram(double q, const Histogram& h, const AnnotationTarget& target) {
  if (q < 0) {
    return -kInfinity;
  }
  if (q > 1) {
    return kInfinity;
  }
  if (h.count == 0 || std::isnan(q)) {
    return kNan;
  }
  // From the nearer end, for the digits; but observations of NaN are only at the upper one.
  const bool forward = std::isnan(h.sum) || q < 0.5;
  const double rank = forward ? q * h.count : (1 - q) * h.count;
  const std::vector<Bucket> buckets = forward ? AllBuckets(h) : AllBucketsReversed(h);
  Found found = FindRank(buckets, rank);
  Bucket& bucket = found.bucket;
  if (!h.UsesCustomBuckets()) {
    if (bucket.lower < 0 && bucket.upper > 0) {
      OneSidedZeroBucket(h, &bucket);
    }
  } else if (bucket.lower == -kInfinity) {
    if (bucket.upper <= 0) {
      return bucket.upper;
    }
    bucket.lower = 0;
  } else if (bucket.upper == kInfinity) {
    return bucket.lower;
  }
  found.count = std::min(found.count, h.count);
  if (found.count < rank) {
    // More observations than in all buckets: the quantile is among the NaNs.
    if (std::isnan(h.sum)) {
      target.annotations->Add(QuantileNanResultInfo(target.metric, target.position));
      return kNan;
    }
    return bucket.upper;
  }
  const double in_bucket = RankInBucket(h, forward, rank, &found, buckets, target);
  return InterpolateIn(h, bucket, in_bucket / bucket.count);
}

double FractionOfHistogram(double lower, double upper, const Histogram& h,
                           const AnnotationTarget& target) {
  if (h.count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return kNan;
  }
  if (lower >= upper) {
    return 0;
  }
  FractionWalk low(h, lower);
  FractionWalk high(h, upper);
  double rank = 0;
  double count = 0;
  for (Bucket bucket : AllBuckets(h)) {
    count += bucket.count;
    if (low.known() && high.known()) {
      continue;
    }
    const bool zero_bucket = bucket.lower <= 0 && bucket.upper >= 0;
    if (zero_bucket) {
      OneSidedZeroBucket(h, &bucket);
    }
    for (FractionWalk* walk : {&low, &high}) {
      walk->StartOf(bucket, rank);
      walk->Within(bucket, zero_bucket, rank);
    }
    rank += bucket.count;
  }
  if (!std::isnan(h.sum)) {
    count = h.count;
  } else if (count < h.count) {
    target.annotations->Add(FractionNansInfo(target.metric, target.position));
  }
  auto bounded = [count](const FractionWalk& walk) {
    return walk.known() && !(walk.rank() > count) ? walk.rank() : count;
  };
  return (bounded(high) - bounded(low)) / h.count;
}

}  // namespace sb::promql
