// SPDX-License-Identifier: Apache-2.0
//
// Functions of histograms in buckets, with labels `le` (cumulative) or `vmrange` (each its own).
#include <algorithm>
#include <map>
#include <utility>

#include "query/metricsql/function_kind.h"
#include "query/metricsql/vmrange.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

struct Bucket {
  double upper = 0;
  Values counts;     // cumulative; NaN: 0
  std::string text;  // the bound as it was written
};

struct Histogram {
  model::LabelSet labels;  // without the bounds
  model::LabelSet named;   // with the metric name
  std::vector<Bucket> buckets;
};

const std::vector<std::string>& BoundLabels() {
  static const std::vector<std::string>& names =
      *new std::vector<std::string>{"le", std::string(kVmRange)};
  return names;
}

struct RangeRow {
  VmRange range;
  const Row* row = nullptr;
};

Values Zeroes(const Values& v) {
  Values out = v;
  for (double& x : out) {
    x = std::isnan(x) ? 0 : x;
  }
  return out;
}

// Buckets of their own become cumulative ones; a gap between two keeps its lower bound.
std::vector<Bucket> Cumulate(std::vector<RangeRow> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const RangeRow& a, const RangeRow& b) { return a.range.upper < b.range.upper; });
  std::vector<Bucket> out;
  double reached = 0;
  Values sum;
  for (const RangeRow& one : ranges) {
    const Values counts = Zeroes(one.row->values);
    if (std::all_of(counts.begin(), counts.end(), [](double v) { return v == 0; })) {
      continue;
    }
    sum.resize(counts.size(), 0);
    if (one.range.lower != reached) {
      out.push_back({one.range.lower, sum, one.range.lower_text});
    }
    for (size_t i = 0; i < counts.size(); ++i) {
      sum[i] += counts[i];
    }
    out.push_back({one.range.upper, sum, one.range.upper_text});
    reached = one.range.upper;
  }
  if (!out.empty() && !std::isinf(reached)) {
    out.push_back({std::numeric_limits<double>::infinity(), sum, "+Inf"});
  }
  return out;
}

// Counts may not fall from bucket to bucket.
void MakeMonotonic(std::vector<Bucket>* buckets) {
  for (size_t b = 1; b < buckets->size(); ++b) {
    for (size_t i = 0; i < (*buckets)[b].counts.size(); ++i) {
      (*buckets)[b].counts[i] = std::max((*buckets)[b].counts[i], (*buckets)[b - 1].counts[i]);
    }
  }
}

std::vector<Histogram> ToHistograms(const RowSet& rows) {
  struct Parts {
    model::LabelSet named;
    std::vector<RangeRow> ranges;
    std::vector<Bucket> cumulative;
  };
  std::map<model::LabelSet, Parts> groups;
  for (const Row& row : rows.rows) {
    const model::LabelSet named = row.labels.Without(BoundLabels());
    Parts& parts = groups[named.WithoutMetricName()];
    parts.named = named;
    if (const auto range = ParseVmRange(row.labels.Get(kVmRange))) {
      parts.ranges.push_back({*range, &row});
    } else if (const double bound = NumberOf(row.labels.Get("le")); !std::isnan(bound)) {
      parts.cumulative.push_back({bound, Zeroes(row.values), std::string(row.labels.Get("le"))});
    }
  }
  std::vector<Histogram> out;
  for (auto& [labels, parts] : groups) {
    Histogram h{labels, parts.named, std::move(parts.cumulative)};
    for (Bucket& bucket : Cumulate(std::move(parts.ranges))) {
      h.buckets.push_back(std::move(bucket));
    }
    std::stable_sort(h.buckets.begin(), h.buckets.end(),
                     [](const Bucket& a, const Bucket& b) { return a.upper < b.upper; });
    if (!h.buckets.empty()) {
      MakeMonotonic(&h.buckets);
      out.push_back(std::move(h));
    }
  }
  return out;
}

