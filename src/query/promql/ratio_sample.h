// SPDX-License-Identifier: Apache-2.0
//
// Which series belong to the sample that limit_ratio() takes.
#pragma once

#include "model/label_set.h"

namespace sb::promql {

// True for about `ratio` (0…1) of all label sets, always the same ones; a negative ratio r takes
// exactly those that 1 + r leaves. The choice is the reference's: XXH64 of the names and values,
// each after its length.
bool InRatioSample(double ratio, const model::LabelSet& labels);

}  // namespace sb::promql
