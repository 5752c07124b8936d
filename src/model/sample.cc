// SPDX-License-Identifier: Apache-2.0
#include "model/sample.h"

#include <array>

namespace sb::model {

void SampleColumns::Clear() {
  times.clear();
  values.clear();
  start_times.clear();
  histograms.clear();
}

void SampleColumns::Append(const Sample& sample) {
  if (sample.start_time_ms != 0 && start_times.empty()) {
    start_times.resize(times.size(), 0);
  }
  if (sample.histogram != nullptr && histograms.empty()) {
    histograms.resize(times.size());
  }
  const bool has_start_times = !start_times.empty() || sample.start_time_ms != 0;
  const bool has_histograms = !histograms.empty() || sample.histogram != nullptr;
  times.push_back(sample.time_ms);
  values.push_back(sample.value);
  if (has_start_times) {
    start_times.push_back(sample.start_time_ms);
  }
  if (has_histograms) {
    histograms.push_back(sample.histogram);
  }
}

Sample SampleColumns::At(size_t i) const {
  return {times[i], start_times.empty() ? 0 : start_times[i], values[i],
          histograms.empty() ? nullptr : histograms[i]};
}

std::string_view MetricTypeName(MetricType type) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"};
  return kNames[static_cast<size_t>(type)];
}

}  // namespace sb::model
