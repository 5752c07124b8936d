// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/aggregate_select.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "query/metricsql/aggregate_fold.h"
#include "query/metricsql/function_kind.h"

namespace sb::metricsql {
namespace {

using Selected = base::Result<std::vector<Row>>;

size_t CountAt(const SelectArgs& args, size_t step) {
  const double k = step < args.param.size() ? args.param[step] : 0;
  return std::isnan(k) || k < 0 ? 0 : static_cast<size_t>(std::min(k, 1e9));
}

// At each step the k largest or smallest; a row has no value where it is not among them.
Selected PerStep(const SelectArgs& args, std::vector<Row> rows) {
  const bool largest = args.name == "topk";
  std::vector<size_t> order(rows.size());
  for (size_t step = 0; step < args.grid.count; ++step) {
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      const double x = rows[a].values[step];
      const double y = rows[b].values[step];
      if (std::isnan(x) || std::isnan(y)) {
        return !std::isnan(x) && std::isnan(y);
      }
      return largest ? x > y : x < y;
    });
    for (size_t i = CountAt(args, step); i < order.size(); ++i) {
      rows[order[i]].values[step] = kNan;
    }
  }
  return rows;
}

using Measure = double (*)(const Values& v);

Measure MeasureOf(std::string_view name) {
  const std::string_view what = name.substr(name.find('_') + 1);
  if (what == "min") {
    return MinimumOf;
  }
  if (what == "max") {
    return MaximumOf;
  }
  if (what == "avg") {
    return AverageOf;
  }
  if (what == "last") {
    return LastOf;
  }
  return [](const Values& v) { return QuantileOf(0.5, v); };
}

// The sum of `rows` under "label=value", or under "label" alone with the label's name as value.
Row RestRow(const SelectArgs& args, const std::vector<Row>& rows, size_t from) {
  const size_t equals = args.rest.find('=');
  const std::string name = args.rest.substr(0, equals);
  const std::string value = equals == std::string::npos ? args.rest : args.rest.substr(equals + 1);
  Row rest{WithLabel(model::LabelSet(), name, value), Values(args.grid.count, kNan)};
  for (size_t i = from; i < rows.size(); ++i) {
    for (size_t step = 0; step < args.grid.count; ++step) {
      const double v = rows[i].values[step];
      if (!std::isnan(v)) {
        rest.values[step] = std::isnan(rest.values[step]) ? v : rest.values[step] + v;
      }
    }
  }
  return rest;
}

// The k rows that are largest or smallest over the whole time, complete.
Selected WholeRange(const SelectArgs& args, std::vector<Row> rows) {
  const bool largest = args.name.starts_with("topk");
  const Measure measure = MeasureOf(args.name);
  std::vector<std::pair<double, Row>> measured;
  for (Row& row : rows) {
    const double v = measure(row.values);
    measured.emplace_back(v, std::move(row));
  }
  std::stable_sort(measured.begin(), measured.end(), [&](const auto& a, const auto& b) {
    if (std::isnan(a.first) || std::isnan(b.first)) {
      return !std::isnan(a.first) && std::isnan(b.first);
    }
    return largest ? a.first > b.first : a.first < b.first;
  });
  std::vector<Row> out;
  for (auto& [value, row] : measured) {
    out.push_back(std::move(row));
  }
  const size_t k = std::min(out.size(), CountAt(args, 0));
  if (!args.rest.empty()) {
    Row rest = RestRow(args, out, k);
    out.resize(k);
    out.push_back(std::move(rest));
  }
  out.resize(args.rest.empty() ? k : k + 1);
  return out;
}

// Any k rows, always the same: those whose labels have the smallest hash.
Selected Limit(const SelectArgs& args, std::vector<Row> rows) {
  const size_t k = std::min(rows.size(), CountAt(args, 0));
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.labels.Hash() < b.labels.Hash(); });
  rows.resize(k);
  return rows;
}

Values Column(const std::vector<Row>& rows, size_t step) {
  Values out;
  for (const Row& row : rows) {
    if (!std::isnan(row.values[step])) {
      out.push_back(row.values[step]);
    }
  }
  return out;
}

