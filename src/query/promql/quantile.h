// SPDX-License-Identifier: Apache-2.0
//
// Quantiles and fractions of histograms, classic (cumulative buckets) and native.
// Source: promql/quantile.go of the reference, special cases included.
#pragma once

#include <optional>
#include <vector>

#include "model/histogram.h"
#include "query/engine/annotations.h"
#include "query/promql/histogram_arithmetic.h"

namespace sb::promql {

struct ClassicBucket {
  double upper_bound = 0;
  double count = 0;  // cumulative
};

struct ClassicQuantile {
  double value = 0;
  // Set if a count was below that of the bucket before it: by how much, between which bounds.
  std::optional<query::MonotonicityFigures> forced;
};

// `buckets` in any order; they are sorted and repaired in place. Not empty.
ClassicQuantile QuantileOfBuckets(double q, std::vector<ClassicBucket>* buckets);
double FractionOfBuckets(double lower, double upper, std::vector<ClassicBucket>* buckets);

double QuantileOfHistogram(double q, const model::Histogram& h, const AnnotationTarget& target);
double FractionOfHistogram(double lower, double upper, const model::Histogram& h,
                           const AnnotationTarget& target);

}  // namespace sb::promql
