// SPDX-License-Identifier: Apache-2.0
//
// Growing the zero bucket of an exponential histogram so that two histograms can be added.
#pragma once

#include "model/histogram.h"

namespace sb::model {

struct WiderZeroBucket {
  double count = 0;
  double threshold = 0;
  double compensation = 0;
};

// What the zero bucket would be if the threshold were `threshold` (at least the present one). Where
// that cuts a populated bucket, the threshold grows to the bucket's end. `maybe_compensation` has
// the layout of `h`.
WiderZeroBucket WidenZeroBucket(const Histogram& h, double threshold,
                                const Histogram* maybe_compensation = nullptr);

// Makes the zero thresholds of both meet: changes `*h` (and its compensation), and returns what the
// zero bucket of `other` would be.
WiderZeroBucket ReconcileZeroBuckets(Histogram* h, const Histogram& other,
                                     Histogram* maybe_compensation);

}  // namespace sb::model
