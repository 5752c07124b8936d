// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/histogram_conversion.h"

#include <cmath>

#include "model/histogram_buckets.h"
#include "model/histogram_layout.h"
#include "model/sample.h"

namespace sb::ingest {
namespace {

constexpr double kDefaultZeroThreshold = 1e-128;
// Bucket indices beyond are of numbers that no double can hold, whatever the schema.
constexpr int64_t kIndexMax = 1 << 20;

base::Status ReadSide(const wire::OtlpBuckets& buckets, int scale_down, model::BucketList* list) {
  list->clear();
  for (size_t i = 0; i < buckets.counts.size(); ++i) {
    if (buckets.counts[i] == 0) {
      continue;
    }
    const int64_t index =
        ((static_cast<int64_t>(buckets.offset) + static_cast<int64_t>(i)) >> scale_down) + 1;
    if (index > kIndexMax || index < -kIndexMax) {
      return base::InvalidArgument(
          "an exponential histogram has a bucket far outside of what "
          "numbers can be, index: " +
          std::to_string(index));
    }
    const auto count = static_cast<double>(buckets.counts[i]);
    if (!list->empty() && list->back().index == index) {
      list->back().count += count;
    } else {
      list->push_back({static_cast<int32_t>(index), count, 0});
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Status NormalizeBuckets(wire::OtlpHistogramPoint* point) {
  auto& counts = point->bucket_counts;
  auto& bounds = point->explicit_bounds;
  if (counts.empty() && bounds.empty()) {
    return base::OkStatus();
  }
  if (counts.size() != bounds.size() + 1) {
    return base::InvalidArgument("a histogram has " + std::to_string(counts.size()) +
                                 " buckets for " + std::to_string(bounds.size()) + " bounds");
  }
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (std::isnan(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
      return base::InvalidArgument("the bounds of a histogram do not ascend, at bound " +
                                   std::to_string(i));
    }
  }
  if (!bounds.empty() && std::isinf(bounds.back()) && bounds.back() > 0) {
    counts[counts.size() - 2] += counts.back();
    counts.pop_back();
    bounds.pop_back();
  }
  return base::OkStatus();
}

base::Result<model::Histogram> CustomBucketHistogram(const wire::OtlpHistogramPoint& point) {
  model::Histogram h;
  h.schema = model::kCustomBucketsSchema;
  h.integer_counts = true;
  h.count = static_cast<double>(point.count);
  h.sum = point.sum.value_or(0);
  h.custom_values = point.explicit_bounds;
  model::BucketList list;
  for (size_t i = 0; i < point.bucket_counts.size(); ++i) {
    if (point.bucket_counts[i] != 0) {
      list.push_back({static_cast<int32_t>(i), static_cast<double>(point.bucket_counts[i]), 0});
    }
  }
  if (point.bucket_counts.empty() && point.count != 0) {
    list.push_back({0, h.count, 0});  // without bounds everything is in the one up to +Inf
  }
  model::Roll(list, &h.positive_spans, &h.positive_buckets);
  SB_RETURN_IF_ERROR(h.Validate());
  return h;
}

base::Result<model::Histogram> NativeHistogram(const wire::OtlpExponentialPoint& point) {
  if (point.scale < model::kExponentialSchemaMin) {
    return base::OutOfRange("the scale of an exponential histogram is below -4: " +
                            std::to_string(point.scale));
  }
  // Beyond 62 all indices have become 0 or -1 anyway.
  const int scale_down = std::min(std::max(point.scale - model::kExponentialSchemaMax, 0), 62);
  model::Histogram h;
  h.schema = std::min(point.scale, model::kExponentialSchemaMax);
  h.integer_counts = true;
  h.count = static_cast<double>(point.count);
  h.sum = point.sum.value_or(0);
  h.zero_count = static_cast<double>(point.zero_count);
  h.zero_threshold = point.zero_threshold > 0 ? point.zero_threshold : kDefaultZeroThreshold;
  model::BucketList list;
  SB_RETURN_IF_ERROR(ReadSide(point.positive, scale_down, &list));
  model::Roll(list, &h.positive_spans, &h.positive_buckets);
  SB_RETURN_IF_ERROR(ReadSide(point.negative, scale_down, &list));
  model::Roll(list, &h.negative_spans, &h.negative_buckets);
  SB_RETURN_IF_ERROR(h.Validate());
  return h;
}

model::Histogram StaleHistogram() {
  model::Histogram h;
  h.sum = model::StaleNan();
  return h;
}

}  // namespace sb::ingest
