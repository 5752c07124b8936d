// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/test_store.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "model/histogram_math.h"
#include "query/promql/testing/custom_buckets.h"
#include "store/interface/piecewise_series.h"

namespace sb::promql {
namespace {

using model::CounterResetHint;
using model::Histogram;

// Whether `current` is the next state of the counter that `previous` was.
bool Continues(const Histogram& current, const Histogram& previous) {
  if (current.counter_reset_hint == CounterResetHint::kReset ||
      previous.counter_reset_hint == CounterResetHint::kGauge || model::IsStaleNan(previous.sum)) {
    return false;
  }
  if (current.schema != previous.schema || current.zero_threshold != previous.zero_threshold ||
      current.custom_values != previous.custom_values) {
    return false;
  }
  Histogram undecided = current;
  undecided.counter_reset_hint = CounterResetHint::kUnknown;
  return !model::DetectReset(undecided, previous);
}

// What a store may say of samples [begin, end): nothing if one is no plain number.
std::optional<store::PieceSummary> SummaryOf(const model::SampleColumns& columns, size_t begin,
                                             size_t end) {
  store::PieceSummary summary{.first_ms = columns.times[begin],
                              .last_ms = columns.times[end - 1],
                              .samples = end - begin,
                              .min = columns.values[begin],
                              .max = columns.values[begin],
                              .rising = true,
                              .has_sum = true};
  double magnitude = 0;
  for (size_t i = begin; i < end; ++i) {
    const double v = columns.values[i];
    const bool histogram = !columns.histograms.empty() && columns.histograms[i] != nullptr;
    const bool starts = !columns.start_times.empty() && columns.start_times[i] != 0;
    if (histogram || starts || !std::isfinite(v) || (v == 0 && std::signbit(v))) {
      return std::nullopt;
    }
    summary.min = std::min(summary.min, v);
    summary.max = std::max(summary.max, v);
    summary.rising = summary.rising && (i == begin || v >= columns.values[i - 1]);
    summary.sum += v;
    magnitude += std::fabs(v);
    summary.has_sum = summary.has_sum && std::floor(v) == v && magnitude <= 0x1p53;
  }
  return summary;
}

// Its pieces are of one to seven samples.
class TestSeries final : public store::PiecewiseSeries {
 public:
  TestSeries(const model::LabelSet& labels, const model::SampleColumns& columns)
      : labels_(labels), columns_(columns) {}
  const model::LabelSet& labels() const override { return labels_; }
  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (range.Contains(base::TimestampMs(columns_.times[i]))) {
        out->Append(columns_.At(i));
      }
    }
    return base::OkStatus();
  }

  base::TimeRange Bounds() const override {
    return {base::TimestampMs(columns_.times.front()),
            base::TimestampMs(columns_.times.back() + 1)};
  }

  base::Result<bool> ReadPieces(base::TimeRange range, store::PieceSink* sink) override {
    model::SampleColumns all;
    SB_RETURN_IF_ERROR(Read(range, &all));
    for (size_t begin = 0; begin < all.size();) {
      const size_t wanted = 1 + static_cast<size_t>(all.times[begin] / 1000 % 7);
      const size_t end = std::min(all.size(), begin + wanted);
      const std::optional<store::PieceSummary> summary = SummaryOf(all, begin, end);
      if (!summary.has_value() || !sink->TakeSummary(*summary)) {
        model::SampleColumns piece;
        for (size_t i = begin; i < end; ++i) {
          piece.Append(all.At(i));
        }
        if (!sink->TakeSamples(&piece)) {
          break;
        }
      }
      begin = end;
    }
    return true;
  }

 private:
  const model::LabelSet labels_;
  const model::SampleColumns& columns_;
};

bool Matches(const model::LabelSet& labels, std::span<const model::Matcher> matchers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const model::Matcher& matcher) {
    return matcher.Matches(labels.Get(matcher.name()));
  });
}

}  // namespace