// The k rows that are farthest from the median of all, by the variance to it.
Selected OutliersK(const SelectArgs& args, std::vector<Row> rows) {
  Values medians(args.grid.count);
  for (size_t step = 0; step < args.grid.count; ++step) {
    medians[step] = QuantileOf(0.5, Column(rows, step));
  }
  std::vector<std::pair<double, Row>> measured;
  for (Row& row : rows) {
    double sum = 0;
    double count = 0;
    for (size_t step = 0; step < args.grid.count; ++step) {
      const double d = row.values[step] - medians[step];
      if (!std::isnan(d)) {
        sum += d * d;
        ++count;
      }
    }
    measured.emplace_back(count == 0 ? 0 : sum / count, std::move(row));
  }
  std::stable_sort(measured.begin(), measured.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Row> out;
  for (size_t i = 0; i < std::min(measured.size(), CountAt(args, 0)); ++i) {
    out.push_back(std::move(measured[i].second));
  }
  return out;
}

// Rows of which a value lies outside of [low, high] of its step, complete.
template <typename Bounds>
std::vector<Row> Outside(const Grid& grid, std::vector<Row> rows, Bounds bounds) {
  std::vector<bool> outside(rows.size());
  for (size_t step = 0; step < grid.count; ++step) {
    const auto [low, high] = bounds(Column(rows, step), step);
    for (size_t i = 0; i < rows.size(); ++i) {
      const double v = rows[i].values[step];
      outside[i] = outside[i] || v < low || v > high;
    }
  }
  std::vector<Row> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (outside[i]) {
      out.push_back(std::move(rows[i]));
    }
  }
  return out;
}

Selected OutliersMad(const SelectArgs& args, std::vector<Row> rows) {
  return Outside(args.grid, std::move(rows), [&](const Values& column, size_t step) {
    const double median = QuantileOf(0.5, column);
    const double reach = MedianDeviationOf(column) * args.param[step];
    return std::pair(median - reach, median + reach);
  });
}

// Each value as a share of the group's sum, or as distance from its mean in standard deviations.
void Relate(const SelectArgs& args, std::vector<Row>* rows) {
  for (size_t step = 0; step < args.grid.count; ++step) {
    const Values column = Column(*rows, step);
    double sum = 0;
    for (const double v : column) {
      sum += v < 0 ? 0 : v;
    }
    const double mean = AverageOf(column);
    const double deviation = std::sqrt(VarianceOf(column));
    for (Row& row : *rows) {
      row.labels = row.labels.WithoutMetricName();
      double& v = row.values[step];
      if (args.name == "share") {
        v = v < 0 ? kNan : v / sum;
      } else {
        v = (v - mean) / deviation;
      }
    }
  }
}

}  // namespace

SelectFn FindSelecting(std::string_view name) {
  if (name == "topk" || name == "bottomk") {
    return PerStep;
  }
  if (name == "limitk") {
    return Limit;
  }
  if (name == "outliersk") {
    return OutliersK;
  }
  if (name == "outliers_mad") {
    return OutliersMad;
  }
  for (const std::string_view order : {"topk_", "bottomk_"}) {
    for (const std::string_view what : {"min", "max", "avg", "median", "last"}) {
      if (name.starts_with(order) && name.substr(order.size()) == what) {
        return WholeRange;
      }
    }
  }
  return nullptr;
}

bool IsSelecting(std::string_view name) {
  return name == "any" || name == "share" || name == "zscore" || name == "outliers_iqr";
}

base::Status SelectWithoutParam(const SelectArgs& args, std::vector<Row>* rows,
                                std::vector<Row>* out) {
  if (args.name == "any") {
    rows->resize(std::min<size_t>(rows->size(), 1));
  } else if (args.name == "outliers_iqr") {
    *rows = Outside(args.grid, std::move(*rows), [](const Values& column, size_t /*step*/) {
      const double low = QuantileOf(0.25, column);
      const double high = QuantileOf(0.75, column);
      return std::pair(low - 1.5 * (high - low), high + 1.5 * (high - low));
    });
  } else {
    Relate(args, rows);
  }
  std::move(rows->begin(), rows->end(), std::back_inserter(*out));
  return base::OkStatus();
}

bool IsAggregateName(std::string_view name) {
  return FindFold(name) != nullptr || FindSelecting(name) != nullptr || IsSelecting(name) ||
         name == "count_values" || name == "histogram" || name == "quantiles";
}

}  // namespace sb::metricsql
