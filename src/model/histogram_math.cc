// SPDX-License-Identifier: Apache-2.0
#include "model/histogram_math.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "model/histogram_layout.h"

namespace sb::model {
namespace {

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y);
  });
}

// Spans of length zero and spans that touch describe the same layout.
bool SameLayout(const std::vector<HistogramSpan>& a, const std::vector<HistogramSpan>& b) {
  if (a == b) {
    return true;
  }
  auto normal = [](const std::vector<HistogramSpan>& spans) {
    std::vector<std::pair<int64_t, int64_t>> out;  // [first index, end)
    int64_t index = 0;
    for (const HistogramSpan& span : spans) {
      index += span.offset;
      if (span.length > 0) {
        if (!out.empty() && out.back().second == index) {
          out.back().second += span.length;
        } else {
          out.emplace_back(index, index + span.length);
        }
      }
      index += span.length;
    }
    return out;
  };
  return normal(a) == normal(b);
}

bool AnyInfinite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isinf(v); });
}

void CompactSide(std::vector<HistogramSpan>* spans, std::vector<double>* counts) {
  const bool empty_bucket = std::find(counts->begin(), counts->end(), 0.0) != counts->end();
  const bool odd_span = std::any_of(spans->begin(), spans->end(), [](const HistogramSpan& span) {
    return span.offset <= 0 || span.length == 0;
  });
  if (!empty_bucket && !odd_span) {
    return;
  }
  BucketList list = Unroll(*spans, *counts);
  DropEmpty(&list);
  Roll(list, spans, counts);
}

void CoarsenSide(std::vector<HistogramSpan>* spans, std::vector<double>* counts, int32_t schema,
                 int32_t target) {
  Roll(Coarsen(Unroll(*spans, *counts), schema, target), spans, counts);
}

}  // namespace

void Multiply(Histogram* h, double factor) {
  h->integer_counts = false;
  h->zero_count *= factor;
  h->count *= factor;
  h->sum *= factor;
  for (double& v : h->positive_buckets) {
    v *= factor;
  }
  for (double& v : h->negative_buckets) {
    v *= factor;
  }
  if (factor < 0) {
    h->counter_reset_hint = CounterResetHint::kGauge;
  }
}

void Divide(Histogram* h, double divisor) {
  h->integer_counts = false;
  h->zero_count /= divisor;
  h->count /= divisor;
  h->sum /= divisor;
  if (divisor == 0) {
    h->positive_buckets.clear();
    h->negative_buckets.clear();
    h->positive_spans.clear();
    h->negative_spans.clear();
    return;
  }
  for (double& v : h->positive_buckets) {
    v /= divisor;
  }
  for (double& v : h->negative_buckets) {
    v /= divisor;
  }
  if (divisor < 0) {
    h->counter_reset_hint = CounterResetHint::kGauge;
  }
}

void Compact(Histogram* h) {
  CompactSide(&h->positive_spans, &h->positive_buckets);
  CompactSide(&h->negative_spans, &h->negative_buckets);
}

void ReduceResolution(Histogram* h, int32_t target_schema) {
  if (h->UsesCustomBuckets() || target_schema >= h->schema ||
      target_schema == kCustomBucketsSchema) {
    return;
  }
  CoarsenSide(&h->positive_spans, &h->positive_buckets, h->schema, target_schema);
  CoarsenSide(&h->negative_spans, &h->negative_buckets, h->schema, target_schema);
  h->schema = target_schema;
}

Histogram CopyToSchema(const Histogram& h, int32_t target_schema) {
  Histogram copy = h;
  if (target_schema != h.schema && !h.UsesCustomBuckets()) {
    ReduceResolution(&copy, target_schema);
    copy.counter_reset_hint = CounterResetHint::kUnknown;
  }
  return copy;
}

bool SameBounds(const std::vector<double>& a, const std::vector<double>& b) {
  return a == b;
}

bool Equal(const Histogram& a, const Histogram& b) {
  auto same = [](double x, double y) {
    return std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y);
  };
  if (a.schema != b.schema || !same(a.count, b.count) || !same(a.sum, b.sum)) {
    return false;
  }
  if (a.UsesCustomBuckets() && !SameBounds(a.custom_values, b.custom_values)) {
    return false;
  }
  return a.zero_threshold == b.zero_threshold && same(a.zero_count, b.zero_count) &&
         SameLayout(a.negative_spans, b.negative_spans) &&
         SameBits(a.negative_buckets, b.negative_buckets) &&
         SameLayout(a.positive_spans, b.positive_spans) &&
         SameBits(a.positive_buckets, b.positive_buckets);
}

bool HasOverflow(const Histogram& h) {
  return std::isinf(h.zero_count) || std::isinf(h.count) || std::isinf(h.sum) ||
         AnyInfinite(h.positive_buckets) || AnyInfinite(h.negative_buckets) ||
         AnyInfinite(h.custom_values);
}

}  // namespace sb::model
