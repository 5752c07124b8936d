// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/aggregate_fold.h"

#include <algorithm>
#include <unordered_set>

namespace sb::metricsql {
namespace {

double Sum(Values* v, double /*param*/) {
  return SumOf(*v);
}
double SumOfSquares(Values* v, double /*param*/) {
  double sum = 0;
  for (const double x : *v) {
    sum += x * x;
  }
  return sum;
}
double Minimum(Values* v, double /*param*/) {
  return *std::min_element(v->begin(), v->end());
}
double Maximum(Values* v, double /*param*/) {
  return *std::max_element(v->begin(), v->end());
}
double Average(Values* v, double /*param*/) {
  return SumOf(*v) / static_cast<double>(v->size());
}
double Count(Values* v, double /*param*/) {
  return static_cast<double>(v->size());
}
double One(Values* /*v*/, double /*param*/) {
  return 1;
}
double Variance(Values* v, double /*param*/) {
  return VarianceOf(*v);
}
double Deviation(Values* v, double /*param*/) {
  return std::sqrt(VarianceOf(*v));
}
double GeometricMean(Values* v, double /*param*/) {
  double product = 1;
  for (const double x : *v) {
    product *= x;
  }
  return std::pow(product, 1 / static_cast<double>(v->size()));
}
double Quantile(Values* v, double param) {
  std::sort(v->begin(), v->end());
  return QuantileOfSorted(param, *v);
}
double Median(Values* v, double /*param*/) {
  return Quantile(v, 0.5);
}
double Mode(Values* v, double /*param*/) {
  return ModeOf(*v);
}
double MedianDeviation(Values* v, double /*param*/) {
  return MedianDeviationOf(*v);
}
double Distinct(Values* v, double /*param*/) {
  return static_cast<double>(std::unordered_set<double>(v->begin(), v->end()).size());
}

struct Entry {
  std::string_view name;
  FoldFn fn;
};
constexpr Entry kFolds[] = {
    {"sum", Sum},         {"sum2", SumOfSquares},     {"min", Minimum},       {"max", Maximum},
    {"avg", Average},     {"count", Count},           {"group", One},         {"stddev", Deviation},
    {"stdvar", Variance}, {"geomean", GeometricMean}, {"quantile", Quantile}, {"median", Median},
    {"mode", Mode},       {"mad", MedianDeviation},   {"distinct", Distinct}};

}  // namespace

FoldFn FindFold(std::string_view name) {
  for (const Entry& entry : kFolds) {
    if (entry.name == name) {
      return entry.fn;
    }
  }
  return nullptr;
}

bool FoldHasParam(std::string_view name) {
  return name == "quantile";
}

}  // namespace sb::metricsql
