// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/oracle_data.h"

#include <algorithm>
#include <limits>
#include <random>

#include "base/check.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/testing/random_expr.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using model::Histogram;
using model::LabelSet;

constexpr int64_t kDataEndMs = 1'800'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t n) { return random_() % n; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  template <typename T, size_t N>
  T Pick(const T (&from)[N]) {
    return from[Below(N)];
  }

 private:
  std::mt19937_64 random_;
};

// The values of one series, one after the other.
class Source {
 public:
  virtual ~Source() = default;
  virtual void Next(model::Sample* sample) = 0;
};

class CounterSource : public Source {
 public:
  explicit CounterSource(Dice& dice) : dice_(dice), whole_(dice.OneIn(2)) {}
  void Next(model::Sample* sample) override {
    if (dice_.OneIn(12)) {
      total_ = dice_.OneIn(2) ? 0 : static_cast<double>(dice_.Below(20));
    }
    static constexpr double kSteps[] = {0, 1, 2, 5, 10, 100, 1e16};
    const double step = dice_.OneIn(40) ? 1e16 : dice_.Pick(kSteps) / (whole_ ? 1 : 7);
    total_ += dice_.OneIn(30) ? step : std::min(step, 100.0);
    sample->value = total_;
  }

 private:
  Dice& dice_;
  const bool whole_;
  double total_ = 3;
};

class GaugeSource : public Source {
 public:
  explicit GaugeSource(Dice& dice) : dice_(dice), odd_(dice.OneIn(2)) {}
  void Next(model::Sample* sample) override {
    static constexpr double kOdd[] = {kNan,  kInfinity, -kInfinity, -0.0, 0,
                                      1e300, -1e300,    5e-324,     1e16, -1e16};
    const double plain = static_cast<double>(dice_.Below(2000)) / 13 - 70;
    sample->value = odd_ && dice_.OneIn(5) ? dice_.Pick(kOdd) : plain;
  }

 private:
  Dice& dice_;
  const bool odd_;
};

// Few different values, so that there are ties.
class LevelSource : public Source {
 public:
  explicit LevelSource(Dice& dice) : dice_(dice) {}
  void Next(model::Sample* sample) override { sample->value = static_cast<double>(dice_.Below(3)); }

 private:
  Dice& dice_;
};

class HistogramSource : public Source {
 public:
  HistogramSource(Dice& dice, bool custom, bool gauge)
      : dice_(dice), custom_(custom), gauge_(gauge) {
    Restart();
  }

  void Next(model::Sample* sample) override {
    if (dice_.OneIn(15)) {
      Restart();
    }
    for (double& count : h_.positive_buckets) {
      count += static_cast<double>(dice_.Below(4));
    }
    for (double& count : h_.negative_buckets) {
      count += static_cast<double>(dice_.Below(3));
    }
    if (!custom_) {
      h_.zero_count += static_cast<double>(dice_.Below(2));
    }
    h_.count = h_.zero_count;
    for (const double count : h_.positive_buckets) {
      h_.count += count;
    }
    for (const double count : h_.negative_buckets) {
      h_.count += count;
    }
    h_.sum += static_cast<double>(dice_.Below(100)) / 3;
    Histogram now = h_;
    if (dice_.OneIn(25)) {  // observations of NaN are in no bucket
      now.sum = kNan;
      now.count += static_cast<double>(dice_.Below(3));
    }
    sample->histogram = std::make_shared<const Histogram>(std::move(now));
  }

 private:
  void Restart() {
    h_ = Histogram();
    h_.counter_reset_hint = gauge_ ? CounterResetHint::kGauge : CounterResetHint::kUnknown;
    const auto length = static_cast<uint32_t>(dice_.Below(4) + 1);
    if (custom_) {
      h_.schema = model::kCustomBucketsSchema;
      h_.custom_values = dice_.OneIn(3) ? std::vector<double>{-1, 0.5, 2, 10}
                                        : std::vector<double>{0.5, 1, 2, 5, 10};
      h_.positive_spans = {{0, length}};
      h_.positive_buckets.assign(length, 0);
      return;
    }
    h_.schema = static_cast<int32_t>(dice_.Below(3));
    h_.zero_threshold = dice_.OneIn(2) ? 0.001 : 0.5;
    h_.positive_spans = {{static_cast<int32_t>(dice_.Below(3)), length}, {2, 2}};
    h_.positive_buckets.assign(length + 2, 0);
    if (dice_.OneIn(3)) {
      h_.negative_spans = {{1, 2}};
      h_.negative_buckets.assign(2, 0);
    }
  }

  Dice& dice_;
  const bool custom_;
  const bool gauge_;
  Histogram h_;
};

class MixedSource : public Source {
 public:
  explicit MixedSource(Dice& dice)
      : dice_(dice), floats_(dice), exponential_(dice, false, false), custom_(dice, true, false) {}
  void Next(model::Sample* sample) override {
    if (dice_.OneIn(4)) {
      kind_ = dice_.Below(3);
    }
    Source* sources[] = {&floats_, &exponential_, &custom_};
    sources[kind_]->Next(sample);
  }

