// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_buckets.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "model/histogram_layout.h"

namespace sb::model {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void CutAtZeroThreshold(const Histogram& h, Bucket* bucket) {
  if (bucket->upper < 0 && bucket->upper > -h.zero_threshold) {
    bucket->upper = -h.zero_threshold;
  } else if (bucket->lower > 0 && bucket->lower < h.zero_threshold) {
    bucket->lower = h.zero_threshold;
  }
}

void AppendBucketText(const Bucket& bucket, std::string* out) {
  *out += bucket.lower_inclusive ? ", [" : ", (";
  *out += FormatGoG(bucket.lower);
  *out += ',';
  *out += FormatGoG(bucket.upper);
  *out += bucket.upper_inclusive ? "]:" : "):";
  *out += FormatGoG(bucket.count);
}

}  // namespace

double BucketBound(const Histogram& h, int32_t index) {
  if (!h.UsesCustomBuckets()) {
    return ExponentialBound(index, h.schema);
  }
  if (index < 0) {
    return -kInfinity;
  }
  const auto i = static_cast<size_t>(index);
  return i < h.custom_values.size() ? h.custom_values[i] : kInfinity;
}

Bucket MakeBucket(const Histogram& h, bool positive, int32_t index, double count) {
  Bucket out;
  out.count = count;
  out.index = index;
  const double far = BucketBound(h, index);
  const double near = BucketBound(h, index - 1);
  out.lower = positive ? near : -far;
  out.upper = positive ? far : -near;
  if (h.UsesCustomBuckets()) {
    out.lower_inclusive = index == 0;
    out.upper_inclusive = true;
  } else {
    out.lower_inclusive = out.lower < 0;
    out.upper_inclusive = out.upper > 0;
  }
  return out;
}

Bucket ZeroBucket(const Histogram& h) {
  return Bucket{-h.zero_threshold, h.zero_threshold, true, true, h.zero_count, 0};
}

std::vector<Bucket> SideBuckets(const Histogram& h, bool positive) {
  std::vector<Bucket> out;
  const BucketList list = positive ? Unroll(h.positive_spans, h.positive_buckets)
                                   : Unroll(h.negative_spans, h.negative_buckets);
  out.reserve(list.size());
  for (const IndexedBucket& bucket : list) {
    out.push_back(MakeBucket(h, positive, bucket.index, bucket.count));
  }
  return out;
}

std::vector<Bucket> AllBuckets(const Histogram& h) {
  std::vector<Bucket> out = SideBuckets(h, false);
  std::reverse(out.begin(), out.end());
  for (Bucket& bucket : out) {
    CutAtZeroThreshold(h, &bucket);
  }
  if (h.zero_count > 0) {
    out.push_back(ZeroBucket(h));
  }
  for (Bucket bucket : SideBuckets(h, true)) {
    CutAtZeroThreshold(h, &bucket);
    out.push_back(bucket);
  }
  return out;
}

std::vector<Bucket> AllBucketsReversed(const Histogram& h) {
  std::vector<Bucket> out = AllBuckets(h);
  std::reverse(out.begin(), out.end());
  return out;
}

double FractionBelow(const Bucket& bucket, double v, Interpolation interpolation) {
  if (interpolation == Interpolation::kLinear) {
    return (v - bucket.lower) / (bucket.upper - bucket.lower);
  }
  // On a logarithmic scale all exponential buckets have the same width; negative ones are mirrored.
  const double log_lower = std::log2(std::fabs(bucket.lower));
  const double log_upper = std::log2(std::fabs(bucket.upper));
  const double log_v = std::log2(std::fabs(v));
  if (v > 0) {
    return (log_v - log_lower) / (log_upper - log_lower);
  }
  return 1 - ((log_v - log_upper) / (log_lower - log_upper));
}

std::string ToString(const Histogram& h) {
  std::string out = "{count:" + FormatGoG(h.count) + ", sum:" + FormatGoG(h.sum);
  std::vector<Bucket> negative = SideBuckets(h, false);
  std::reverse(negative.begin(), negative.end());
  for (const Bucket& bucket : negative) {
    if (bucket.count != 0) {
      AppendBucketText(bucket, &out);
    }
  }
  if (h.zero_count != 0) {
    AppendBucketText(ZeroBucket(h), &out);
  }
  for (const Bucket& bucket : SideBuckets(h, true)) {
    if (bucket.count != 0) {
      AppendBucketText(bucket, &out);
    }
  }
  return out + "}";
}

std::string FormatGoG(double v) {
  if (std::isnan(v)) {
    return "NaN";
  }
  if (std::isinf(v)) {
    return v > 0 ? "+Inf" : "-Inf";
  }
  char scientific[64];
  const auto end =
      std::to_chars(scientific, scientific + sizeof(scientific), v, std::chars_format::scientific);
  const std::string_view text(scientific, static_cast<size_t>(end.ptr - scientific));
  const char* digits = text.data() + text.find('e') + 1;
  int exponent = 0;
  std::from_chars(*digits == '+' ? digits + 1 : digits, end.ptr, exponent);
  if (exponent >= -4 && exponent < 6) {
    char fixed[64];
    const auto fixed_end = std::to_chars(fixed, fixed + sizeof(fixed), v, std::chars_format::fixed);
    return std::string(fixed, fixed_end.ptr);
  }
  return std::string(text);
}

}  // namespace sb::model
