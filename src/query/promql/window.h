// SPDX-License-Identifier: Apache-2.0
//
// Range vectors: the samples of one series, and the window of them that belongs to one step.
//
//   WindowSlider slider(samples);
//   for each step: Window w = slider.Move(range_start, range_end);   // (start, end]
//
// Floats and histograms are separate columns, stale markers are gone. The slider only moves forward
// as long as the windows do, so that all windows of a range query cost one pass.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/label_set.h"
#include "model/sample.h"
#include "query/engine/step_vector.h"

namespace sb::promql {

struct SeriesSamples {
  model::LabelSet labels;
  bool drop_name = false;

  std::vector<int64_t> float_times;
  std::vector<double> floats;
  std::vector<int64_t> float_starts;  // start timestamps, 0 unknown; empty: none known
  std::vector<int64_t> histogram_times;
  std::vector<model::HistogramPtr> histograms;
  std::vector<int64_t> histogram_starts;
  // Floats that samples before them stand for (sample_condenser.h); then there is one window, of
  // all samples.
  uint64_t floats_left_out = 0;

  std::string_view metric_name() const { return labels.metric_name(); }
  int64_t SampleCount() const;  // as held, without what was left out
  void Clear();  // keeps the memory
};

// Splits columns as the store reads them, into an empty `*out`; takes them over where it can.
void SplitColumns(model::SampleColumns* columns, SeriesSamples* out);

// Indices into the columns of a SeriesSamples: [begin, end).
struct Window {
  const SeriesSamples* samples = nullptr;
  size_t float_begin = 0;
  size_t float_end = 0;
  size_t histogram_begin = 0;
  size_t histogram_end = 0;
  int64_t range_start_ms = 0;  // what the query asked for, without look-back extensions
  int64_t range_end_ms = 0;
  int64_t eval_time_ms = 0;
  size_t step = 0;

  size_t float_count() const { return float_end - float_begin; }
  // With those that were left out.
  size_t whole_float_count() const { return float_count() + samples->floats_left_out; }
  size_t histogram_count() const { return histogram_end - histogram_begin; }
  bool empty() const { return float_count() + histogram_count() == 0; }
  const double* floats() const { return samples->floats.data() + float_begin; }
  const int64_t* float_times() const { return samples->float_times.data() + float_begin; }
  const model::HistogramPtr* histograms() const {
    return samples->histograms.data() + histogram_begin;
  }
  const int64_t* histogram_times() const {
    return samples->histogram_times.data() + histogram_begin;
  }
  // Start timestamp of the i-th float or histogram of the window; 0 if unknown.
  int64_t float_start(size_t i) const {
    return samples->float_starts.empty() ? 0 : samples->float_starts[float_begin + i];
  }
  int64_t histogram_start(size_t i) const {
    return samples->histogram_starts.empty() ? 0 : samples->histogram_starts[histogram_begin + i];
  }
};

class WindowSlider {
 public:
  explicit WindowSlider(const SeriesSamples& samples) : samples_(samples) {}
  // Samples with after < time <= until.
  Window Move(int64_t after_ms, int64_t until_ms);

 private:
  const SeriesSamples& samples_;
  size_t float_begin_ = 0;
  size_t float_end_ = 0;
  size_t histogram_begin_ = 0;
  size_t histogram_end_ = 0;
};

}  // namespace sb::promql
