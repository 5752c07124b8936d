// SPDX-License-Identifier: Apache-2.0
//
// The algebra of native histograms that PromQL is defined by: sum, difference, scaling, resolution,
// counter resets, equality, trimming.
//
//   Histogram sum = a;
//   base::Result<HistogramOutcome> outcome = Add(&sum, b);   // a + b
//   Compact(&sum);
//
// Add and Subtract reconcile what differs: the coarser schema wins; the zero bucket grows until it
// cuts no populated bucket of either side; custom bounds become the bounds that both share (then
// `bounds_reconciled`). A mix of exponential and custom buckets is kInvalidArgument, and `*h` is
// untouched. Results may hold empty buckets until Compact.
//
// Counter reset hints: equal ones stay, a gauge makes a gauge, an unknown makes unknown; "reset"
// with "not reset" is a collision (`reset_collision`), the result is unknown.
//
// Source: Prometheus model/histogram/float_histogram.go; the order of floating-point operations is
// the reference's, so results agree digit for digit. Threads: pure functions.
#pragma once

#include "base/status.h"
#include "model/histogram.h"

namespace sb::model {

struct HistogramOutcome {
  bool reset_collision = false;
  bool bounds_reconciled = false;
};

base::Result<HistogramOutcome> Add(Histogram* h, const Histogram& other);
base::Result<HistogramOutcome> Subtract(Histogram* h, const Histogram& other);

// Add with Kahan summation. `*compensation` has the layout of `*h`: start with CompensationFor(*h);
// the sum is then Add(h, *compensation).
Histogram CompensationFor(const Histogram& h);
base::Result<HistogramOutcome> KahanAdd(Histogram* h, const Histogram& other,
                                        Histogram* compensation);

// Every count and the sum. A negative factor makes a gauge; dividing by zero drops all buckets.
void Multiply(Histogram* h, double factor);
void Divide(Histogram* h, double divisor);

// Drops empty buckets and joins adjacent spans.
void Compact(Histogram* h);
// To a coarser (or the same) exponential schema; custom buckets stay as they are.
void ReduceResolution(Histogram* h, int32_t target_schema);
// A copy with ReduceResolution; as in the reference the copy forgets its hint if the schema
// changes.
Histogram CopyToSchema(const Histogram& h, int32_t target_schema);

// True if a counter was reset between `previous` and `current`: any count went down, a populated
// bucket is gone, the resolution grew or the zero bucket shrank. An explicit hint of `current`
// wins.
bool DetectReset(const Histogram& current, const Histogram& previous);

// Same counts bit by bit and the same bucket layout (empty spans do not matter). Hints are ignored.
bool Equal(const Histogram& a, const Histogram& b);
bool SameBounds(const std::vector<double>& a, const std::vector<double>& b);

// True if a count, the sum or a custom bound is infinite.
bool HasOverflow(const Histogram& h);

// The operators `</` (keep what is below `bound`) and `>/` (keep what is above it). A bucket that
// holds the bound is split by interpolation; count and sum are then estimated anew.
enum class Trim : uint8_t { kUpper, kLower };
void TrimBuckets(Histogram* h, double bound, Trim trim);

}  // namespace sb::model