 private:
  Dice& dice_;
  uint64_t kind_ = 0;
  CounterSource floats_;
  HistogramSource exponential_;
  HistogramSource custom_;
};

class SeriesWriter {
 public:
  SeriesWriter(Dice& dice, TestStore* store) : dice_(dice), store_(store) {}

  void Write(const LabelSet& labels, Source& source) {
    static constexpr int64_t kIntervals[] = {15'000, 30'000, 60'000, 120'000};
    const int64_t interval = dice_.Pick(kIntervals);
    const bool jitter = dice_.OneIn(2);
    const bool starts = dice_.OneIn(3);
    int64_t start_ms = 1;
    int64_t last_ms = -1;
    for (int64_t t = dice_.OneIn(2) ? 0 : 7'000; t <= kDataEndMs; t += interval) {
      if (dice_.OneIn(30)) {
        t += interval * static_cast<int64_t>(dice_.Below(14));
      }
      model::Sample sample;
      sample.time_ms = t + (jitter ? static_cast<int64_t>(dice_.Below(4000)) : 0);
      source.Next(&sample);
      if (dice_.OneIn(25)) {
        MakeStale(&sample);
      }
      if (starts) {
        if (dice_.OneIn(6)) {
          start_ms = dice_.OneIn(2) ? last_ms : sample.time_ms - 3'000;
        }
        sample.start_time_ms = dice_.OneIn(10) ? 0 : std::max<int64_t>(0, start_ms);
      }
      last_ms = sample.time_ms;
      SB_CHECK(store_->Append(labels, sample).ok());
    }
  }

 private:
  static void MakeStale(model::Sample* sample) {
    sample->value = model::StaleNan();
    if (sample->histogram != nullptr) {
      Histogram stale;
      stale.sum = model::StaleNan();
      sample->histogram = std::make_shared<const Histogram>(std::move(stale));
    }
  }

  Dice& dice_;
  TestStore* store_;
};

void WriteClassicHistogram(Dice& dice, std::string_view job, SeriesWriter* writer) {
  static constexpr std::string_view kBounds[] = {"0.1", "0.5", "1", "1.0", "+Inf", "many"};
  for (const std::string_view le : kBounds) {
    const bool rare = le == "1.0" || le == "many";
    if (rare && !dice.OneIn(3)) {
      continue;
    }
    CounterSource source(dice);
    writer->Write(LabelSet::FromPairs({{"__name__", "latency_bucket"}, {"job", job}, {"le", le}}),
                  source);
  }
}

}  // namespace

void RandomSeries(uint64_t seed, TestStore* store) {
  Dice dice(seed);
  SeriesWriter writer(dice, store);
  for (const std::string_view job : {"a", "b"}) {
    WriteClassicHistogram(dice, job, &writer);
    HistogramSource exponential(dice, false, false);
    writer.Write(LabelSet::FromPairs({{"__name__", "latency"}, {"job", job}}), exponential);
    HistogramSource custom(dice, true, false);
    writer.Write(LabelSet::FromPairs({{"__name__", "sizes_total"}, {"job", job}}), custom);
    HistogramSource gauge(dice, dice.OneIn(2), true);
    writer.Write(LabelSet::FromPairs({{"__name__", "queue.width"}, {"job", job}, {"a.b", "x"}}),
                 gauge);
    HistogramSource twin(dice, false, false);  // of the classic histogram
    writer.Write(LabelSet::FromPairs({{"__name__", "latency_bucket"}, {"job", job}}), twin);
    for (const std::string_view instance : {"0", "1", "10"}) {
      auto labels = [&](std::string_view name) {
        return LabelSet::FromPairs({{"__name__", name}, {"instance", instance}, {"job", job}});
      };
      CounterSource counter(dice);
      writer.Write(labels("requests_total"), counter);
      GaugeSource gauge_floats(dice);
      writer.Write(labels("temperature"), gauge_floats);
      LevelSource level(dice);
      writer.Write(labels("level"), level);
      MixedSource mixed(dice);
      writer.Write(labels("mixed"), mixed);
      LevelSource info(dice);
      writer.Write(model::LabelSetBuilder(labels("target_info"))
                       .Set("version", dice.OneIn(2) ? "1" : "2")
                       .Build(),
                   info);
    }
  }
}

namespace {

RandomVocabulary Vocabulary() {
  RandomVocabulary out;
  out.metrics = {"requests_total", "temperature", "level",       "mixed",
                 "latency_bucket", "latency",     "sizes_total", "queue.width"};
  out.labels = {"job", "instance", "le", "a.b", "__name__"};
  out.values = {"", "a", "b", "0", "10", "x", "+Inf", "$1", "${1}-$$", "(.*)", "(a|b)?.*"};
  out.patterns = {"a|b", ".*", ".+", "a.*", "0|1", "1.?"};
  out.height_max = 4;
  out.duration_expressions = false;
  return out;
}

// Brings durations and times into the range of the data; the generator's own are anywhere.
class Tamer {
 public:
  explicit Tamer(Dice& dice) : dice_(dice) {}

