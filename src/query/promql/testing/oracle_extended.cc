// SPDX-License-Identifier: Apache-2.0
//
// The oracle's extended selectors: what a series is at the ends of a range, picked (anchored) or
// interpolated (smoothed) from samples around it, and the functions that use it.
#include <algorithm>
#include <optional>

#include "model/histogram_math.h"
#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {
namespace {

using model::CounterResetHint;
using model::Histogram;
using model::Sample;
using Samples = std::vector<Sample>;

bool IsGauge(const Histogram& h) {
  return h.counter_reset_hint == CounterResetHint::kGauge;
}

// How many of `samples` lie at or before `time_ms`.
size_t UpTo(const Samples& samples, int64_t time_ms) {
  size_t n = 0;
  for (const Sample& s : samples) {
    n += s.time_ms <= time_ms ? 1 : 0;
  }
  return n;
}

double Between(const Sample& a, const Sample& b, int64_t time_ms, bool counter) {
  const double from = counter && b.value < a.value ? 0 : a.value;
  return from + (b.value - from) * static_cast<double>(time_ms - a.time_ms) /
                    static_cast<double>(b.time_ms - a.time_ms);
}

bool Combined(const base::Result<model::HistogramOutcome>& outcome, const std::string& name,
              bool add, Notes* notes) {
  if (!outcome.ok()) {
    notes->Warn("mixed buckets " + name);
    return false;
  }
  if (outcome->bounds_reconciled) {
    notes->Inform(add ? "reconciled in addition" : "reconciled in subtraction");
  }
  return true;
}

std::optional<Histogram> HistogramBetween(const Sample& a, const Sample& b, int64_t time_ms,
                                          bool counter, const std::string& name, Notes* notes) {
  const double part =
      static_cast<double>(time_ms - a.time_ms) / static_cast<double>(b.time_ms - a.time_ms);
  Histogram out = *b.histogram;
  if (counter && model::DetectReset(*b.histogram, *a.histogram)) {
    model::Multiply(&out, part);
    return out;
  }
  if (!Combined(model::Subtract(&out, *a.histogram), name, false, notes)) {
    return std::nullopt;
  }
  model::Multiply(&out, part);
  if (!Combined(model::Add(&out, *a.histogram), name, true, notes)) {
    return std::nullopt;
  }
  return out;
}

// The samples that bear on the range [start, end]: from the last one at or before its start (else
// the first there is) to the last one, or for smoothed the first at or after its end.
Samples Bearing(const Samples& all, const Window& window) {
  if (all.empty()) {
    return {};
  }
  size_t last = all.size() - 1;
  // The very last sample is never the one before.
  const size_t before = std::min(last, UpTo(all, window.start_ms));
  const size_t first = before > 0 ? before - 1 : 0;
  if (window.extension == Extension::kSmoothed) {
    last = std::min(last, UpTo(all, window.end_ms - 1));
  }
  return {all.begin() + static_cast<ptrdiff_t>(first),
          all.begin() + static_cast<ptrdiff_t>(last) + 1};
}

bool OutOfRange(const Samples& s, const Window& w) {
  return s.empty() || s.back().time_ms <= w.start_ms ||
         (w.extension == Extension::kSmoothed && s.front().time_ms > w.end_ms);
}

// The course of a float series over the range: its value at the start, the samples inside, its
// value at the end.
Samples CourseOf(const Samples& s, const Window& w, bool counter) {
  const bool smoothed = w.extension == Extension::kSmoothed;
  Sample left = s.front();
  Sample right = s.back();
  if (smoothed && left.time_ms < w.start_ms) {
    left.value = Between(s[0], s[1], w.start_ms, counter);
  }
  if (smoothed && right.time_ms > w.end_ms && s.size() > 1) {
    right.value = Between(s[s.size() - 2], s.back(), w.end_ms, counter);
  }
  left.time_ms = w.start_ms;
  right.time_ms = w.end_ms;
  Samples course = {left};
  for (const Sample& one : s) {
    if (one.time_ms > w.start_ms && one.time_ms < w.end_ms) {
      course.push_back(one);
    }
  }
  course.push_back(right);
  return course;
}

bool HistogramRate(const Samples& s, const Window& w, bool counter, Histogram* out, Notes* notes) {
  const std::string name = w.Name();
  for (const Sample& one : s) {
    if (one.histogram->UsesCustomBuckets() != s.front().histogram->UsesCustomBuckets()) {
      notes->Warn("mixed buckets " + name);
      return false;
    }
    if (counter && IsGauge(*one.histogram)) {
      notes->Warn("not a counter " + name);
    }
  }
  const bool smoothed = w.extension == Extension::kSmoothed;
  std::optional<Histogram> left = *s.front().histogram;
  std::optional<Histogram> right = *s.back().histogram;
  bool left_is_after_reset = false;
  if (smoothed && s.front().time_ms < w.start_ms) {
    if (w.start_ms == s[1].time_ms) {
      left = *s[1].histogram;
    } else {
      left = HistogramBetween(s[0], s[1], w.start_ms, counter, name, notes);
    }
    left_is_after_reset = model::DetectReset(*s[1].histogram, *s[0].histogram);
  }
  if (left.has_value() && smoothed && s.size() > 1 && s.back().time_ms > w.end_ms) {
    const Sample& before = s[s.size() - 2];
    right = before.time_ms == w.end_ms
                ? *before.histogram
                : HistogramBetween(before, s.back(), w.end_ms, counter, name, notes);
  }
  if (!left.has_value() || !right.has_value()) {
    return false;
  }
  if (!counter && (!IsGauge(*left) || !IsGauge(*right))) {
    notes->Warn("not a gauge " + name);
  }
  *out = *right;
  if (!Combined(model::Subtract(out, *left), name, false, notes)) {
    return false;
  }
  // What was counted before each reset. A start that was interpolated from zero has had its reset.
  std::vector<const Histogram*> course = {&*left};
  size_t next = 1;
  if (counter && left_is_after_reset && s.size() > 1) {
    course = {s[1].histogram.get()};
    next = 2;
  }
  const bool goes_on = next < s.size();
  for (size_t i = next; i + 1 < s.size(); ++i) {
    course.push_back(s[i].histogram.get());
  }
  if (goes_on) {
    course.push_back(&*right);
  }
  std::optional<Histogram> lost;
  for (size_t i = 1; counter && i < course.size(); ++i) {
    if (!model::DetectReset(*course[i], *course[i - 1])) {
      continue;
    }
    if (!lost.has_value()) {
      lost = *course[i - 1];
    } else if (!Combined(model::Add(&*lost, *course[i - 1]), name, true, notes)) {
      return false;
    }
  }
  return !lost.has_value() || Combined(model::Add(out, *lost), name, true, notes);
}

}  // namespace

