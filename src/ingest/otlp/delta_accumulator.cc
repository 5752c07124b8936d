// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/delta_accumulator.h"

#include "model/histogram_math.h"

namespace sb::ingest {
namespace {

// A scan over all series is not repeated for each refused point.
constexpr int64_t kSweepEveryMs = 10'000;

}  // namespace

size_t DeltaAccumulator::series_count() const {
  const base::MutexLock lock(mutex_);
  return states_.size();
}

DeltaAccumulator::Session::Session(DeltaAccumulator* accumulator, base::TimestampMs now)
    : accumulator_(accumulator), now_ms_(now.Value()), lock_(accumulator->mutex_) {}

DeltaAccumulator::Session::~Session() {
  for (auto change = undo_.rbegin(); change != undo_.rend(); ++change) {
    if (change->second.has_value()) {
      accumulator_->states_[change->first] = std::move(*change->second);
    } else {
      accumulator_->states_.erase(change->first);
    }
  }
}

void DeltaAccumulator::Session::Sweep() {
  if (now_ms_ - accumulator_->swept_ms_ < kSweepEveryMs) {
    return;
  }
  accumulator_->swept_ms_ = now_ms_;
  const int64_t oldest = now_ms_ - accumulator_->options_.idle_max.Value();
  std::erase_if(accumulator_->states_,
                [oldest](const auto& entry) { return entry.second.touched_ms < oldest; });
}

base::Result<DeltaAccumulator::State*> DeltaAccumulator::Session::Advance(
    const encoding::Hash128& key, wire::OtlpPoint* point) {
  auto& states = accumulator_->states_;
  auto at = states.find(key);
  if (at == states.end()) {
    if (states.size() >= accumulator_->options_.series_max) {
      Sweep();
    }
    if (states.size() >= accumulator_->options_.series_max) {
      return base::ResourceExhausted("too many delta series, the most are " +
                                     std::to_string(accumulator_->options_.series_max));
    }
    at = states.emplace(key, State()).first;
    at->second.start_ns = point->start_ns;
    undo_.emplace_back(key, std::nullopt);
  } else {
    if (point->time_ns <= at->second.time_ns) {
      return base::FailedPrecondition("a delta point is not newer than the one before it");
    }
    undo_.emplace_back(key, at->second);
  }
  State& state = at->second;
  state.time_ns = point->time_ns;
  state.touched_ms = now_ms_;
  point->start_ns = state.start_ns;
  return &state;
}

base::Status DeltaAccumulator::Session::AddNumber(const encoding::Hash128& key,
                                                  wire::OtlpNumberPoint* point) {
  SB_ASSIGN_OR_RETURN(State * state, Advance(key, point));
  state->sum += point->value;
  point->value = state->sum;
  return base::OkStatus();
}

base::Status DeltaAccumulator::Session::AddHistogram(const encoding::Hash128& key,
                                                     wire::OtlpHistogramPoint* point) {
  const uint64_t start_ns = point->start_ns;
  SB_ASSIGN_OR_RETURN(State * state, Advance(key, point));
  if (state->bounds != point->explicit_bounds ||
      state->counts.size() != point->bucket_counts.size()) {
    state->start_ns = point->start_ns = start_ns;
    state->sum = 0;
    state->count = 0;
    state->bounds = point->explicit_bounds;
    state->counts.assign(point->bucket_counts.size(), 0);
  }
  for (size_t i = 0; i < state->counts.size(); ++i) {
    state->counts[i] += point->bucket_counts[i];
  }
  state->count += point->count;
  state->sum += point->sum.value_or(0);
  point->bucket_counts = state->counts;
  point->count = state->count;
  if (point->sum.has_value()) {
    point->sum = state->sum;
  }
  return base::OkStatus();
}

base::Status DeltaAccumulator::Session::AddNative(const encoding::Hash128& key,
                                                  wire::OtlpPoint* point,
                                                  model::Histogram* histogram) {
  SB_ASSIGN_OR_RETURN(State * state, Advance(key, point));
  if (state->histogram != nullptr) {
    model::Histogram sum = *state->histogram;
    SB_RETURN_IF_ERROR(model::Add(&sum, *histogram).status());
    model::Compact(&sum);
    sum.integer_counts = histogram->integer_counts && state->histogram->integer_counts;
    *histogram = std::move(sum);
  }
  histogram->counter_reset_hint = model::CounterResetHint::kUnknown;
  state->histogram = std::make_shared<const model::Histogram>(*histogram);
  return base::OkStatus();
}

}  // namespace sb::ingest
