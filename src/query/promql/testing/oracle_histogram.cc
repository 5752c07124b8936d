// SPDX-License-Identifier: Apache-2.0
//
// The oracle's quantiles, fractions and variance of histograms.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/histogram_buckets.h"
#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {
namespace {

using model::Bucket;
using model::Histogram;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool HoldsZero(const Bucket& b) {
  return b.lower <= 0 && b.upper >= 0;
}

// The zero bucket of a histogram with observations on one side only is on that side.
void TrimZeroBucket(const Histogram& h, Bucket* b) {
  if (h.negative_buckets.empty() && !h.positive_buckets.empty()) {
    b->lower = 0;
  } else if (h.positive_buckets.empty() && !h.negative_buckets.empty()) {
    b->upper = 0;
  }
}

}  // namespace

double QuantileOfNative(double q, const Histogram& h, const std::string& metric, Notes* notes) {
  if (q < 0 || q > 1) {
    return q < 0 ? -kInfinity : kInfinity;
  }
  if (h.count == 0 || std::isnan(q)) {
    return kNan;
  }
  const bool up = std::isnan(h.sum) || q < 0.5;
  const std::vector<Bucket> buckets = up ? model::AllBuckets(h) : model::AllBucketsReversed(h);
  const double rank = (up ? q : 1 - q) * h.count;
  double seen = 0;
  size_t i = 0;
  Bucket bucket;
  for (; i < buckets.size(); ++i) {
    bucket = buckets[i];
    seen += bucket.count;
    if (bucket.count != 0 && seen >= rank) {
      ++i;
      break;
    }
  }
  if (h.UsesCustomBuckets()) {
    if (bucket.lower == -kInfinity) {
      if (bucket.upper <= 0) {
        return bucket.upper;
      }
      bucket.lower = 0;
    } else if (bucket.upper == kInfinity) {
      return bucket.lower;
    }
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    TrimZeroBucket(h, &bucket);
  }
  seen = std::min(seen, h.count);
  if (seen < rank) {
    if (!std::isnan(h.sum)) {
      return bucket.upper;
    }
    notes->Inform("quantile is NaN " + metric);
    return kNan;
  }
  const double within = up ? rank - (seen - bucket.count) : seen - rank;
  if (std::isnan(h.sum)) {
    for (; i < buckets.size(); ++i) {
      bucket = buckets[i];
      seen += bucket.count;
    }
    if (seen < h.count) {
      notes->Inform("quantile is skewed " + metric);
    }
  }
  const double fraction = within / bucket.count;
  if (h.UsesCustomBuckets() || HoldsZero(bucket)) {
    return bucket.lower + (bucket.upper - bucket.lower) * fraction;
  }
  const double low = std::log2(std::fabs(bucket.lower));
  const double high = std::log2(std::fabs(bucket.upper));
  return bucket.lower > 0 ? std::exp2(low + (high - low) * fraction)
                          : -std::exp2(high + (low - high) * (1 - fraction));
}

namespace {

// How many observations are below v, by going up the buckets; `all` if v is above them.
double RankOf(double v, const Histogram& h, double all) {
  double rank = 0;
  for (Bucket bucket : model::AllBuckets(h)) {
    const bool zero = HoldsZero(bucket);
    if (zero) {
      TrimZeroBucket(h, &bucket);
    }
    if (bucket.lower >= v) {
      return rank > all ? all : rank;
    }
    if (bucket.upper > v) {
      double found = 0;
      if (zero || h.UsesCustomBuckets()) {
        found = bucket.lower == -kInfinity
                    ? bucket.count
                    : rank + bucket.count *
                                 model::FractionBelow(bucket, v, model::Interpolation::kLinear);
      } else {
        found = rank +
                bucket.count * model::FractionBelow(bucket, v, model::Interpolation::kExponential);
      }
      return found > all ? all : found;
    }
    rank += bucket.count;
  }
  return all;
}

}  // namespace

double FractionOfNative(double lower, double upper, const Histogram& h, const std::string& metric,
                        Notes* notes) {
  if (h.count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return kNan;
  }
  if (lower >= upper) {
    return 0;
  }
  double all = h.count;
  if (std::isnan(h.sum)) {  // NaN observations are in no bucket
    all = 0;
    for (const Bucket& bucket : model::AllBuckets(h)) {
      all += bucket.count;
    }
    if (all < h.count) {
      notes->Inform("NaN observations " + metric);
    }
  }
  return (RankOf(upper, h, all) - RankOf(lower, h, all)) / h.count;
}

