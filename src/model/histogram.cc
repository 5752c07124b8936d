// SPDX-License-Identifier: Apache-2.0
#include "model/histogram.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

namespace sb::model {

namespace {

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

base::Status ValidateSpans(const std::vector<HistogramSpan>& spans, size_t buckets) {
  uint64_t covered = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    if (i > 0 && spans[i].offset < 0) {
      return base::InvalidArgument(fmt::format(
          "span number {} with offset {}: histogram has a span whose offset is negative", i + 1,
          spans[i].offset));
    }
    covered += spans[i].length;
  }
  if (covered != buckets) {
    return base::InvalidArgument(
        fmt::format("spans need {} buckets, have {} buckets: histogram spans specify different "
                    "number of buckets than provided",
                    covered, buckets));
  }
  return base::OkStatus();
}

base::Status ValidateBuckets(const std::vector<double>& buckets, bool integer, double* sum) {
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i] < 0) {
      return base::InvalidArgument(
          fmt::format("bucket number {} has observation count of {}: histogram has a bucket whose "
                      "observation count is negative",
                      i + 1, buckets[i]));
    }
    if (integer && std::trunc(buckets[i]) != buckets[i]) {
      return base::InvalidArgument(fmt::format(
          "bucket number {} of an integer histogram has a fractional count {}", i + 1, buckets[i]));
    }
    *sum += buckets[i];
  }
  return base::OkStatus();
}

base::Status ValidateCustomBounds(const Histogram& h) {
  for (size_t i = 0; i < h.custom_values.size(); ++i) {
    if (std::isnan(h.custom_values[i])) {
      return base::InvalidArgument("histogram has a custom bound that is NaN");
    }
    if (std::isinf(h.custom_values[i])) {
      return base::InvalidArgument("histogram custom bounds must be finite");
    }
    if (i > 0 && !(h.custom_values[i - 1] < h.custom_values[i])) {
      return base::InvalidArgument("histogram custom bounds must be in strictly increasing order");
    }
  }
  if (!h.negative_spans.empty() || !h.negative_buckets.empty()) {
    return base::InvalidArgument("custom buckets: must not have negative buckets");
  }
  if (h.zero_count != 0) {
    return base::InvalidArgument("custom buckets: must have zero count of 0");
  }
  if (h.zero_threshold != 0) {
    return base::InvalidArgument("custom buckets: must have zero threshold of 0");
  }
  int64_t end = 0;
  for (const HistogramSpan& span : h.positive_spans) {
    end += static_cast<int64_t>(span.offset) + span.length;
  }
  if (!h.positive_spans.empty() && h.positive_spans.front().offset < 0) {
    return base::InvalidArgument("custom buckets: first span must not have a negative offset");
  }
  if (end > static_cast<int64_t>(h.custom_values.size()) + 1) {
    return base::InvalidArgument(
        fmt::format("only {} custom bounds defined which is insufficient to cover total span "
                    "length of {}: histogram custom bounds are too few",
                    h.custom_values.size(), end));
  }
  return base::OkStatus();
}

// A sum that is NaN may come from observed NaNs, which are in the count but in no bucket.
base::Status ValidateCount(const Histogram& h, double in_buckets) {
  if (std::isnan(h.sum) || !h.integer_counts) {
    if (h.integer_counts && in_buckets > h.count) {
      return base::InvalidArgument(
          fmt::format("{} observations found in buckets, but the Count field is {}: histogram's "
                      "observation count should be at least the number of observations found in "
                      "the buckets",
                      in_buckets, h.count));
    }
    return base::OkStatus();
  }
  if (in_buckets != h.count) {
    return base::InvalidArgument(
        fmt::format("{} observations found in buckets, but the Count field is {}: histogram's "
                    "observation count should equal the number of observations found in the "
                    "buckets (in absence of NaN)",
                    in_buckets, h.count));
  }
  return base::OkStatus();
}

}  // namespace

bool Histogram::BitEquals(const Histogram& other) const {
  return schema == other.schema && counter_reset_hint == other.counter_reset_hint &&
         integer_counts == other.integer_counts && SameBits(zero_threshold, other.zero_threshold) &&
         SameBits(zero_count, other.zero_count) && SameBits(count, other.count) &&
         SameBits(sum, other.sum) && positive_spans == other.positive_spans &&
         negative_spans == other.negative_spans &&
         SameBits(positive_buckets, other.positive_buckets) &&
         SameBits(negative_buckets, other.negative_buckets) &&
         SameBits(custom_values, other.custom_values);
}

base::Status Histogram::Validate() const {
  if (!UsesCustomBuckets() && (schema < kExponentialSchemaMin || schema > kExponentialSchemaMax)) {
    return base::InvalidArgument(
        fmt::format("histogram has an invalid schema, which must be "
                    "between -4 and 8 for exponential buckets, or -53 for "
                    "custom buckets: {}",
                    schema));
  }
  if (UsesCustomBuckets()) {
    SB_RETURN_IF_ERROR(ValidateCustomBounds(*this).WithPrefix("custom buckets"));
  } else if (!custom_values.empty()) {
    return base::InvalidArgument("histogram with exponential schema must not have custom bounds");
  }
  SB_RETURN_IF_ERROR(
      ValidateSpans(positive_spans, positive_buckets.size()).WithPrefix("positive side"));
  SB_RETURN_IF_ERROR(
      ValidateSpans(negative_spans, negative_buckets.size()).WithPrefix("negative side"));
  if (zero_threshold < 0 || std::isnan(zero_threshold)) {
    return base::InvalidArgument(
        fmt::format("histogram has an invalid zero threshold: {}", zero_threshold));
  }
  if (zero_count < 0) {
    return base::InvalidArgument(fmt::format(
        "zero bucket has observation count of {}: histogram has a bucket whose observation count "
        "is negative",
        zero_count));
  }
  if (count < 0) {
    return base::InvalidArgument(
        fmt::format("histogram's observation count is negative: {}", count));
  }
  double in_buckets = zero_count;
  SB_RETURN_IF_ERROR(
      ValidateBuckets(negative_buckets, integer_counts, &in_buckets).WithPrefix("negative side"));
  SB_RETURN_IF_ERROR(
      ValidateBuckets(positive_buckets, integer_counts, &in_buckets).WithPrefix("positive side"));
  return ValidateCount(*this, in_buckets);
}

size_t Histogram::HeapBytes() const {
  return (positive_spans.capacity() + negative_spans.capacity()) * sizeof(HistogramSpan) +
         (positive_buckets.capacity() + negative_buckets.capacity() + custom_values.capacity()) *
             sizeof(double);
}

}  // namespace sb::model
