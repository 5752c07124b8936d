// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <algorithm>
#include <cmath>

namespace sb::load {

VuSchedule::VuSchedule(const Scenario& scenario)
    : scenario_(scenario), end_(scenario.RegularDuration()), started_(scenario.VusMax(), 0) {
  if (scenario.kind == ExecutorKind::kRampingVus) PlanRamps();
}

// A ramp from a to b VUs takes |b - a| equal steps: the n-th VU comes, or goes, when n of them have
// passed, as in k6. A stage without length is a jump.
void VuSchedule::PlanRamps() {
  active_.resize(scenario_.VusMax());
  auto from = int64_t(scenario_.vus);
  for (int64_t vu = 0; vu < from; vu++) active_[size_t(vu)].push_back({0, end_});
  Nanos begin = 0;
  for (const Stage& stage : scenario_.stages) {
    const auto to = int64_t(stage.target);
    const int64_t steps = std::abs(to - from);
    for (int64_t step = 1; step <= steps; step++) {
      const Nanos at = begin + Nanos(double(stage.duration) * double(step) / double(steps));
      if (to > from) {
        active_[size_t(from + step - 1)].push_back({at, end_});
      } else {
        active_[size_t(from - step)].back().end = at;
      }
    }
    from = to;
    begin += stage.duration;
  }
}

uint32_t VuSchedule::Active(Nanos now) const {
  if (scenario_.kind != ExecutorKind::kRampingVus) return now < end_ ? scenario_.vus : 0;
  return uint32_t(std::ranges::count_if(active_, [&](const auto& intervals) {
    return std::ranges::any_of(
        intervals, [&](const Interval& i) { return i.begin <= now && now < i.end; });
  }));
}

Decision VuSchedule::NextRamping(uint32_t vu, Nanos now) const {
  const Nanos last = end_ + scenario_.graceful_stop;
  for (const Interval& interval : active_[vu]) {
    if (now >= interval.end) continue;
    if (now < interval.begin) return {Decision::Kind::kWait, interval.begin, 0};
    // At the end of the test gracefulStop rules, on the way down gracefulRampDown, and never more
    // than the former.
    const Nanos grace =
        interval.end >= end_ ? last : interval.end + scenario_.graceful_ramp_down;
    return {Decision::Kind::kRun, 0, std::min(grace, last)};
  }
  return {};
}

Decision VuSchedule::Next(uint32_t vu, Nanos now) {
  if (scenario_.kind == ExecutorKind::kRampingVus) return NextRamping(vu, now);
  if (now >= end_) return {};
  const Decision run{Decision::Kind::kRun, 0, end_ + scenario_.graceful_stop};
  if (scenario_.kind == ExecutorKind::kSharedIterations) {
    return shared_started_.fetch_add(1) < scenario_.iterations ? run : Decision{};
  }
  if (scenario_.kind == ExecutorKind::kPerVuIterations) {
    return started_[vu]++ < scenario_.iterations ? run : Decision{};
  }
  return run;
}

ArrivalSchedule::ArrivalSchedule(const Scenario& scenario)
    : scenario_(scenario), stage_from_(scenario.rate / double(scenario.time_unit)) {}

std::optional<Nanos> ArrivalSchedule::Next() {
  if (scenario_.kind == ExecutorKind::kConstantArrivalRate) {
    const auto at = Nanos(std::llround(double(done_) * double(scenario_.time_unit) /
                                       scenario_.rate));
    if (at >= scenario_.duration) return {};
    done_++;
    return at;
  }
  // The moment at which the area under the rate reaches the next whole number.
  const double goal = double(done_ + 1);
  while (stage_ < scenario_.stages.size()) {
    const Stage& stage = scenario_.stages[stage_];
    const double to = stage.target / double(scenario_.time_unit);
    const auto length = double(stage.duration);
    const double area = area_before_ + length * (stage_from_ + to) / 2;
    if (goal <= area + 1e-9 && length > 0) {
      const double need = goal - area_before_;
      const double slope = (to - stage_from_) / length;
      // need = from * x + slope * x^2 / 2, in the form that is stable for small slopes.
      const double root = std::sqrt(std::max(0.0, stage_from_ * stage_from_ + 2 * slope * need));
      const double x = 2 * need / (stage_from_ + root);
      done_++;
      return stage_begin_ + Nanos(std::min(x, length));
    }
    area_before_ = area;
    stage_from_ = to;
    stage_begin_ += stage.duration;
    stage_++;
  }
  return {};
}

}  // namespace sb::load