bool ExtendedRate(const RangeArguments& args, const Window& w, Notes* notes, double* value,
                  model::HistogramPtr* histogram) {
  const bool counter = args.function != FunctionId::kDelta;
  const Samples floats = w.Floats();
  const Samples histograms = w.Histograms();
  if (!floats.empty() && !histograms.empty()) {
    notes->Warn("mixed floats and histograms " + w.Name());
    return false;
  }
  const Samples s = Bearing(floats.empty() ? histograms : floats, w);
  if (OutOfRange(s, w)) {
    return false;
  }
  const double seconds = static_cast<double>(args.range_ms) / 1000;
  if (!floats.empty()) {
    const Samples course = CourseOf(s, w, counter);
    double lost = 0;
    for (size_t i = 1; counter && i < course.size(); ++i) {
      lost += course[i].value < course[i - 1].value ? course[i - 1].value : 0;
    }
    *value = course.back().value - course.front().value;
    if (counter) {
      *value += lost;
    }
    if (args.function == FunctionId::kRate) {
      *value /= seconds;
    }
    return true;
  }
  Histogram out;
  if (!HistogramRate(s, w, counter, &out, notes)) {
    return false;
  }
  if (args.function == FunctionId::kRate) {
    model::Divide(&out, seconds);
  }
  out.counter_reset_hint = CounterResetHint::kGauge;
  model::Compact(&out);
  *histogram = std::make_shared<const Histogram>(std::move(out));
  return true;
}

bool AnchorTransitions(Window* window) {
  const size_t before = UpTo(window->samples, window->start_ms);
  if (before == window->samples.size()) {
    return false;
  }
  const size_t first = before == 0 ? 0 : before - 1;
  window->samples.erase(window->samples.begin(),
                        window->samples.begin() + static_cast<ptrdiff_t>(first));
  return true;
}

void ExtendPoints(Window* window) {
  if (!window->Histograms().empty()) {
    throw Failure{"extended points of histograms"};
  }
  const Samples s = Bearing(window->samples, *window);
  window->samples =
      s.empty() || s.back().time_ms <= window->start_ms ? Samples() : CourseOf(s, *window, false);
}

bool SmoothAt(const Window& around, int64_t time_ms, Notes* notes, Element* out) {
  const std::string name = around.Name();
  if (!around.Floats().empty() && !around.Histograms().empty()) {
    notes->Warn("mixed floats and histograms " + name);
    return false;
  }
  const Samples& s = around.samples;
  const size_t before = UpTo(s, time_ms);
  if (before == 0) {
    return false;
  }
  const Sample& last = s[before - 1];
  out->value = last.value;
  out->histogram = last.histogram;
  if (last.time_ms == time_ms) {
    return true;
  }
  if (last.histogram == nullptr) {
    if (before < s.size()) {
      out->value = Between(last, s[before], time_ms, false);
    }
    return true;
  }
  Histogram result = *last.histogram;
  result.counter_reset_hint = CounterResetHint::kUnknown;  // it was about the sample before
  if (before < s.size()) {
    const Sample& next = s[before];
    if (last.histogram->UsesCustomBuckets() != next.histogram->UsesCustomBuckets()) {
      notes->Warn("mixed buckets " + name);
      return false;
    }
    const bool gauges = IsGauge(*last.histogram) && IsGauge(*next.histogram);
    const auto between = HistogramBetween(last, next, time_ms, !gauges, name, notes);
    if (!between.has_value()) {
      return false;
    }
    result = *between;
  }
  out->histogram = std::make_shared<const Histogram>(std::move(result));
  return true;
}

}  // namespace sb::promql::oracle
