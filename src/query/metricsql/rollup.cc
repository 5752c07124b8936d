// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/rollup.h"

#include <algorithm>

#include "model/sample.h"

namespace sb::metricsql {
namespace {

// The usual distance of the newest samples; the step where they do not tell.
int64_t SampleInterval(const std::vector<int64_t>& times, int64_t step_ms) {
  constexpr size_t kNewest = 20;
  if (times.size() < 2) {
    return step_ms;
  }
  Values gaps;
  const size_t from = times.size() > kNewest ? times.size() - kNewest : 1;
  for (size_t i = from; i < times.size(); ++i) {
    gaps.push_back(static_cast<double>(times[i] - times[i - 1]));
  }
  const auto interval = static_cast<int64_t>(QuantileOf(0.6, gaps));
  return interval <= 0 ? step_ms : interval;
}

// More for short intervals, where jitter weighs more.
int64_t WithJitter(int64_t interval_ms) {
  if (interval_ms <= 2'000) {
    return 5 * interval_ms;
  }
  if (interval_ms <= 5'000) {
    return 3 * interval_ms;
  }
  if (interval_ms <= 10'000) {
    return 2 * interval_ms;
  }
  if (interval_ms <= 30'000) {
    return interval_ms + interval_ms / 2;
  }
  if (interval_ms <= 60'000) {
    return interval_ms + interval_ms / 4;
  }
  return interval_ms + interval_ms / 8;
}

}  // namespace

void DropStale(SeriesColumns* columns) {
  size_t kept = 0;
  for (size_t i = 0; i < columns->values.size(); ++i) {
    if (!model::IsStaleNan(columns->values[i])) {
      columns->values[kept] = columns->values[i];
      columns->times[kept++] = columns->times[i];
    }
  }
  columns->values.resize(kept);
  columns->times.resize(kept);
}

void RemoveResets(Values* values) {
  double before = values->empty() ? 0 : values->front();
  double raise = 0;
  for (double& v : *values) {
    const double step = v - before;
    if (step < 0) {
      const bool small = -step * 8 < before;
      raise += small ? before - v : before;
    }
    before = v;
    v += raise;
  }
}

void ToDifferences(Per per, SeriesColumns* columns) {
  Values& values = columns->values;
  double difference = 0;
  for (size_t i = 0; i + 1 < values.size(); ++i) {
    const int64_t gap_ms = columns->times[i + 1] - columns->times[i];
    if (per == Per::kSample) {
      difference = values[i + 1] - values[i];
    } else if (gap_ms > 0) {
      difference = (values[i + 1] - values[i]) / (static_cast<double>(gap_ms) / 1000);
    }
    values[i] = difference;
  }
  if (!values.empty()) {
    values.back() = difference;
  }
}

void ToIntervals(SeriesColumns* columns) {
  Values& values = columns->values;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] =
        i == 0 ? kNan : static_cast<double>(columns->times[i] - columns->times[i - 1]) / 1000;
  }
  if (values.size() > 1) {
    values[0] = values[1];
  }
}

Rollup::Rollup(const Options& options, const SeriesColumns& columns)
    : options_(options), columns_(columns) {
  const int64_t interval = SampleInterval(columns.times, options.grid.step_ms);
  gap_max_ms_ = WithJitter(interval);
  if (options.lookback_ms > 0) {
    gap_max_ms_ = std::min(gap_max_ms_, options.lookback_ms);
  } else {
    reach_ms_ = 2 * columns.spacing_ms;
  }
  window_ms_ = options.window_ms;
  if (window_ms_ <= 0) {
    window_ms_ = options.grid.step_ms;
    if (options.widens) {
      window_ms_ = std::max(window_ms_, gap_max_ms_);
    }
    if (options.is_default && options.lookback_ms > 0) {
      window_ms_ = std::min(window_ms_, options.lookback_ms);
    }
  }
}

// More where the samples lie as far apart as downsampled ones.
int64_t Rollup::GapMax(size_t first, size_t end) const {
  const std::vector<int64_t>& times = columns_.times;
  const bool sparse = first + 1 >= end || times[first + 1] - times[first] > gap_max_ms_;
  return sparse ? std::max(gap_max_ms_, reach_ms_) : gap_max_ms_;
}

RollupWindow Rollup::Move(size_t step, size_t* begin, size_t* end) const {
  const std::vector<int64_t>& times = columns_.times;
  const Values& values = columns_.values;
  RollupWindow w;
  w.now_ms = options_.grid.At(step);
  w.window_ms = window_ms_;
  const int64_t start_ms = w.now_ms - window_ms_;
  while (*begin < times.size() && times[*begin] <= start_ms) {
    ++*begin;
  }
  *end = std::max(*begin, *end);
  while (*end < times.size() && times[*end] <= w.now_ms) {
    ++*end;
  }
  size_t first = *begin;
  const bool widens = options_.window_ms <= 0 && options_.widens;
  if (widens && first == *end && first > 0 && times[first - 1] > w.now_ms - reach_ms_) {
    --first;
    w.window_ms = w.now_ms - times[first] + 1;
  }
  w.values = std::span(values).subspan(first, *end - first);
  w.times = std::span(times).subspan(first, *end - first);
  w.previous_ms = w.now_ms - w.window_ms - GapMax(first, *end);
  if (first > 0) {
    w.real_previous = values[first - 1];
    if (first < times.size() && times[first - 1] > w.previous_ms) {
      w.previous = values[first - 1];
      w.previous_ms = times[first - 1];
    }
  }
  if (*end < times.size()) {
    w.real_next = values[*end];
  }
  return w;
}

}  // namespace sb::metricsql
