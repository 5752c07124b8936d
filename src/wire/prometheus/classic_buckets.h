// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a native histogram with custom bounds for formats that do not know it: cumulative,
// the one up to +Inf last. A reader that converts classic histograms gets the same histogram back.
//
// Source: Prometheus web/federate.go.
#pragma once

#include <vector>

#include "model/histogram.h"

namespace sb::wire {

struct ClassicBucket {
  double upper_bound = 0;
  double cumulative_count = 0;
};

// `h` must use custom buckets.
std::vector<ClassicBucket> ClassicBuckets(const model::Histogram& h);

}  // namespace sb::wire
