// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/classic_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/histogram_math.h"
#include "wire/prometheus/float_text.h"

namespace sb::scrape {
namespace {

constexpr std::string_view kLe = "le";

std::string_view LabelOf(std::span<const model::Label> labels, std::string_view name) {
  for (const model::Label& label : labels) {
    if (label.name == name) {
      return label.value;
    }
  }
  return {};
}

bool IsIdentity(const model::Label& label) {
  return label.name != kLe && label.name != model::kMetricName && !label.value.empty();
}

bool IsWhole(double value) {
  return value >= 0 && value <= 0x1p53 && std::trunc(value) == value;
}

}  // namespace

ClassicPart ClassicPartOf(std::span<const model::Label> labels, std::string_view family,
                          double* le) {
  std::string_view name = LabelOf(labels, model::kMetricName);
  if (!name.starts_with(family)) {
    return ClassicPart::kNone;
  }
  name.remove_prefix(family.size());
  if (name == "_sum") {
    return ClassicPart::kSum;
  }
  if (name == "_count") {
    return ClassicPart::kCount;
  }
  return name == "_bucket" && wire::ParseFloatText(LabelOf(labels, kLe), le) ? ClassicPart::kBucket
                                                                             : ClassicPart::kNone;
}

bool ClassicHistogram::IsSame(std::span<const model::Label> labels) const {
  size_t count = 1;  // the name
  for (const model::Label& label : labels) {
    if (!IsIdentity(label)) {
      continue;
    }
    ++count;
    if (identity_.Get(label.name) != label.value) {
      return false;
    }
  }
  return count == identity_.size();
}

void ClassicHistogram::Start(std::span<const model::Label> labels, std::string_view family) {
  Clear();
  std::vector<model::Label> kept = {{model::kMetricName, family}};
  for (const model::Label& label : labels) {
    if (IsIdentity(label)) {
      kept.push_back(label);
    }
  }
  identity_ = model::LabelSet::FromLabels(std::move(kept));
}

void ClassicHistogram::Add(ClassicPart part, double le, double value) {
  switch (part) {
    case ClassicPart::kBucket:
      buckets_.push_back({le, value});
      break;
    case ClassicPart::kSum:
      sum_ = value;
      break;
    case ClassicPart::kCount:
      count_ = value;
      break;
    case ClassicPart::kNone:
      break;
  }
}

void ClassicHistogram::Clear() {
  identity_ = model::LabelSet();
  buckets_.clear();
  sum_.reset();
  count_.reset();
}

base::Status ClassicHistogram::Check() {
  const std::string name = identity_.ToString();
  std::sort(buckets_.begin(), buckets_.end(),
            [](const Bucket& a, const Bucket& b) { return a.le < b.le; });
  double last = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    if (std::isnan(buckets_[i].le) || (i > 0 && buckets_[i].le == buckets_[i - 1].le)) {
      return base::InvalidArgument("duplicated or broken bucket bound in " + name);
    }
    if (!(buckets_[i].cumulative >= last)) {
      return base::InvalidArgument("bucket counts that go down in " + name);
    }
    last = buckets_[i].cumulative;
  }
  const bool has_infinity = !buckets_.empty() && std::isinf(buckets_.back().le);
  if (!count_) {
    count_ = last;
  }
  if (has_infinity ? *count_ != last : !(*count_ >= last)) {
    return base::InvalidArgument("count is not that of the last bucket in " + name);
  }
  if (!has_infinity) {
    buckets_.push_back({std::numeric_limits<double>::infinity(), *count_});
  }
  return base::OkStatus();
}

base::Result<model::HistogramPtr> ClassicHistogram::Build() {
  SB_RETURN_IF_ERROR(Check());
  auto histogram = std::make_shared<model::Histogram>();
  histogram->schema = model::kCustomBucketsSchema;
  histogram->count = *count_;
  histogram->sum = sum_.value_or(0);
  histogram->integer_counts = IsWhole(*count_);
  double before = 0;
  for (const Bucket& bucket : buckets_) {
    histogram->integer_counts = histogram->integer_counts && IsWhole(bucket.cumulative);
    histogram->positive_buckets.push_back(bucket.cumulative - before);
    before = bucket.cumulative;
    if (!std::isinf(bucket.le)) {
      histogram->custom_values.push_back(bucket.le);
    }
  }
  histogram->positive_spans = {{0, static_cast<uint32_t>(buckets_.size())}};
  model::Compact(histogram.get());
  return model::HistogramPtr(std::move(histogram));
}

}  // namespace sb::scrape
