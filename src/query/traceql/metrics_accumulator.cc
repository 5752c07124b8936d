// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/metrics_accumulator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "encoding/hex.h"
#include "query/traceql/slots.h"

namespace sb::traceql {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The smallest power of two that is not below `value`; 0 for 0 and below.
double UpperPowerOfTwo(double value) {
  if (!(value > 0)) {
    return 0;
  }
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // value = fraction * 2^exponent
  return std::ldexp(1.0, fraction == 0.5 ? exponent - 1 : exponent);
}

double Quantile(std::vector<double>* values, double q) {
  if (values->empty()) {
    return 0;
  }
  const double rank = q * static_cast<double>(values->size() - 1);
  const auto low = static_cast<size_t>(std::floor(rank));
  const auto at = values->begin() + static_cast<std::ptrdiff_t>(low);
  std::nth_element(values->begin(), at, values->end());
  const double lower = *at;
  const double part = rank - std::floor(rank);
  if (part == 0) {
    return lower;
  }
  const double upper = *std::min_element(at + 1, values->end());
  return lower + (upper - lower) * part;
}

OwnedValue FloatLabel(double value) {
  return OwnedValue::From(Value::Float(value));
}

std::string SortKey(const OwnedValue& value) {
  return ValueText(value.scalar.value());
}

}  // namespace

MetricsAccumulator::MetricsAccumulator(const MetricsFunction& function, MetricsGrid grid,
                                       bool instant, bool with_exemplars)
    : function_(function), grid_(grid), instant_(instant), with_exemplars_(with_exemplars) {
  if (function.field.has_value() && function.field->intrinsic == Intrinsic::kDuration) {
    scale_ = 1e-9;
  }
}

bool MetricsAccumulator::Charge(size_t cells) {
  charged_ += cells;
  if (charged_ > kMetricCellsMax && status_.ok()) {
    status_ = base::ResourceExhausted(
        "the query has more than " + std::to_string(kMetricCellsMax) +
        " points: group by fewer attributes, or take a shorter range or a longer step");
  }
  return status_.ok();
}

uint32_t MetricsAccumulator::SeriesOf(std::span<const Value> group) {
  uint64_t hash = 0;
  for (const Value& value : group) {
    hash = hash * 31 + HashValue(value);
  }
  for (auto [it, end] = by_hash_.equal_range(hash); it != end; ++it) {
    const std::vector<Value>& other = cells_[it->second].group;
    if (std::equal(group.begin(), group.end(), other.begin(), other.end(), Identical)) {
      return it->second;
    }
  }
  // Over the limit everything goes to the last series; the query fails anyway.
  if (!Charge(grid_.count) && !cells_.empty()) {
    return static_cast<uint32_t>(cells_.size() - 1);
  }
  Cells cells;
  for (const Value& value : group) {
    cells.group.push_back(arena_.Copy(value));
    if (value.type == ValueType::kArray) {
      std::vector<Value> elements;
      for (const Value& element : value.elements) {
        elements.push_back(arena_.Copy(element));
      }
      cells.group.back() = Value::Array(arena_.Keep(std::move(elements)));
    }
  }
  cells.counts.assign(grid_.count, 0);
  switch (function_.op) {
    case MetricsOp::kMinOverTime:
    case MetricsOp::kMaxOverTime:
    case MetricsOp::kSumOverTime:
    case MetricsOp::kAvgOverTime:
      cells.numbers.assign(grid_.count, 0);
      break;
    case MetricsOp::kQuantileOverTime:
      cells.values.resize(grid_.count);
      break;
    default:
      break;
  }
  cells_.push_back(std::move(cells));
  const auto index = static_cast<uint32_t>(cells_.size() - 1);
  by_hash_.emplace(hash, index);
  return index;
}

void MetricsAccumulator::AddValue(uint32_t series, size_t step, double value) {
  if (std::isnan(value)) {
    return;
  }
  Cells& cells = cells_[series];
  const bool first = cells.counts[step]++ == 0;
  switch (function_.op) {
    case MetricsOp::kMinOverTime:
      cells.numbers[step] = first ? value : std::min(cells.numbers[step], value);
      break;
    case MetricsOp::kMaxOverTime:
      cells.numbers[step] = first ? value : std::max(cells.numbers[step], value);
      break;
    case MetricsOp::kSumOverTime:
    case MetricsOp::kAvgOverTime:
      cells.numbers[step] += value;
      break;
    case MetricsOp::kQuantileOverTime:
      cells.values[step].push_back(value);
      if (++value_count_ > kMetricValuesMax && status_.ok()) {
        status_ = base::ResourceExhausted("the quantile is of more than " +
                                          std::to_string(kMetricValuesMax) +
                                          " spans: narrow the time range or the conditions");
      }
      break;
    case MetricsOp::kHistogramOverTime: {
      std::vector<uint64_t>& bucket = cells.buckets[UpperPowerOfTwo(value)];
      if (bucket.empty() && Charge(grid_.count)) {
        bucket.assign(grid_.count, 0);
      }
      if (!bucket.empty()) {
        ++bucket[step];
      }
      break;
    }
    default:
      break;
  }
}

void MetricsAccumulator::AddExemplar(uint32_t series, size_t step, std::string_view trace_id,
                                     std::string_view span_id, int64_t time_ns, double value) {
  if (!with_exemplars_) {
    return;
  }
  // The smallest id, so that the choice does not depend on the order of the blocks.
  const auto [it, is_new] = cells_[series].exemplars.try_emplace(step);
  Exemplar& exemplar = it->second;
  if (is_new || std::tie(trace_id, span_id) < std::tuple<std::string_view, std::string_view>(
                                                  exemplar.trace_id, exemplar.span_id)) {
    exemplar = {std::string(trace_id), std::string(span_id), time_ns, value};
  }
}

