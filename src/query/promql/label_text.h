// SPDX-License-Identifier: Apache-2.0
//
// Label sets in the reference's error messages: {__name__="up", job="a"}, the metric name among the
// other labels.
#pragma once

#include <string>

#include "model/label_set.h"

namespace sb::promql {

std::string LabelText(const model::LabelSet& labels);

}  // namespace sb::promql
