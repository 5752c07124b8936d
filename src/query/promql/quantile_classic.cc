// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "query/promql/quantile.h"

namespace sb::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Differences between neighbouring counts below this fraction are rounding, not observations.
constexpr double kSmallDelta = 1e-12;

void SortByBound(std::vector<ClassicBucket>* buckets) {
  auto less = [](const ClassicBucket& a, const ClassicBucket& b) {
    return a.upper_bound < b.upper_bound;
  };
  if (!std::is_sorted(buckets->begin(), buckets->end(), less)) {
    std::stable_sort(buckets->begin(), buckets->end(), less);
  }
}

// Buckets with equal bounds are one.
void Coalesce(std::vector<ClassicBucket>* buckets) {
  size_t last = 0;
  for (size_t i = 1; i < buckets->size(); ++i) {
    if ((*buckets)[i].upper_bound == (*buckets)[last].upper_bound) {
      (*buckets)[last].count += (*buckets)[i].count;
    } else {
      (*buckets)[++last] = (*buckets)[i];
    }
  }
  buckets->resize(last + 1);
}

bool AlmostEqual(double a, double b) {
  if (std::isnan(a) && std::isnan(b)) {
    return true;
  }
  if (a == b) {
    return true;
  }
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  constexpr double kMinNormal = std::numeric_limits<double>::min();
  if (a == 0 || b == 0 || sum < kMinNormal) {
    return difference < kSmallDelta * kMinNormal;
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kSmallDelta;
}

// Makes the counts rise: rounding is evened out silently, a real decrease is reported.
std::optional<query::MonotonicityFigures> ForceMonotonic(std::vector<ClassicBucket>* buckets) {
  std::optional<query::MonotonicityFigures> forced;
  double previous = (*buckets)[0].count;
  for (size_t i = 1; i < buckets->size(); ++i) {
    ClassicBucket& bucket = (*buckets)[i];
    if (bucket.count == previous) {
      continue;
    }
    if (AlmostEqual(previous, bucket.count)) {
      bucket.count = previous;
    } else if (bucket.count < previous) {
      if (!forced.has_value()) {
        forced = query::MonotonicityFigures{kInfinity, -kInfinity, 0, 0, 0, 1};
      }
      forced->bucket_min = std::min(forced->bucket_min, bucket.upper_bound);
      forced->bucket_max = std::max(forced->bucket_max, bucket.upper_bound);
      forced->diff_max = std::max(forced->diff_max, previous - bucket.count);
      bucket.count = previous;
    } else {
      previous = bucket.count;
    }
  }
  return forced;
}

double Interpolate(double q, const std::vector<ClassicBucket>& buckets) {
  if (buckets.size() < 2 || buckets.back().count == 0) {
    return kNan;
  }
  double rank = q * buckets.back().count;
  const auto found = std::find_if(buckets.begin(), buckets.end() - 1,
                                  [rank](const ClassicBucket& b) { return b.count >= rank; });
  const auto b = static_cast<size_t>(found - buckets.begin());
  if (b == buckets.size() - 1) {
    return buckets[buckets.size() - 2].upper_bound;
  }
  if (b == 0 && buckets[0].upper_bound <= 0) {
    return buckets[0].upper_bound;
  }
  double start = 0;
  double count = buckets[b].count;
  if (b > 0) {
    start = buckets[b - 1].upper_bound;
    count -= buckets[b - 1].count;
    rank -= buckets[b - 1].count;
  }
  return start + (buckets[b].upper_bound - start) * (rank / count);
}

}  // namespace

ClassicQuantile QuantileOfBuckets(double q, std::vector<ClassicBucket>* buckets) {
  if (std::isnan(q)) {
    return {kNan, std::nullopt};
  }
  if (q < 0 || q > 1) {
    return {q < 0 ? -kInfinity : kInfinity, std::nullopt};
  }
  SortByBound(buckets);
  if (buckets->back().upper_bound != kInfinity) {
    return {kNan, std::nullopt};
  }
  Coalesce(buckets);
  ClassicQuantile out;
  out.forced = ForceMonotonic(buckets);
  out.value = Interpolate(q, *buckets);
  return out;
}

double FractionOfBuckets(double lower, double upper, std::vector<ClassicBucket>* buckets) {
  SortByBound(buckets);
  if (buckets->back().upper_bound != kInfinity) {
    return kNan;
  }
  Coalesce(buckets);
  const double count = buckets->back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return kNan;
  }
  if (lower >= upper) {
    return 0;
  }
  std::optional<double> lower_rank;
  std::optional<double> upper_rank;
  double rank = 0;
  double start = buckets->front().upper_bound <= 0 ? -kInfinity : 0;
  for (const ClassicBucket& bucket : *buckets) {
    auto rank_at = [&](double v) -> std::optional<double> {
      if (start >= v) {
        return rank;
      }
      if (bucket.upper_bound <= v) {
        return std::nullopt;
      }
      // Within an infinitely wide bucket there is nothing to interpolate.
      return start == -kInfinity
                 ? bucket.count
                 : rank + (bucket.count - rank) * (v - start) / (bucket.upper_bound - start);
    };
    if (!lower_rank.has_value()) {
      lower_rank = rank_at(lower);
    }
    if (!upper_rank.has_value()) {
      upper_rank = rank_at(upper);
    }
    rank = bucket.count;
    start = bucket.upper_bound;
  }
  auto bounded = [count](std::optional<double> r) {
    return r.has_value() && !(*r > count) ? *r : count;
  };
  return (bounded(upper_rank) - bounded(lower_rank)) / count;
}

}  // namespace sb::promql