  void Tame(Expr& root) {
    InspectMutable(root, [this](Expr& expr) {
      if (auto* matrix = TryAs<MatrixSelector>(&expr)) {
        Set(RangeMs(), &matrix->range_ms, &matrix->range_expr);
      } else if (auto* selector = TryAs<VectorSelector>(&expr)) {
        TameTime(&selector->time);
      } else if (auto* subquery = TryAs<SubqueryExpr>(&expr)) {
        Set(RangeMs(), &subquery->range_ms, &subquery->range_expr);
        if (subquery->step_ms != 0) {
          static constexpr int64_t kSteps[] = {15'000, 20'000, 60'000, 61'001, 300'000};
          Set(dice_.Pick(kSteps), &subquery->step_ms, &subquery->step_expr);
        }
        TameTime(&subquery->time);
      }
    });
  }

 private:
  int64_t RangeMs() {
    static constexpr int64_t kRanges[] = {1,      15'000,  30'000,  59'999,  60'000,
                                          90'000, 300'000, 300'000, 600'000, 900'000};
    return dice_.OneIn(5) ? static_cast<int64_t>(dice_.Below(900'000)) + 1 : dice_.Pick(kRanges);
  }

  void TameTime(TimeModifiers* time) {
    if (time->original_offset_ms != 0) {
      static constexpr int64_t kOffsets[] = {15'000, 60'000, 300'000, 61'001};
      const bool negative = time->original_offset_ms < 0;
      Set(dice_.Pick(kOffsets), &time->original_offset_ms, &time->offset_expr);
      time->original_offset_ms *= negative ? -1 : 1;
    }
    if (time->at_ms.has_value()) {
      time->at_ms = static_cast<int64_t>(dice_.Below(kDataEndMs + 200'000)) - 100'000;
      *time->at_ms -= dice_.OneIn(2) ? *time->at_ms % 15'000 : 0;
    }
  }

  // The duration, or sometimes an expression of about that size.
  void Set(int64_t wanted_ms, int64_t* ms, std::unique_ptr<DurationExpr>* expr) {
    *ms = wanted_ms;
    if (!dice_.OneIn(10)) {
      return;
    }
    static constexpr DurationOp kOps[] = {DurationOp::kAdd,  DurationOp::kMul,   DurationOp::kDiv,
                                          DurationOp::kMod,  DurationOp::kMaxOf, DurationOp::kSub,
                                          DurationOp::kMinOf};
    *ms = 0;
    *expr = std::make_unique<DurationExpr>();
    (*expr)->wrapped = true;
    (*expr)->op = dice_.Pick(kOps);
    auto number = std::make_unique<NumberLiteral>();
    number->duration = true;
    number->value = static_cast<double>(wanted_ms) / 1000;
    (*expr)->lhs = std::move(number);
    if (dice_.OneIn(3)) {
      auto query_time = std::make_unique<DurationExpr>();
      query_time->op = dice_.OneIn(2) ? DurationOp::kStep : DurationOp::kRange;
      (*expr)->rhs = std::move(query_time);
      (*expr)->op = dice_.OneIn(2) ? DurationOp::kMaxOf : DurationOp::kAdd;
    } else {
      auto small = std::make_unique<NumberLiteral>();
      small->value = static_cast<double>(dice_.Below(3));
      (*expr)->rhs = std::move(small);
    }
  }

  Dice& dice_;
};

}  // namespace

RandomQuery MakeRandomQuery(uint64_t seed) {
  RandomQuery out;
  for (uint64_t attempt = 0;; ++attempt) {
    const uint64_t attempt_seed = seed * 1'000'003 + attempt;
    Dice dice(attempt_seed);
    const bool instant = dice.OneIn(3);
    static constexpr int64_t kSteps[] = {15'000, 30'000, 47'000, 60'000, 300'000};
    out.times.start_ms = static_cast<int64_t>(dice.Below(kDataEndMs + 240'000)) - 120'000;
    out.times.start_ms -= dice.OneIn(2) ? out.times.start_ms % 15'000 : 0;
    out.times.step_ms = instant ? 0 : dice.Pick(kSteps);
    out.times.end_ms = out.times.start_ms +
                       out.times.step_ms * static_cast<int64_t>(dice.Below(12)) +
                       (instant ? 0 : static_cast<int64_t>(dice.Below(3)));
    out.options.delayed_name_removal = dice.OneIn(4);
    out.options.use_start_timestamps = dice.OneIn(2);
    RandomExpr random(attempt_seed, Vocabulary());
    const ValueType type = instant && dice.OneIn(6) ? ValueType::kMatrix
                           : dice.OneIn(20)         ? ValueType::kScalar
                                                    : ValueType::kVector;
    const ExprPtr expr = random.Make(type);
    Tamer(dice).Tame(*expr);
    out.text = Print(*expr);
    if (ParseExpr(out.text).ok()) {
      return out;
    }
  }
}

}  // namespace sb::promql
