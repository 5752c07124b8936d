// SPDX-License-Identifier: Apache-2.0
//
// The trim operators `</` and `>/`.
#include <cmath>
#include <limits>

#include "model/histogram_buckets.h"
#include "model/histogram_math.h"

namespace sb::model {
namespace {

// What stays of a bucket, and the value that stands for it in the new sum.
struct Kept {
  double count = 0;
  double midpoint = 0;
};

double ZeroIfInfinite(double v) {
  return std::isinf(v) ? 0 : v;
}

double Midpoint(double lower, double upper, bool positive, Interpolation interpolation) {
  if (std::isinf(lower)) {
    if (std::isinf(upper)) {
      return 0;
    }
    return upper > 0 ? upper / 2 : upper;
  }
  if (std::isinf(upper)) {
    return lower;
  }
  if (interpolation == Interpolation::kLinear) {
    return (lower + upper) / 2;
  }
  const double geometric = std::sqrt(std::fabs(lower * upper));
  return positive ? geometric : -geometric;
}

// (-Inf, upper]: only custom buckets have it. With a positive end it is taken to start at 0; else
// nothing is known about where in it the observations are, and it stays or goes as a whole.
Kept KeepOfLowest(const Bucket& b, double bound, Trim trim) {
  const bool positive_end = b.upper > 0 && !std::isinf(b.upper);
  if (trim == Trim::kUpper) {
    if (bound >= b.upper) {
      return {b.count, 0};
    }
    if (bound > 0 && positive_end) {
      return {b.count * bound / b.upper, bound / 2};
    }
    if (b.upper <= 0) {
      return {b.count, bound};
    }
    return {0, ZeroIfInfinite(b.upper)};
  }
  if (bound <= b.lower) {
    return {b.count, 0};
  }
  if (bound >= 0 && b.upper > bound && !std::isinf(b.upper)) {
    return {b.count * (1 - bound / b.upper), (bound + b.upper) / 2};
  }
  return {0, ZeroIfInfinite(b.upper)};
}

// (lower, +Inf]: dropped whole from above, kept whole from below.
Kept KeepOfHighest(const Bucket& b, double bound, Trim trim) {
  if (trim == Trim::kLower && bound >= b.lower) {
    return {b.count, bound};
  }
  return {0, ZeroIfInfinite(b.lower)};
}

// A bucket that holds the bound.
Kept Split(const Bucket& b, double bound, Trim trim, bool positive, Interpolation interpolation) {
  if (std::isinf(b.lower) && b.lower < 0) {
    return KeepOfLowest(b, bound, trim);
  }
  if (std::isinf(b.upper) && b.upper > 0) {
    return KeepOfHighest(b, bound, trim);
  }
  double below = b.count * FractionBelow(b, bound, interpolation);
  if (bound <= b.lower) {
    below = 0;
  } else if (bound >= b.upper) {
    below = b.count;
  }
  if (trim == Trim::kUpper) {
    return {below, Midpoint(b.lower, bound, positive, interpolation)};
  }
  return {b.count - below, Midpoint(bound, b.upper, positive, interpolation)};
}

struct TrimTotals {
  double count = 0;
  double sum = 0;
  bool trimmed = false;
};

// Returns true if the side has a populated bucket.
bool TrimSide(Histogram* h, double bound, Trim trim, bool positive, TrimTotals* totals) {
  const Interpolation interpolation =
      h->UsesCustomBuckets() ? Interpolation::kLinear : Interpolation::kExponential;
  std::vector<double>& counts = positive ? h->positive_buckets : h->negative_buckets;
  const std::vector<Bucket> buckets = SideBuckets(*h, positive);
  bool populated = false;
  for (size_t i = 0; i < buckets.size(); ++i) {
    const Bucket& b = buckets[i];
    if (b.count == 0) {
      continue;
    }
    populated = true;
    const bool whole = trim == Trim::kUpper ? b.upper <= bound : b.lower >= bound;
    const bool part = trim == Trim::kUpper ? b.lower < bound : b.upper > bound;
    if (whole) {
      totals->count += b.count;
      totals->sum += Midpoint(b.lower, b.upper, positive, interpolation) * b.count;
    } else if (part) {
      const Kept kept = Split(b, bound, trim, positive, interpolation);
      totals->count += kept.count;
      totals->sum += kept.midpoint * kept.count;
      totals->trimmed |= counts[i] != kept.count;
      counts[i] = kept.count;
    } else {
      counts[i] = 0;
      totals->trimmed = true;
    }
  }
  return populated;
}

Kept KeepOfZeroBucket(const Histogram& h, double bound, Trim trim, bool has_positive,
                      bool has_negative) {
  const double lower = has_positive && !has_negative ? 0 : -h.zero_threshold;
  const double upper = has_negative && !has_positive ? 0 : h.zero_threshold;
  const bool all = trim == Trim::kUpper ? bound > lower && bound >= upper : bound <= lower;
  const bool none = trim == Trim::kUpper ? bound <= lower : bound >= upper;
  if (all) {
    return {h.zero_count, (lower + upper) / 2};
  }
  if (none) {
    return {0, 0};
  }
  if (trim == Trim::kUpper) {
    return {h.zero_count * ((bound - lower) / (upper - lower)), (lower + bound) / 2};
  }
  return {h.zero_count * ((upper - bound) / (upper - lower)), (bound + upper) / 2};
}

}  // namespace

void TrimBuckets(Histogram* h, double bound, Trim trim) {
  TrimTotals totals;
  const bool has_positive = TrimSide(h, bound, trim, true, &totals);
  const bool has_negative = TrimSide(h, bound, trim, false, &totals);
  if (h->zero_count > 0) {
    const Kept kept = KeepOfZeroBucket(*h, bound, trim, has_positive, has_negative);
    totals.trimmed |= h->zero_count != kept.count;
    h->zero_count = kept.count;
    totals.sum += kept.midpoint * kept.count;
    totals.count += kept.count;
  }
  if (!totals.trimmed) {
    return;
  }
  h->integer_counts = false;
  h->count = totals.count;
  h->sum = totals.sum;
  Compact(h);
}

}  // namespace sb::model
