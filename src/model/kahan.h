// SPDX-License-Identifier: Apache-2.0
//
// KahanAdd is one step of the Kahan-Neumaier summation as PromQL defines it: `*sum` is the running
// sum, `*compensation` what rounding has lost so far; the result is their sum. Once the sum is
// infinite the compensation is zero, so that it cannot turn into NaN.
//
// The order of the operations is part of the answer's digits: no fused multiply-add, no reordering
// (the build has -ffp-contract=off). Source: util/kahansum of the reference.
#pragma once

#include <cmath>
#include <limits>

namespace sb::model {

inline void KahanAdd(double increment, double* sum, double* compensation) {
  const double total = *sum + increment;
  if (std::fabs(total) > std::numeric_limits<double>::max()) {
    *compensation = 0;
  } else if (std::fabs(*sum) >= std::fabs(increment)) {
    *compensation += (*sum - total) + increment;
  } else {
    *compensation += (increment - total) + *sum;
  }
  *sum = total;
}

}  // namespace sb::model