double QuantileAt(const Histogram& h, size_t step, double phi) {
  const double total = h.buckets.back().counts[step];
  if (total == 0 || std::isnan(phi)) {
    return kNan;
  }
  if (phi < 0 || phi > 1) {
    return phi < 0 ? -std::numeric_limits<double>::infinity()
                   : std::numeric_limits<double>::infinity();
  }
  const double wanted = total * phi;
  double count_below = 0;
  double lower = 0;
  for (const Bucket& bucket : h.buckets) {
    const double count = bucket.counts[step];
    if (count <= 0 || count < wanted) {
      count_below = std::max(count, 0.0);
      lower = bucket.upper;
      continue;
    }
    if (std::isinf(bucket.upper) || count == count_below) {
      return lower;
    }
    return lower + (bucket.upper - lower) * (wanted - count_below) / (count - count_below);
  }
  return lower;
}

double ShareAt(const Histogram& h, size_t step, double bound) {
  const double total = h.buckets.back().counts[step];
  if (total == 0 || std::isnan(bound)) {
    return kNan;
  }
  if (bound < 0) {
    return 0;
  }
  double below = 0;
  double lower = 0;
  for (const Bucket& bucket : h.buckets) {
    if (bound >= bucket.upper) {
      below = bucket.counts[step];
      lower = bucket.upper;
      continue;
    }
    if (std::isinf(bucket.upper) || lower == bound) {
      return below / total;
    }
    return below / total +
           (bucket.counts[step] - below) / total * (bound - lower) / (bucket.upper - lower);
  }
  return 1;
}

template <typename Fn>
Row OneRow(const model::LabelSet& labels, const Grid& grid, Fn at) {
  Row row{labels, Values(grid.count, kNan)};
  for (size_t step = 0; step < grid.count; ++step) {
    row.values[step] = at(step);
  }
  return row;
}

// f(number, buckets), step by step for each histogram.
Answer OfEachHistogram(const TransformArgs& args,
                       double (*at)(const Histogram&, size_t step, double number)) {
  SB_ASSIGN_OR_RETURN(const Values number, args.Scalar(0));
  SB_ASSIGN_OR_RETURN(const RowSet rows, args.Rows(1));
  RowSet out;
  for (const Histogram& h : ToHistograms(rows)) {
    out.rows.push_back(
        OneRow(h.labels, args.grid, [&](size_t step) { return at(h, step, number[step]); }));
  }
  return out;
}

Answer HistogramQuantile(const TransformArgs& args) {
  return OfEachHistogram(args, &QuantileAt);
}

// histogram_quantiles("label", 0.5, 0.9, buckets)
Answer HistogramQuantiles(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const std::string label, args.Text(0));
  SB_ASSIGN_OR_RETURN(const RowSet rows, args.Rows(args.size() - 1));
  const std::vector<Histogram> histograms = ToHistograms(rows);
  RowSet out;
  for (size_t i = 1; i + 1 < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(const Values phi, args.Scalar(i));
    for (const Histogram& h : histograms) {
      const model::LabelSet labels =
          WithLabel(h.labels, label, BoundText(phi.empty() ? kNan : phi[0]));
      out.rows.push_back(
          OneRow(labels, args.grid, [&](size_t step) { return QuantileAt(h, step, phi[step]); }));
    }
  }
  return out;
}

Answer HistogramShare(const TransformArgs& args) {
  return OfEachHistogram(args, &ShareAt);
}

struct Moments {
  double mean = kNan;
  double variance = kNan;
};

// Each bucket counts as its middle; what lies above the last bound is left out.
Moments MomentsAt(const Histogram& h, size_t step) {
  double lower = 0;
  double below = 0;
  double sum = 0;
  double squares = 0;
  double total = 0;
  for (const Bucket& bucket : h.buckets) {
    if (std::isinf(bucket.upper)) {
      continue;
    }
    const double middle = (bucket.upper + lower) / 2;
    const double count = bucket.counts[step] - below;
    sum += middle * count;
    squares += middle * middle * count;
    total += count;
    lower = bucket.upper;
    below = bucket.counts[step];
  }
  if (total == 0) {
    return {};
  }
  const double mean = sum / total;
  return {mean, std::max(0.0, squares / total - mean * mean)};
}

