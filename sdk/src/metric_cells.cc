// SPDX-License-Identifier: Apache-2.0
#include "metric_cells.h"

#include <algorithm>
#include <cmath>

#include "entropy.h"

namespace signalbox::internal {

size_t ShardOfThread(size_t count) {
  static std::atomic<size_t> next{0};
  thread_local const size_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine % count;
}

uint64_t SumCell::Total() const {
  uint64_t total = 0;
  for (const Shard& shard : shards) {
    total += shard.value.load(std::memory_order_relaxed);
  }
  return total;
}

namespace {

// The newest sampled value of each bucket; a busy lock means that somebody else just left one.
class ExemplarSlots {
 public:
  explicit ExemplarSlots(size_t count) : slots_(count) {}

  void Offer(size_t slot, double value) {
    const SpanContext& span = Context::Current().span;
    if (!span.is_sampled || !mutex_.try_lock()) {
      return;
    }
    slots_[slot] = MetricExemplar{value, NowNs(), span};
    mutex_.unlock();
  }

  std::vector<MetricExemplar> Take() const {
    const std::lock_guard lock(mutex_);
    std::vector<MetricExemplar> taken;
    for (std::optional<MetricExemplar>& slot : slots_) {
      if (slot.has_value()) {
        taken.push_back(*std::move(slot));
        slot.reset();
      }
    }
    return taken;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::vector<std::optional<MetricExemplar>> slots_;
};

void AddTo(std::atomic<double>* sum, double value) {
  double old = sum->load(std::memory_order_relaxed);
  while (!sum->compare_exchange_weak(old, old + value, std::memory_order_relaxed)) {
  }
}

template <typename Better>
void Improve(std::atomic<double>* best, double value, Better better) {
  double old = best->load(std::memory_order_relaxed);
  while (better(value, old) &&
         !best->compare_exchange_weak(old, value, std::memory_order_relaxed)) {
  }
}

class ExplicitHistogram final : public HistogramCell {
 public:
  explicit ExplicitHistogram(std::vector<double> bounds)
      : bounds_(std::move(bounds)), counts_(bounds_.size() + 1), exemplars_(bounds_.size() + 1) {}

  void Record(double value) override {
    if (std::isnan(value)) {
      return;
    }
    const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    const auto bucket = static_cast<size_t>(at - bounds_.begin());
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    AddTo(&sum_, value);
    Improve(&min_, value, std::less<>());
    Improve(&max_, value, std::greater<>());
    exemplars_.Offer(bucket, value);
  }

  HistogramValue Read() const override {
    HistogramValue read;
    for (const std::atomic<uint64_t>& count : counts_) {
      read.buckets.push_back(count.load(std::memory_order_relaxed));
      read.count += read.buckets.back();
    }
    read.sum = sum_.load(std::memory_order_relaxed);
    read.min = min_.load(std::memory_order_relaxed);
    read.max = max_.load(std::memory_order_relaxed);
    read.exemplars = exemplars_.Take();
    return read;
  }

 private:
  const std::vector<double> bounds_;
  std::vector<std::atomic<uint64_t>> counts_;
  std::atomic<double> sum_{0};
  std::atomic<double> min_{std::numeric_limits<double>::infinity()};
  std::atomic<double> max_{-std::numeric_limits<double>::infinity()};
  ExemplarSlots exemplars_;
};

constexpr int32_t kScaleMax = 20;
constexpr size_t kBucketsMax = 160;

class ExponentialHistogram final : public HistogramCell {
 public:
  void Record(double value) override {
    if (!(value >= 0) || std::isinf(value)) {
      return;
    }
    const std::lock_guard lock(mutex_);
    if (value_.count == 0) {
      value_.min = value;
      value_.max = value;
      value_.scale = kScaleMax;
    }
    ++value_.count;
    value_.sum += value;
    value_.min = std::min(value_.min, value);
    value_.max = std::max(value_.max, value);
    if (value == 0) {
      ++value_.zero_count;
    } else {
      Count(value);
    }
    exemplar_.Offer(0, value);
  }

  HistogramValue Read() const override {
    const std::lock_guard lock(mutex_);
    HistogramValue read = value_;
    read.exemplars = exemplar_.Take();
    return read;
  }

 private:
  // The bucket with upper bound inclusive: ceil(log_base(value)) - 1.
  static int32_t IndexOf(double value, int32_t scale) {
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);  // [0.5, 1)
    if (scale <= 0) {
      const int32_t floor = fraction == 0.5 ? exponent - 2 : exponent - 1;
      return floor >> -scale;
    }
    if (fraction == 0.5) {
      // A power of two is a bound at every scale; logarithms would miss it by rounding.
      return static_cast<int32_t>(static_cast<uint32_t>(exponent - 1) << scale) - 1;
    }
    return static_cast<int32_t>(std::ceil(std::ldexp(std::log2(value), scale))) - 1;
  }

  void Count(double value) {
    int32_t index = IndexOf(value, value_.scale);
    while (!Fits(index)) {
      Halve();
      index = IndexOf(value, value_.scale);
    }
    Place(index);
  }

  bool Fits(int32_t index) const {
    if (value_.positive.empty()) {
      return true;
    }
    const int64_t low = std::min<int64_t>(index, value_.offset);
    const int64_t high = std::max<int64_t>(
        index, int64_t{value_.offset} + static_cast<int64_t>(value_.positive.size()) - 1);
    return high - low + 1 <= static_cast<int64_t>(kBucketsMax);
  }

  void Place(int32_t index) {
    std::vector<uint64_t>& buckets = value_.positive;
    if (buckets.empty()) {
      value_.offset = index;
    }
    if (index < value_.offset) {
      buckets.insert(buckets.begin(), static_cast<size_t>(value_.offset - index), 0);
      value_.offset = index;
    }
    const auto at = static_cast<size_t>(index - value_.offset);
    if (at >= buckets.size()) {
      buckets.resize(at + 1);
    }
    ++buckets[at];
  }

  // One scale coarser: two neighbours become one.
  void Halve() {
    std::vector<uint64_t> merged;
    const int32_t offset = value_.offset >> 1;
    for (size_t i = 0; i < value_.positive.size(); ++i) {
      const int32_t index = (value_.offset + static_cast<int32_t>(i)) >> 1;
      const auto at = static_cast<size_t>(index - offset);
      if (at >= merged.size()) {
        merged.resize(at + 1);
      }
      merged[at] += value_.positive[i];
    }
    value_.positive = std::move(merged);
    value_.offset = offset;
    --value_.scale;
  }

  mutable std::mutex mutex_;
  HistogramValue value_;
  ExemplarSlots exemplar_{1};
};

}  // namespace

std::unique_ptr<HistogramCell> MakeExplicitHistogram(std::vector<double> bounds) {
  return std::make_unique<ExplicitHistogram>(std::move(bounds));
}

std::unique_ptr<HistogramCell> MakeExponentialHistogram() {
  return std::make_unique<ExponentialHistogram>();
}

}  // namespace signalbox::internal
