// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/custom_buckets.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "model/histogram_math.h"
#include "query/promql/number_text.h"

namespace sb::promql {
namespace {

// A classic histogram at one time.
struct Classic {
  std::map<double, double> buckets;  // upper bound -> cumulative count
  std::optional<double> count;
  double sum = 0;
};

base::Result<model::HistogramPtr> Convert(Classic classic) {
  if (!classic.count.has_value()) {
    classic.count = classic.buckets.empty() ? 0 : classic.buckets.rbegin()->second;
  }
  classic.buckets.emplace(std::numeric_limits<double>::infinity(), *classic.count);
  model::Histogram h;
  h.schema = model::kCustomBucketsSchema;
  h.count = *classic.count;
  h.sum = classic.sum;
  double before = 0;
  for (const auto& [bound, count] : classic.buckets) {
    if (count < before || count < 0) {
      return base::InvalidArgument("bucket counts are not cumulative");
    }
    if (std::isfinite(bound)) {
      h.custom_values.push_back(bound);
    }
    h.positive_buckets.push_back(count - before);
    before = count;
  }
  if (before != h.count) {
    return base::InvalidArgument("the highest bucket is not the count");
  }
  h.positive_spans.push_back({0, static_cast<uint32_t>(h.positive_buckets.size())});
  model::Compact(&h);
  return model::HistogramPtr(std::make_shared<const model::Histogram>(std::move(h)));
}

// Where the value of a series goes.
enum class Part { kNone, kBucket, kCount, kSum };

Part TakeSuffix(std::string_view* name) {
  static constexpr std::pair<std::string_view, Part> kSuffixes[] = {
      {"_bucket", Part::kBucket}, {"_count", Part::kCount}, {"_sum", Part::kSum}};
  for (const auto& [suffix, part] : kSuffixes) {
    if (name->ends_with(suffix)) {
      name->remove_suffix(suffix.size());
      return part;
    }
  }
  return Part::kNone;
}

void Put(Part part, double bound, double value, Classic* into) {
  if (part == Part::kBucket) {
    into->buckets.emplace(bound, value);
  } else if (part == Part::kCount) {
    into->count = value;
  } else {
    into->sum = value;
  }
}

}  // namespace

base::Result<std::vector<ConvertedSeries>> ConvertToCustomBuckets(const LoadCommand& command) {
  std::map<model::LabelSet, std::map<int64_t, Classic>> found;
  for (const LoadCommand::Series& series : command.series) {
    std::string_view name = series.labels.metric_name();
    const Part part = TakeSuffix(&name);
    if (part == Part::kNone) {
      continue;
    }
    const std::optional<double> bound = ParseGoFloat(series.labels.Get("le"));
    if (part == Part::kBucket && (!bound.has_value() || std::isnan(*bound))) {
      continue;
    }
    const model::LabelSet labels =
        model::LabelSetBuilder(series.labels).Set("__name__", name).Delete("le").Build();
    for (size_t i = 0; i < series.values.size(); ++i) {
      const SequenceValue& value = series.values[i];
      if (!value.omitted && value.histogram == nullptr) {
        Put(part, bound.value_or(0), value.value,
            &found[labels][static_cast<int64_t>(i) * command.step_ms]);
      }
    }
  }
  std::vector<ConvertedSeries> out;
  for (const auto& [labels, by_time] : found) {
    ConvertedSeries series{labels, {}};
    for (const auto& [time_ms, classic] : by_time) {
      SB_ASSIGN_OR_RETURN(model::HistogramPtr histogram, Convert(classic));
      series.samples.push_back({time_ms, 0, 0, std::move(histogram)});
    }
    out.push_back(std::move(series));
  }
  return out;
}

}  // namespace sb::promql
