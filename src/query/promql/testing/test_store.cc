// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/test_store.h"

#include <algorithm>
#include <set>

#include "model/histogram_math.h"
#include "query/promql/testing/custom_buckets.h"

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

class TestSeries final : public store::Series {
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
