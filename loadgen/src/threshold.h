// SPDX-License-Identifier: Apache-2.0
//
// A threshold: `<aggregate> <operator> <number>`, such as "p(95)<500" or "rate>=0.99".
//
// Which aggregates a metric has depends on its type: counter count, rate; gauge value; rate rate;
// trend avg, min, max, med, p(N), count. What does not fit is kInvalidArgument, as k6's exit code
// 104 says.
// Source: k6 documentation, "Thresholds".
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "duration.h"
#include "metric.h"

namespace sb::load {

struct Threshold {
  std::string source;     // as in the script
  std::string aggregate;  // "p(95)"
  double percentile = 0;  // of p(N) and med
  enum class Op : uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual } op;
  double limit = 0;
  bool abort_on_fail = false;
  Nanos delay_abort = 0;

  // What the last evaluation gave.
  double value = 0;
  bool failed = false;

  // `seconds` is the length of the test so far, for the rate of a counter.
  void Evaluate(Sink& sink, double seconds);
};

base::Result<Threshold> ParseThreshold(std::string_view text, MetricType type);

// The value of an aggregate such as "avg" or "p(99.9)" of a trend; kInvalidArgument if unknown.
base::Result<double> TrendAggregate(std::string_view name, Sink& sink);

}  // namespace sb::load
