// SPDX-License-Identifier: Apache-2.0
//
// When which VU of a scenario runs an iteration: the six executors of k6 as functions of time.
//
// The four executors that loop are asked by a VU that is free:
//
//   VuSchedule schedule(scenario);
//   Decision next = schedule.Next(vu, now);      // now: since the scenario's start
//   kRun: iterate now, to be interrupted at `deadline`; kWait: ask again at `at`; kDone: no more.
//
// The two arrival rates are a sequence of moments, each of which needs a free VU, or is dropped:
//
//   ArrivalSchedule arrivals(scenario);
//   while (std::optional<Nanos> at = arrivals.Next()) …
//
// No clock is read here: tests run a schedule of hours at once.
// Source: k6 documentation, "Executors", "Graceful stop". Threads: VuSchedule is safe for
// concurrent use; ArrivalSchedule belongs to one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "duration.h"
#include "options.h"

namespace sb::load {

struct Decision {
  enum class Kind : uint8_t { kRun, kWait, kDone } kind = Kind::kDone;
  Nanos at = 0;        // kWait
  Nanos deadline = 0;  // kRun: the iteration is interrupted there
};

class VuSchedule {
 public:
  explicit VuSchedule(const Scenario& scenario);

  // `vu` counts from 0 within the scenario.
  Decision Next(uint32_t vu, Nanos now);
  // VUs that should be running at `now`, for ramping-vus; otherwise all.
  uint32_t Active(Nanos now) const;

 private:
  struct Interval {
    Nanos begin = 0;
    Nanos end = 0;
  };
  Decision NextRamping(uint32_t vu, Nanos now) const;
  void PlanRamps();

  const Scenario& scenario_;
  Nanos end_ = 0;
  std::atomic<uint64_t> shared_started_{0};
  std::vector<uint64_t> started_;                   // per VU
  std::vector<std::vector<Interval>> active_;       // per VU, ramping-vus only
};

class ArrivalSchedule {
 public:
  explicit ArrivalSchedule(const Scenario& scenario);
  // When the next iteration starts; nullopt after the last one.
  std::optional<Nanos> Next();

 private:
  const Scenario& scenario_;
  uint64_t done_ = 0;
  size_t stage_ = 0;
  Nanos stage_begin_ = 0;
  double stage_from_ = 0;   // rate at its begin, per nanosecond
  double area_before_ = 0;  // iterations before the stage
};

}  // namespace sb::load
