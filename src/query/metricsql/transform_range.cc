// SPDX-License-Identifier: Apache-2.0
//
// range_*: statistics over all steps of a row, at every step. running_*: up to each step.
#include <algorithm>
#include <utility>

#include "query/metricsql/function_kind.h"
#include "query/metricsql/rollup_regression.h"

namespace sb::metricsql {
namespace {

using Answer = base::Result<RowSet>;

template <typename Fn>
Answer EachRow(const TransformArgs& args, size_t at, Fn fn) {
  SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(at));
  for (Row& row : rows.rows) {
    fn(&row.values);
  }
  return rows;
}

// One number for the whole row, where it has values or not.
template <double (*Fn)(const Values&)>
Answer Whole(const TransformArgs& args) {
  return EachRow(args, 0, [](Values* v) { v->assign(v->size(), Fn(*v)); });
}

double DeviationOf(const Values& v) {
  return std::sqrt(VarianceOf(v));
}

base::Result<double> FirstNumber(const TransformArgs& args, size_t at) {
  SB_ASSIGN_OR_RETURN(const Values numbers, args.Scalar(at));
  return numbers.empty() ? kNan : numbers[0];
}

Answer RangeQuantile(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const double phi, FirstNumber(args, 0));
  return EachRow(args, 1, [&](Values* v) { v->assign(v->size(), QuantileOf(phi, *v)); });
}

// The straight line through the row's values.
Answer RangeLinearRegression(const TransformArgs& args) {
  std::vector<int64_t> times(args.grid.count);
  for (size_t i = 0; i < times.size(); ++i) {
    times[i] = args.grid.At(i);
  }
  return EachRow(args, 0, [&](Values* v) {
    if (v->empty()) {
      return;
    }
    const Line line = Regress(*v, times, times[0]);
    for (size_t i = 0; i < v->size(); ++i) {
      (*v)[i] = line.at_now + line.slope * static_cast<double>(times[i] - times[0]) / 1000;
    }
  });
}

// Each row to [0, 1]; several arguments are one list of rows.
Answer RangeNormalize(const TransformArgs& args) {
  RowSet out;
  for (size_t i = 0; i < args.size(); ++i) {
    SB_ASSIGN_OR_RETURN(RowSet rows, args.Rows(i));
    for (Row& row : rows.rows) {
      const double low = MinimumOf(row.values);
      const double spread = MaximumOf(row.values) - low;
      for (double& v : row.values) {
        v = std::isinf(spread) ? v : (v - low) / spread;
      }
      out.rows.push_back(std::move(row));
    }
  }
  return out;
}

Answer RangeZscore(const TransformArgs& args) {
  return EachRow(args, 0, [](Values* values) {
    const double mean = AverageOf(*values);
    const double deviation = DeviationOf(*values);
    for (double& v : *values) {
      v = (v - mean) / deviation;
    }
  });
}

template <typename Outside>
void Trim(Values* values, Outside outside) {
  for (double& v : *values) {
    v = outside(v) ? kNan : v;
  }
}

// Without what is farther from the median than k times the median distance.
Answer RangeTrimOutliers(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const double k, FirstNumber(args, 0));
  return EachRow(args, 1, [&](Values* values) {
    const double reach = k * MedianDeviationOf(*values);
    const double median = QuantileOf(0.5, *values);
    Trim(values, [&](double v) { return std::fabs(v - median) > reach; });
  });
}

// Without the phi/2 smallest and the phi/2 largest values.
Answer RangeTrimSpikes(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const double phi, FirstNumber(args, 0));
  return EachRow(args, 1, [&](Values* values) {
    const double low = QuantileOf(phi / 2, *values);
    const double high = QuantileOf(1 - phi / 2, *values);
    Trim(values, [&](double v) { return v < low || v > high; });
  });
}

Answer RangeTrimZscore(const TransformArgs& args) {
  SB_ASSIGN_OR_RETURN(const double z, FirstNumber(args, 0));
  return EachRow(args, 1, [&](Values* values) {
    const double mean = AverageOf(*values);
    const double deviation = DeviationOf(*values);
    Trim(values, [&](double v) { return std::fabs(v - mean) / deviation > z; });
  });
}

// Each value becomes what `fold` makes of the result so far, the value and how many there were.
template <typename Fold>
Answer Running(const TransformArgs& args, Fold fold) {
  return EachRow(args, 0, [&](Values* values) {
    double so_far = kNan;
    double count = 0;
    for (double& v : *values) {
      if (!std::isnan(v)) {
        ++count;
        so_far = std::isnan(so_far) ? v : fold(so_far, v, count);
      }
      v = so_far;
    }
  });
}
Answer RunningSum(const TransformArgs& args) {
  return Running(args, [](double a, double b, double /*count*/) { return a + b; });
}
Answer RunningMin(const TransformArgs& args) {
  return Running(args, [](double a, double b, double /*count*/) { return std::min(a, b); });
}
Answer RunningMax(const TransformArgs& args) {
  return Running(args, [](double a, double b, double /*count*/) { return std::max(a, b); });
}
Answer RunningAvg(const TransformArgs& args) {
  return Running(args, [](double a, double b, double count) { return a + (b - a) / count; });
}

constexpr TransformFunction kFunctions[] = {
    {"range_avg", Whole<AverageOf>},
    {"range_first", Whole<FirstOf>},
    {"range_last", Whole<LastOf>},
    {"range_linear_regression", RangeLinearRegression},
    {"range_mad", Whole<MedianDeviationOf>, 1, 1, false},
    {"range_max", Whole<MaximumOf>},
    {"range_min", Whole<MinimumOf>},
    {"range_normalize", RangeNormalize, 1, kAnyCount},
    {"range_quantile", RangeQuantile, 2, 2},
    {"range_stddev", Whole<DeviationOf>, 1, 1, false},
    {"range_stdvar", Whole<VarianceOf>, 1, 1, false},
    {"range_sum", Whole<SumOf>, 1, 1, false},
    {"range_trim_outliers", RangeTrimOutliers, 2, 2},
    {"range_trim_spikes", RangeTrimSpikes, 2, 2},
    {"range_trim_zscore", RangeTrimZscore, 2, 2},
    {"range_zscore", RangeZscore, 1, 1, false},
    {"running_avg", RunningAvg},
    {"running_max", RunningMax},
    {"running_min", RunningMin},
    {"running_sum", RunningSum, 1, 1, false},
};

}  // namespace

std::span<const TransformFunction> RangeFunctions() {
  return kFunctions;
}

}  // namespace sb::metricsql