class TestQuerier final : public store::Querier {
 public:
  TestQuerier(const TestStore& store, base::TimeRange range) : store_(store), range_(range) {}

  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, const store::SelectHints& hints,
      std::span<const model::Matcher> matchers) override {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    if (hints.range.start < range_.start || hints.range.end > range_.end) {
      return base::Internal("select outside of the querier's range");
    }
    std::vector<std::unique_ptr<store::Series>> out;
    for (const auto& [labels, columns] : store_.series_) {
      if (Matches(labels, matchers)) {
        out.push_back(std::make_unique<TestSeries>(labels, columns));
      }
    }
    return out;
  }

  base::Result<std::vector<std::string>> LabelNames(
      const store::ReadContext&, std::span<const model::Matcher> matchers) override {
    std::set<std::string> names;
    for (const auto& [labels, columns] : store_.series_) {
      if (Matches(labels, matchers)) {
        for (const model::Label& label : labels) {
          names.emplace(label.name);
        }
      }
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  base::Result<std::vector<std::string>> LabelValues(
      const store::ReadContext&, const std::string& name,
      std::span<const model::Matcher> matchers) override {
    std::set<std::string> values;
    for (const auto& [labels, columns] : store_.series_) {
      if (Matches(labels, matchers) && labels.Has(name)) {
        values.emplace(labels.Get(name));
      }
    }
    return std::vector<std::string>(values.begin(), values.end());
  }

  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext&, std::span<const std::vector<model::Matcher>>) override {
    return std::vector<store::ExemplarSeries>();
  }

 private:
  const TestStore& store_;
  const base::TimeRange range_;
};

base::Status TestStore::Append(const model::LabelSet& labels, model::Sample sample) {
  model::SampleColumns& columns = series_[labels];
  if (!columns.empty() && columns.times.back() >= sample.time_ms) {
    return base::FailedPrecondition("sample is not newer than the last: " + labels.ToString());
  }
  if (sample.histogram != nullptr &&
      sample.histogram->counter_reset_hint != CounterResetHint::kGauge) {
    Histogram stored = *sample.histogram;
    const bool after_histogram =
        !columns.empty() && !columns.histograms.empty() && columns.histograms.back() != nullptr;
    const bool continues = after_histogram && Continues(stored, *columns.histograms.back());
    stored.counter_reset_hint =
        continues ? CounterResetHint::kNotReset : CounterResetHint::kUnknown;
    sample.histogram = std::make_shared<const Histogram>(std::move(stored));
  }
  columns.Append(sample);
  return base::OkStatus();
}

base::Status TestStore::Load(const LoadCommand& command) {
  std::map<model::LabelSet, const LoadCommand::Series*> last_wins;
  for (const LoadCommand::Series& series : command.series) {
    last_wins[series.labels] = &series;
  }
  for (const auto& [labels, series] : last_wins) {
    for (size_t i = 0; i < series->values.size(); ++i) {
      const SequenceValue& value = series->values[i];
      if (value.omitted) {
        continue;
      }
      model::Sample sample;
      sample.time_ms = static_cast<int64_t>(i) * command.step_ms;
      if (!series->start_offsets_ms.empty() && series->start_offsets_ms[i].has_value()) {
        sample.start_time_ms = sample.time_ms + *series->start_offsets_ms[i];
      }
      sample.value = value.value;
      sample.histogram = value.histogram;
      SB_RETURN_IF_ERROR(Append(labels, std::move(sample)));
    }
  }
  if (!command.with_nhcb) {
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::vector<ConvertedSeries> converted,
                      ConvertToCustomBuckets(command));
  for (const ConvertedSeries& series : converted) {
    for (const model::Sample& sample : series.samples) {
      SB_RETURN_IF_ERROR(Append(series.labels, sample));
    }
  }
  return base::OkStatus();
}

base::Result<std::unique_ptr<store::Querier>> TestStore::NewQuerier(base::TimeRange range) {
  return std::unique_ptr<store::Querier>(std::make_unique<TestQuerier>(*this, range));
}

base::Result<model::HistogramPtr> CombineForScript(const model::Histogram& a,
                                                   const model::Histogram& b, HistogramStep step) {
  Histogram out = a;
  const auto outcome = step == HistogramStep::kAdd ? model::Add(&out, b) : model::Subtract(&out, b);
  if (!outcome.ok()) {
    return outcome.status();
  }
  return model::HistogramPtr(std::make_shared<const Histogram>(std::move(out)));
}

}  // namespace sb::promql