double VarianceOfNative(const Histogram& h) {
  const double mean = h.sum / h.count;
  Kahan variance;
  for (const Bucket& bucket : model::AllBuckets(h)) {
    if (bucket.count == 0) {
      continue;
    }
    double value = 0;
    if (h.UsesCustomBuckets()) {
      value = (bucket.upper + bucket.lower) / 2;
    } else if (!HoldsZero(bucket)) {
      value = std::sqrt(bucket.upper * bucket.lower);
      value = bucket.upper < 0 ? -value : value;
    }
    const double delta = value - mean;
    variance.Add(bucket.count * delta * delta);
  }
  return (variance.sum + variance.compensation) / h.count;
}

namespace {

bool NearlyEqual(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) {
    return true;
  }
  constexpr double kTolerance = 1e-12;
  constexpr double kSmallest = std::numeric_limits<double>::min();
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kSmallest) {
    return difference < kTolerance * kSmallest;
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

// By bound, those with equal bounds added up. False if there is no bucket for everything.
bool Normalize(std::vector<CumulativeBucket>* buckets) {
  std::stable_sort(buckets->begin(), buckets->end(),
                   [](const auto& a, const auto& b) { return a.upper < b.upper; });
  if (buckets->back().upper != kInfinity) {
    return false;
  }
  std::vector<CumulativeBucket> out;
  for (const CumulativeBucket& b : *buckets) {
    if (!out.empty() && out.back().upper == b.upper) {
      out.back().count += b.count;
    } else {
      out.push_back(b);
    }
  }
  *buckets = std::move(out);
  return true;
}

}  // namespace

double QuantileOfClassic(double q, std::vector<CumulativeBucket> buckets, bool* forced) {
  if (std::isnan(q)) {
    return kNan;
  }
  if (q < 0 || q > 1) {
    return q < 0 ? -kInfinity : kInfinity;
  }
  if (!Normalize(&buckets)) {
    return kNan;
  }
  double highest = buckets[0].count;
  for (CumulativeBucket& b : buckets) {
    if (NearlyEqual(b.count, highest)) {
      b.count = b.count == highest ? b.count : highest;
    } else if (b.count < highest) {
      *forced = true;
      b.count = highest;
    } else {
      highest = b.count;
    }
  }
  if (buckets.size() < 2 || buckets.back().count == 0) {
    return kNan;
  }
  const double rank = q * buckets.back().count;
  size_t i = 0;
  while (i + 1 < buckets.size() && !(buckets[i].count >= rank)) {
    ++i;
  }
  if (i + 1 == buckets.size()) {
    return buckets[i - 1].upper;
  }
  if (i == 0 && buckets[0].upper <= 0) {
    return buckets[0].upper;
  }
  const double start = i == 0 ? 0 : buckets[i - 1].upper;
  const double below = i == 0 ? 0 : buckets[i - 1].count;
  return start + (buckets[i].upper - start) * ((rank - below) / (buckets[i].count - below));
}

double FractionOfClassic(double lower, double upper, std::vector<CumulativeBucket> buckets) {
  if (!Normalize(&buckets)) {
    return kNan;
  }
  const double all = buckets.back().count;
  if (all == 0 || std::isnan(lower) || std::isnan(upper)) {
    return kNan;
  }
  if (lower >= upper) {
    return 0;
  }
  auto rank_of = [&](double v) {
    double start = buckets[0].upper <= 0 ? -kInfinity : 0;
    double rank = 0;
    for (const CumulativeBucket& b : buckets) {
      double found = kNan;
      if (start >= v) {
        found = rank;
      } else if (b.upper > v) {
        found = start == -kInfinity ? b.count
                                    : rank + (b.count - rank) * (v - start) / (b.upper - start);
      } else {
        rank = b.count;
        start = b.upper;
        continue;
      }
      return found > all ? all : found;
    }
    return all;
  };
  return (rank_of(upper) - rank_of(lower)) / all;
}

}  // namespace sb::promql::oracle
