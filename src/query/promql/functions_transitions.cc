// SPDX-License-Identifier: Apache-2.0
//
// resets and changes: how often neighbouring samples of a window differ in a certain way. Floats
// and histograms form one sequence here; going from one to the other counts.
//
// Each pair of neighbours is looked at once per series; a window is then the difference of two
// running counts.
#include <algorithm>
#include <cmath>

#include "model/histogram_math.h"
#include "query/promql/range_function.h"
#include "query/promql/start_time.h"

namespace sb::promql {
namespace {

using query::StepPoint;

struct Item {
  int64_t time_ms = 0;
  int64_t start_ms = 0;
  double value = 0;
  const model::Histogram* histogram = nullptr;
};

class TransitionFunction : public RangeFunction {
 public:
  explicit TransitionFunction(FunctionId id) : resets_(id == FunctionId::kResets) {}

  void Begin(const SeriesSamples& samples, const RangeCall& call) override {
    RangeFunction::Begin(samples, call);
    MergeColumns();
    counts_.assign(items_.size(), 0);
    for (size_t i = 1; i < items_.size(); ++i) {
      counts_[i] = counts_[i - 1] + (Differ(items_[i - 1], items_[i]) ? 1 : 0);
    }
  }

  StepPoint Evaluate(const Window& w) override {
    // A float's place in the merged sequence is its own plus the histograms before it.
    size_t first = w.float_begin + w.histogram_begin;
    const size_t end = w.float_end + w.histogram_end;
    if (call().extension == RangeExtension::kAnchored) {
      // The last sample at or before the range's start is the baseline; without one after it there
      // is nothing to measure.
      auto after = std::upper_bound(items_.begin() + static_cast<ptrdiff_t>(first),
                                    items_.begin() + static_cast<ptrdiff_t>(end), w.range_start_ms,
                                    [](int64_t t, const Item& item) { return t < item.time_ms; });
      const auto at = static_cast<size_t>(after - items_.begin());
      if (at == end) {
        return StepPoint::None();
      }
      first = std::max(first, at == 0 ? 0 : at - 1);
    }
    return StepPoint::Float(static_cast<double>(counts_[end - 1] - counts_[first]));
  }

 private:
  void MergeColumns() {
    const SeriesSamples& s = samples();
    items_.clear();
    items_.reserve(s.floats.size() + s.histograms.size());
    size_t f = 0;
    size_t h = 0;
    while (f < s.floats.size() || h < s.histograms.size()) {
      if (h == s.histograms.size() ||
          (f < s.floats.size() && s.float_times[f] < s.histogram_times[h])) {
        items_.push_back({s.float_times[f], s.float_starts.empty() ? 0 : s.float_starts[f],
                          s.floats[f], nullptr});
        ++f;
      } else {
        items_.push_back({s.histogram_times[h],
                          s.histogram_starts.empty() ? 0 : s.histogram_starts[h], 0,
                          s.histograms[h].get()});
        ++h;
      }
    }
  }

  bool Differ(const Item& before, const Item& item) const {
    if ((before.histogram == nullptr) != (item.histogram == nullptr)) {
      return true;
    }
    if (resets_) {
      if (call().use_start_times &&
          IsStartTimeReset(before.start_ms, before.time_ms, item.start_ms, item.time_ms)) {
        return true;
      }
      return item.histogram != nullptr ? model::DetectReset(*item.histogram, *before.histogram)
                                       : item.value < before.value;
    }
    if (item.histogram != nullptr) {
      return !model::Equal(*item.histogram, *before.histogram);
    }
    return item.value != before.value && !(std::isnan(item.value) && std::isnan(before.value));
  }

  const bool resets_;
  std::vector<Item> items_;
  std::vector<int64_t> counts_;  // transitions up to and including the item
};

}  // namespace

std::unique_ptr<RangeFunction> NewTransitionFunction(FunctionId id) {
  return std::make_unique<TransitionFunction>(id);
}

}  // namespace sb::promql