OwnedAttributes MetricsAccumulator::Labels(const Cells& cells) const {
  OwnedAttributes labels;
  for (size_t i = 0; i < function_.by.size(); ++i) {
    OwnedValue value = OwnedValue::From(cells.group[i]);
    if (cells.group[i].is_nil()) {
      value = OwnedValue::From(Value::Text("nil"));
    }
    labels.emplace_back(function_.by[i].Text(), std::move(value));
  }
  return labels;
}

std::vector<double> MetricsAccumulator::Numbers(const Cells& cells) const {
  std::vector<double> out(grid_.count, kNone);
  const double seconds = static_cast<double>(grid_.step_ns - (instant_ ? 1 : 0)) / 1e9;
  for (size_t i = 0; i < grid_.count; ++i) {
    const auto count = static_cast<double>(cells.counts[i]);
    switch (function_.op) {
      case MetricsOp::kRate:
        out[i] = count / seconds;
        break;
      case MetricsOp::kCountOverTime:
        out[i] = count;
        break;
      case MetricsOp::kAvgOverTime:
        out[i] = count > 0 ? cells.numbers[i] / count * scale_ : kNone;
        break;
      default:
        out[i] = count > 0 ? cells.numbers[i] * scale_ : kNone;
        break;
    }
  }
  return out;
}

void MetricsAccumulator::FinishQuantiles(Cells* cells, std::vector<MetricsSeries>* out) const {
  for (const double q : function_.quantiles) {
    MetricsSeries series;
    series.labels = Labels(*cells);
    series.labels.emplace_back("p", FloatLabel(q));
    for (std::vector<double>& values : cells->values) {
      series.values.push_back(Quantile(&values, q) * scale_);
    }
    out->push_back(std::move(series));
  }
}

void MetricsAccumulator::FinishBuckets(const Cells& cells, std::vector<MetricsSeries>* out) const {
  for (const auto& [bound, counts] : cells.buckets) {
    MetricsSeries series;
    series.labels = Labels(cells);
    series.labels.emplace_back("__bucket", FloatLabel(bound * scale_));
    for (const uint64_t count : counts) {
      series.values.push_back(static_cast<double>(count));
    }
    out->push_back(std::move(series));
  }
}

void MetricsAccumulator::FinishExemplars(const Cells& cells, size_t stride,
                                         MetricsSeries* series) const {
  size_t at = 0;
  for (const auto& [step, exemplar] : cells.exemplars) {
    if (at++ % stride != 0) {
      continue;
    }
    MetricsExemplar out;
    out.labels.emplace_back("trace:id",
                            OwnedValue::From(Value::Text(encoding::HexOf(exemplar.trace_id))));
    out.labels.emplace_back("span:id",
                            OwnedValue::From(Value::Text(encoding::HexOf(exemplar.span_id))));
    out.time_ns = exemplar.time_ns;
    out.value = needs_value() ? exemplar.value * scale_ : series->values[step];
    series->exemplars.push_back(std::move(out));
  }
}

std::vector<MetricsSeries> MetricsAccumulator::Finish(size_t exemplars_max) {
  size_t exemplar_count = 0;
  for (const Cells& cells : cells_) {
    exemplar_count += cells.exemplars.size();
  }
  const size_t stride = exemplars_max == 0 ? 1
                                           : (exemplar_count + exemplars_max - 1) /
                                                 std::max<size_t>(exemplars_max, 1);
  std::vector<MetricsSeries> out;
  for (Cells& cells : cells_) {
    const size_t begin = out.size();
    if (function_.op == MetricsOp::kQuantileOverTime) {
      FinishQuantiles(&cells, &out);
    } else if (function_.op == MetricsOp::kHistogramOverTime) {
      FinishBuckets(cells, &out);
    } else {
      MetricsSeries series;
      series.labels = Labels(cells);
      if (series.labels.empty()) {
        series.labels.emplace_back("__name__",
                                   OwnedValue::From(Value::Text(MetricsOpText(function_.op))));
      }
      series.values = Numbers(cells);
      out.push_back(std::move(series));
    }
    if (begin < out.size()) {
      FinishExemplars(cells, std::max<size_t>(stride, 1), &out[begin]);
    }
  }
  SortSeries(&out);
  return out;
}

void SortSeries(std::vector<MetricsSeries>* series) {
  std::stable_sort(series->begin(), series->end(),
                   [](const MetricsSeries& a, const MetricsSeries& b) {
                     if (a.labels.size() != b.labels.size()) {
                       return a.labels.size() < b.labels.size();
                     }
                     for (size_t i = 0; i < a.labels.size(); ++i) {
                       if (a.labels[i].first != b.labels[i].first) {
                         return a.labels[i].first < b.labels[i].first;
                       }
                       const Value x = a.labels[i].second.scalar.value();
                       const Value y = b.labels[i].second.scalar.value();
                       const auto order = Compare(x, y);
                       if (order.has_value() && *order != 0) {
                         return *order < 0;
                       }
                       if (!order.has_value()) {
                         const std::string p = SortKey(a.labels[i].second);
                         const std::string q = SortKey(b.labels[i].second);
                         if (p != q) {
                           return p < q;
                         }
                       }
                     }
                     return false;
                   });
}

}  // namespace sb::traceql
