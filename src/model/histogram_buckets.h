// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a native histogram as intervals, in ascending or descending order, and the bounds
// that belong to a bucket index.
//
//   for (const Bucket& b : AllBuckets(histogram)) { … b.lower, b.upper, b.count … }
//
// A custom-bucket index outside of the bounds is taken as the nearest infinite bound, so that a
// damaged histogram yields odd buckets but never an access out of range.
//
// Source: Prometheus model/histogram; the bounds of schema 8 are the reference's, digit for digit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/histogram.h"

namespace sb::model {

struct Bucket {
  double lower = 0;
  double upper = 0;
  bool lower_inclusive = false;
  bool upper_inclusive = false;
  double count = 0;
  int32_t index = 0;  // without meaning for the zero bucket
};

// Upper bound of the bucket with this index (positive side); the lower bound is that of index - 1.
double ExponentialBound(int32_t index, int32_t schema);
double BucketBound(const Histogram& h, int32_t index);

// The bucket with this index and count on the positive or negative side.
Bucket MakeBucket(const Histogram& h, bool positive, int32_t index, double count);
Bucket ZeroBucket(const Histogram& h);

// One side, starting next to the zero bucket; buckets with a count of zero included.
std::vector<Bucket> SideBuckets(const Histogram& h, bool positive);

// Negative, zero (if its count is above zero) and positive buckets by ascending bounds. Where the
// bucket next to the zero bucket overlaps with it, it is cut at the zero threshold.
std::vector<Bucket> AllBuckets(const Histogram& h);
// The same from the top.
std::vector<Bucket> AllBucketsReversed(const Histogram& h);

// The fraction of the bucket's width that is at or below `v`, lower < v < upper, both finite.
enum class Interpolation : uint8_t { kLinear, kExponential };
double FractionBelow(const Bucket& bucket, double v, Interpolation interpolation);

// "{count:3, sum:4.5, (1,2]:3}": what count_values and the text of a query result show.
std::string ToString(const Histogram& h);
// A double as Go's %g prints it: shortest digits, with an exponent below 1e-4 and from 1e6 on.
std::string FormatGoG(double v);

}  // namespace sb::model