template <typename Fn>
Answer OfMoments(const TransformArgs& args, Fn fn) {
  SB_ASSIGN_OR_RETURN(const RowSet rows, args.Rows(0));
  RowSet out;
  for (const Histogram& h : ToHistograms(rows)) {
    out.rows.push_back(
        OneRow(h.labels, args.grid, [&](size_t step) { return fn(MomentsAt(h, step)); }));
  }
  return out;
}
Answer HistogramAvg(const TransformArgs& args) {
  return OfMoments(args, [](const Moments& m) { return m.mean; });
}
Answer HistogramStdvar(const TransformArgs& args) {
  return OfMoments(args, [](const Moments& m) { return m.variance; });
}
Answer HistogramStddev(const TransformArgs& args) {
  return OfMoments(args, [](const Moments& m) { return std::sqrt(m.variance); });
}

void AddBuckets(const Histogram& h, std::vector<Row>* out) {
  for (const Bucket& bucket : h.buckets) {
    out->push_back({WithLabel(h.named, "le", bucket.text), bucket.counts});
  }
}

Answer PrometheusBuckets(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(0));
  return ToCumulative(std::move(rows));
}

double HitsOf(const Histogram& h, size_t b) {
  double hits = 0;
  for (size_t i = 0; i < h.buckets[b].counts.size(); ++i) {
    hits += h.buckets[b].counts[i] - (b == 0 ? 0 : h.buckets[b - 1].counts[i]);
  }
  return hits;
}

// At most `limit` buckets a histogram, those with few hits joined to the next; the first and the
// last stay.
Answer BucketsLimit(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const Values limits, args.Scalar(0));
  SB_ASSIGN_OR_RETURN(const RowSet rows, args.Rows(1));
  const double wanted = limits.empty() || std::isnan(limits[0]) ? 0 : limits[0];
  RowSet out;
  if (wanted <= 0) {
    return out;
  }
  const auto limit = static_cast<size_t>(std::clamp(wanted, 3.0, 1e6));
  for (Histogram& h : ToHistograms(rows)) {
    while (h.buckets.size() > limit) {
      size_t least = 1;
      for (size_t b = 2; b + 1 < h.buckets.size(); ++b) {
        const double joined = HitsOf(h, b - 1) + HitsOf(h, b);
        least = joined < HitsOf(h, least - 1) + HitsOf(h, least) ? b : least;
      }
      h.buckets.erase(h.buckets.begin() + static_cast<std::ptrdiff_t>(least));
    }
    AddBuckets(h, &out.rows);
  }
  return out;
}

constexpr TransformFunction kFunctions[] = {
    {"buckets_limit", BucketsLimit, 2, 2},
    {"histogram_avg", HistogramAvg},
    {"histogram_quantile", HistogramQuantile, 2, 2},
    {"histogram_quantiles", HistogramQuantiles, 3, kAnyCount},
    {"histogram_share", HistogramShare, 2, 2},
    {"histogram_stddev", HistogramStddev},
    {"histogram_stdvar", HistogramStdvar},
    {"prometheus_buckets", PrometheusBuckets},
};

}  // namespace

RowSet ToCumulative(RowSet rows) {
  RowSet ranges;
  RowSet out;
  for (Row& row : rows.rows) {
    const bool has_range = row.labels.Has(kVmRange);
    (has_range ? ranges : out).rows.push_back(std::move(row));
  }
  for (const Histogram& h : ToHistograms(ranges)) {
    AddBuckets(h, &out.rows);
  }
  return out;
}

std::span<const TransformFunction> BucketFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
