// SPDX-License-Identifier: Apache-2.0
//
// What Grafana's alert queries and expressions hand on to each other: numbers and time series with
// labels. Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/label_set.h"

namespace sb::provisioning {

struct Frame {
  model::LabelSet labels;
  bool is_series = false;
  double value = 0;                                // of a number
  std::vector<std::pair<int64_t, double>> points;  // of a series: time in ms, value
  double shown = 0;                                // what people want to see beside true or false
};
using Frames = std::vector<Frame>;
using FramesByRef = std::map<std::string, Frames, std::less<>>;

}  // namespace sb::provisioning
