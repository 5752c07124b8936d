// SPDX-License-Identifier: Apache-2.0
//
// Steps of a Grafana rule after its queries: reduce, resample, threshold, classic conditions.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/provisioning/frame.h"
#include "base/status.h"
#include "config/node.h"

namespace sb::provisioning {

// One value of a series: last, mean, min, max, sum, count, median, diff, … NaN of an empty one (but
// for count and sum).
base::Result<double> Reduce(std::string_view reducer,
                            const std::vector<std::pair<int64_t, double>>& points);

// gt, lt, gte, lte, eq, ne, within_range, outside_range (and …_included), no_value.
base::Result<bool> Compare(std::string_view evaluator, const std::vector<double>& params,
                           double value);

base::Result<Frames> RunReduce(const config::Node& model, const Frames& input);
base::Result<Frames> RunResample(const config::Node& model, const Frames& input);
base::Result<Frames> RunThreshold(const config::Node& model, const Frames& input);
base::Result<Frames> RunClassic(const config::Node& model, const FramesByRef& inputs);

}  // namespace sb::provisioning
