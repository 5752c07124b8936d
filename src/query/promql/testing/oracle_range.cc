// SPDX-License-Identifier: Apache-2.0
//
// The oracle's functions over one window of one series.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "model/histogram_math.h"
#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {
namespace {

using model::CounterResetHint;
using model::Histogram;
using model::Sample;
using Samples = std::vector<Sample>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Seconds(int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

bool IsGauge(const Histogram& h) {
  return h.counter_reset_hint == CounterResetHint::kGauge;
}

std::vector<double> Values(const Samples& samples) {
  std::vector<double> out;
  for (const Sample& s : samples) {
    out.push_back(s.value);
  }
  return out;
}

// One call on one window.
class Call {
 public:
  Call(const RangeArguments& args, const Window& window, Notes* notes)
      : args_(args),
        window_(window),
        notes_(notes),
        floats_(window.Floats()),
        histograms_(window.Histograms()) {}

  bool Run(double* value, model::HistogramPtr* histogram);

 private:
  bool Has(FunctionId id) const { return args_.function == id; }
  bool Mixed() const { return !floats_.empty() && !histograms_.empty(); }
  std::string Keyed(std::string_view what) const { return fmt::format("{} {}", what, Name()); }
  std::string Name() const { return window_.Name(); }
  double scalar(size_t i) const { return args_.scalars[i]; }

  // The counter has started anew between two samples, by what their start times say.
  bool StartReset(const Sample& a, const Sample& b) const {
    if (!args_.use_start_times || b.start_time_ms == 0 || b.start_time_ms >= b.time_ms) {
      return false;
    }
    if (b.start_time_ms > a.time_ms) {
      return true;
    }
    return b.start_time_ms == a.time_ms && a.start_time_ms != 0 && a.start_time_ms < a.time_ms;
  }
  void CheckOverlap(const Samples& samples) const {
    for (size_t i = 1; args_.use_start_times && i < samples.size(); ++i) {
      const int64_t start = samples[i].start_time_ms;
      if (start != 0 && start < samples[i - 1].time_ms && start != samples[i - 1].start_time_ms) {
        notes_->Warn(Keyed("overlap"));
      }
    }
  }
  bool Reset(const Sample& a, const Sample& b) const {
    if (StartReset(a, b)) {
      return true;
    }
    return b.histogram != nullptr ? model::DetectReset(*b.histogram, *a.histogram)
                                  : b.value < a.value;
  }
  bool Combine(bool add, Histogram* h, const Histogram& other) const {
    const auto outcome = add ? model::Add(h, other) : model::Subtract(h, other);
    if (!outcome.ok()) {
      notes_->Warn(Keyed("mixed buckets"));
      return false;
    }
    if (outcome->bounds_reconciled) {
      notes_->Inform(add ? "reconciled in addition" : "reconciled in subtraction");
    }
    return true;
  }

  bool Rate(double* value, model::HistogramPtr* histogram) const;
  std::optional<double> FloatIncrease() const;
  bool HistogramIncrease(Histogram* out) const;
  bool InstantRate(double* value, model::HistogramPtr* histogram) const;
  double Transitions() const;
  bool OfFloats(double* value) const;
  double Extreme() const;
  double Variance() const;
  double MedianDeviation() const;
  double Trend() const;
  double Smoothed() const;

  const RangeArguments& args_;
  const Window& window_;
  Notes* const notes_;
  const Samples floats_;
  const Samples histograms_;
};

bool Call::HistogramIncrease(Histogram* out) const {
  const bool counter = !Has(FunctionId::kDelta);
  const Histogram& last = *histograms_.back().histogram;
  Histogram first = *histograms_.front().histogram;
  if (counter && (IsGauge(first) || IsGauge(last))) {
    notes_->Warn(Keyed("not a counter"));
  }
  if (counter && Reset(histograms_[0], histograms_[1])) {
    // Nothing of the first one counts, so nor does its layout.
    first = Histogram();
    first.schema = histograms_[1].histogram->schema;
    first.custom_values = histograms_[1].histogram->custom_values;
  }
  if (last.UsesCustomBuckets() != first.UsesCustomBuckets()) {
    notes_->Warn(Keyed("mixed buckets"));
    return false;
  }
  int32_t schema = std::min(first.schema, last.schema);
  for (size_t i = 1; counter && i + 1 < histograms_.size(); ++i) {
    const Histogram& h = *histograms_[i].histogram;
    if (h.UsesCustomBuckets() != first.UsesCustomBuckets()) {
      notes_->warnings.clear();  // the only thing there is to say about this window
      notes_->infos.clear();
      notes_->Warn(Keyed("mixed buckets"));
      return false;
    }
    if (IsGauge(h)) {
      notes_->Warn(Keyed("not a counter"));
    }
    schema = std::min(schema, h.schema);
  }
  *out = model::CopyToSchema(last, schema);
  if (!Combine(false, out, first)) {
    return false;
  }
  if (counter) {
    CheckOverlap(histograms_);
    for (size_t i = 1; i < histograms_.size(); ++i) {
      Sample before = histograms_[i - 1];
      if (i == 1) {
        before.histogram = std::make_shared<const Histogram>(first);
      }
      if (Reset(before, histograms_[i]) && !Combine(true, out, *before.histogram)) {
        return false;
      }
    }
  } else if (!IsGauge(*histograms_.front().histogram) || !IsGauge(last)) {
    notes_->Warn(Keyed("not a gauge"));
  }
  out->counter_reset_hint = CounterResetHint::kGauge;
  model::Compact(out);
  return true;
}

std::optional<double> Call::FloatIncrease() const {
  double increase = floats_.back().value - floats_.front().value;
  if (!Has(FunctionId::kDelta)) {
    CheckOverlap(floats_);
    for (size_t i = 1; i < floats_.size(); ++i) {
      if (Reset(floats_[i - 1], floats_[i])) {
        increase += floats_[i - 1].value;
      }
    }
  }
  return increase;
}

// The increase between the first and the last sample, extrapolated to the ends of the window.
bool Call::Rate(double* value, model::HistogramPtr* histogram) const {
  if (Mixed()) {
    notes_->Warn(Keyed("mixed floats and histograms"));
    return false;
  }
  const bool counter = !Has(FunctionId::kDelta);
  const bool native = floats_.empty();
  const Samples& samples = native ? histograms_ : floats_;
  const Sample& first = samples.front();
  const Sample& last = samples.back();
  const bool starts_inside = counter && args_.use_start_times && first.start_time_ms != 0 &&
                             first.start_time_ms > window_.start_ms &&
                             first.start_time_ms < first.time_ms;
  if (samples.size() < 2 && !starts_inside) {
    return false;
  }
  Histogram increase;
  double float_increase = 0;
  if (!native) {
    float_increase = *FloatIncrease();
  } else if (samples.size() > 1 && !HistogramIncrease(&increase)) {
    return false;
  }
  const double increased = native ? (samples.size() > 1 ? increase.count : 0) : float_increase;
  const double started_at = native ? first.histogram->count : first.value;

  double to_start = Seconds(first.time_ms - window_.start_ms);
  double to_end = Seconds(window_.end_ms - last.time_ms);
  double sampled = Seconds(last.time_ms - first.time_ms);
  const double average = samples.size() > 1 ? sampled / static_cast<double>(samples.size() - 1) : 0;
  if (to_start >= average * 1.1) {
    to_start = average / 2;
  }
  if (counter && increased > 0 && started_at >= 0) {
    const double to_zero = sampled * (started_at / increased);
    if (to_zero < to_start) {
      to_start = to_zero;
    }
  }
  if (to_end >= average * 1.1) {
    to_end = average / 2;
  }
  if (starts_inside) {  // nothing to guess: the counter was zero then
    to_start = 0;
    sampled = Seconds(last.time_ms - first.start_time_ms);
    if (!native) {
      float_increase += first.value;
    } else if (samples.size() == 1) {
      increase = *first.histogram;
    } else if (!Combine(true, &increase, *first.histogram)) {
      return false;
    }
  }
  double factor = sampled == 0 ? 1 : (sampled + to_start + to_end) / sampled;
  if (Has(FunctionId::kRate)) {
    const auto whole = static_cast<double>(args_.range_ms / 1000);
    factor /= whole + static_cast<double>(args_.range_ms % 1000 * 1'000'000) / 1e9;
  }
  if (native) {
    model::Multiply(&increase, factor);
    *histogram = std::make_shared<const Histogram>(std::move(increase));
  } else {
    *value = float_increase * factor;
  }
  return true;
}

// irate and idelta: the last two samples.
bool Call::InstantRate(double* value, model::HistogramPtr* histogram) const {
  const size_t n = window_.samples.size();
  if (n < 2) {
    return false;
  }
  const Sample& a = window_.samples[n - 2];
  const Sample& b = window_.samples[n - 1];
  const bool rate = Has(FunctionId::kIrate);
  const double seconds = Seconds(b.time_ms - a.time_ms);
  if ((a.histogram == nullptr) != (b.histogram == nullptr)) {
    notes_->Warn(Keyed("mixed floats and histograms"));
    return false;
  }
  if (a.histogram == nullptr) {
    *value = rate && Reset(a, b) ? b.value : b.value - a.value;
    if (rate) {
      *value /= seconds;
    }
    return true;
  }
  if (rate && (IsGauge(*a.histogram) || IsGauge(*b.histogram))) {
    notes_->Warn(Keyed("not a counter"));
  }
  if (!rate && !(IsGauge(*a.histogram) && IsGauge(*b.histogram))) {
    notes_->Warn(Keyed("not a gauge"));
  }
  Histogram out = *b.histogram;
  if (!(rate && Reset(a, b)) && !Combine(false, &out, *a.histogram)) {
    return false;
  }
  out.counter_reset_hint = CounterResetHint::kGauge;
  model::Compact(&out);
  if (rate) {
    model::Divide(&out, seconds);
  }
  *histogram = std::make_shared<const Histogram>(std::move(out));
  return true;
}

// resets and changes.
double Call::Transitions() const {
  double count = 0;
  for (size_t i = 1; i < window_.samples.size(); ++i) {
    const Sample& a = window_.samples[i - 1];
    const Sample& b = window_.samples[i];
    if ((a.histogram == nullptr) != (b.histogram == nullptr)) {
      count += 1;
    } else if (Has(FunctionId::kResets)) {
      count += Reset(a, b) ? 1 : 0;
    } else if (a.histogram != nullptr) {
      count += model::Equal(*a.histogram, *b.histogram) ? 0 : 1;
    } else {
      const bool same = a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
      count += same ? 0 : 1;
    }
  }
  return count;
}

double Call::Extreme() const {
  const bool largest = Has(FunctionId::kMaxOverTime) || Has(FunctionId::kTsOfMaxOverTime);
  const bool time = Has(FunctionId::kTsOfMaxOverTime) || Has(FunctionId::kTsOfMinOverTime);
  Sample best = floats_[0];
  for (const Sample& s : floats_) {
    const bool beyond = largest ? s.value > best.value : s.value < best.value;
    if (beyond || std::isnan(best.value) || (time && s.value == best.value)) {
      best = s;
    }
  }
  return time ? Seconds(best.time_ms) : best.value;
}

double Call::Variance() const {
  double count = 0;
  Kahan mean;
  Kahan squares;
  for (const Sample& s : floats_) {
    count += 1;
    const double delta = s.value - (mean.sum + mean.compensation);
    mean.Add(delta / count);
    squares.Add(delta * (s.value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / count;
}

double Call::MedianDeviation() const {
  const std::vector<double> values = Values(floats_);
  if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) {
    return kNan;
  }
  const double median = Quantile(0.5, values);
  std::vector<double> deviations;
  for (const double v : values) {
    deviations.push_back(std::fabs(v - median));
  }
  return Quantile(0.5, deviations);
}

// deriv and predict_linear: least squares.
double Call::Trend() const {
  const bool predict = Has(FunctionId::kPredictLinear);
  const int64_t origin = predict ? window_.eval_ms : floats_[0].time_ms;
  const auto n = static_cast<double>(floats_.size());
  Kahan x_sum;
  Kahan y_sum;
  Kahan xy_sum;
  Kahan xx_sum;
  bool constant = true;
  for (const Sample& s : floats_) {
    const double x = Seconds(s.time_ms - origin);
    x_sum.Add(x);
    y_sum.Add(s.value);
    xy_sum.Add(x * s.value);
    xx_sum.Add(x * x);
    constant = constant && (&s == floats_.data() || s.value == floats_[0].value);
  }
  double slope = 0;
  double intercept = floats_[0].value;
  if (constant && std::isinf(floats_[0].value)) {
    slope = kNan;
    intercept = kNan;
  } else if (!constant) {
    const double x = x_sum.sum + x_sum.compensation;
    const double y = y_sum.sum + y_sum.compensation;
    const double xy = xy_sum.sum + xy_sum.compensation;
    const double xx = xx_sum.sum + xx_sum.compensation;
    slope = (xy - x * y / n) / (xx - x * x / n);
    intercept = y / n - slope * x / n;
  }
  return predict ? slope * scalar(0) + intercept : slope;
}

double Call::Smoothed() const {
  const double smoothing = scalar(0);
  const double trend_factor = scalar(1);
  double before = 0;
  double level = floats_[0].value;
  double trend = floats_[1].value - floats_[0].value;
  for (size_t i = 1; i < floats_.size(); ++i) {
    if (i > 1) {
      trend = trend_factor * (level - before) + (1 - trend_factor) * trend;
    }
    const double next = smoothing * floats_[i].value + (1 - smoothing) * (level + trend);
    before = level;
    level = next;
  }
  return level;
}

// Functions that look at floats only.
bool Call::OfFloats(double* value) const {
  if (floats_.empty()) {
    return false;
  }
  if (Has(FunctionId::kQuantileOverTime)) {
    const double q = scalar(0);
    if (std::isnan(q) || q < 0 || q > 1) {
      notes_->Warn("quantile " + Text(q));
    }
  }
  if (!histograms_.empty()) {
    notes_->Inform(Keyed("ignored histograms"));
  }
  switch (args_.function) {
    case FunctionId::kQuantileOverTime:
      *value = Quantile(scalar(0), Values(floats_));
      return true;
    case FunctionId::kMadOverTime:
      *value = MedianDeviation();
      return true;
    case FunctionId::kStdvarOverTime:
      *value = Variance();
      return true;
    case FunctionId::kStddevOverTime:
      *value = std::sqrt(Variance());
      return true;
    case FunctionId::kDeriv:
    case FunctionId::kPredictLinear:
      *value = floats_.size() < 2 ? 0 : Trend();
      return floats_.size() >= 2;
    case FunctionId::kDoubleExponentialSmoothing:
      *value = floats_.size() < 2 ? 0 : Smoothed();
      return floats_.size() >= 2;
    default:
      *value = Extreme();
      return true;
  }
}

bool Call::Run(double* value, model::HistogramPtr* histogram) {
  const Sample& first = window_.samples.front();
  const Sample& last = window_.samples.back();
  switch (args_.function) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
    case FunctionId::kDelta:
      return Rate(value, histogram);
    case FunctionId::kIrate:
    case FunctionId::kIdelta:
      return InstantRate(value, histogram);
    case FunctionId::kResets:
    case FunctionId::kChanges:
      *value = Transitions();
      return true;
    case FunctionId::kCountOverTime:
      *value = static_cast<double>(window_.samples.size());
      return true;
    case FunctionId::kPresentOverTime:
    case FunctionId::kAbsentOverTime:
      *value = 1;
      return true;
    case FunctionId::kFirstOverTime:
    case FunctionId::kLastOverTime: {
      const Sample& end = Has(FunctionId::kFirstOverTime) ? first : last;
      *value = end.value;
      *histogram = end.histogram;
      return true;
    }
    case FunctionId::kTsOfFirstOverTime:
    case FunctionId::kTsOfLastOverTime:
      *value = Seconds(Has(FunctionId::kTsOfFirstOverTime) ? first.time_ms : last.time_ms);
      return true;
    case FunctionId::kSumOverTime:
    case FunctionId::kAvgOverTime:
      break;
    default:
      return OfFloats(value);
  }
  const bool mean = Has(FunctionId::kAvgOverTime);
  if (Mixed()) {
    notes_->Warn(Keyed("mixed floats and histograms"));
    return false;
  }
  if (histograms_.empty()) {
    *value = mean ? Mean(Values(floats_)) : Sum(Values(floats_));
    return true;
  }
  std::vector<model::HistogramPtr> values;
  for (const Sample& s : histograms_) {
    values.push_back(s.histogram);
  }
  const HistogramTotal total = Total(values, mean);
  if (total.value == nullptr) {
    notes_->Warn(Keyed("mixed buckets"));
    return false;
  }
  if (total.reset_collision) {
    notes_->Warn("reset collision in aggregation");
  }
  if (total.bounds_reconciled) {
    notes_->Inform("reconciled in aggregation");
  }
  *histogram = total.value;
  return true;
}

}  // namespace

bool ApplyRangeFunction(const RangeArguments& arguments, const Window& window, Notes* notes,
                        double* value, model::HistogramPtr* histogram) {
  if (arguments.function == FunctionId::kDoubleExponentialSmoothing) {
    for (const double factor : arguments.scalars) {
      if (factor <= 0 || factor >= 1) {
        throw Failure{"smoothing factor " + Text(factor)};
      }
    }
  }
  if (window.extension != Extension::kNone && arguments.function != FunctionId::kResets &&
      arguments.function != FunctionId::kChanges) {
    return ExtendedRate(arguments, window, notes, value, histogram);
  }
  Window anchored = window;
  if (window.extension == Extension::kAnchored && !AnchorTransitions(&anchored)) {
    return false;
  }
  // What a window says about itself may be taken back by a later finding, but only its own notes.
  Notes found;
  const bool has_result = Call(arguments, anchored, &found).Run(value, histogram);
  notes->warnings.merge(found.warnings);
  notes->infos.merge(found.infos);
  return has_result;
}

}  // namespace sb::promql::oracle
