// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/memory_store.h"

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include "model/histogram_math.h"
#include "model/match_all.h"

namespace sb::rules {
namespace {

using model::CounterResetHint;
using model::Histogram;

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

model::HistogramPtr WithHint(const model::HistogramPtr& histogram,
                             const model::SampleColumns& before) {
  if (histogram->counter_reset_hint == CounterResetHint::kGauge) {
    return histogram;
  }
  const bool follows =
      !before.empty() && !before.histograms.empty() && before.histograms.back() != nullptr;
  Histogram stored = *histogram;
  stored.counter_reset_hint = follows && Continues(stored, *before.histograms.back())
                                  ? CounterResetHint::kNotReset
                                  : CounterResetHint::kUnknown;
  return std::make_shared<const Histogram>(std::move(stored));
}

class MemorySeries final : public store::Series {
 public:
  explicit MemorySeries(const MemoryStore::Entry& entry) : entry_(entry) {}
  const model::LabelSet& labels() const override { return entry_.labels; }
  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    const auto& times = entry_.columns.times;
    auto at = std::lower_bound(times.begin(), times.end(), range.start.Value());
    for (; at != times.end() && *at < range.end.Value(); ++at) {
      out->Append(entry_.columns.At(static_cast<size_t>(at - times.begin())));
    }
    return base::OkStatus();
  }

 private:
  const MemoryStore::Entry& entry_;
};

}  // namespace

class MemoryQuerier final : public store::Querier {
 public:
  explicit MemoryQuerier(const MemoryStore& store) : store_(store) {}

  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext& context, const store::SelectHints&,
      std::span<const model::Matcher> matchers) override {
    SB_RETURN_IF_ERROR(context.CheckAlive());
    std::vector<std::unique_ptr<store::Series>> out;
    ForEach(matchers, [&](const MemoryStore::Entry& entry) {
      out.push_back(std::make_unique<MemorySeries>(entry));
    });
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a->labels() < b->labels(); });
    return out;
  }

  base::Result<std::vector<std::string>> LabelNames(
      const store::ReadContext&, std::span<const model::Matcher> matchers) override {
    std::set<std::string> names;
    ForEach(matchers, [&](const MemoryStore::Entry& entry) {
      for (const model::Label& label : entry.labels) {
        names.emplace(label.name);
      }
    });
    return std::vector<std::string>(names.begin(), names.end());
  }

  base::Result<std::vector<std::string>> LabelValues(
      const store::ReadContext&, const std::string& name,
      std::span<const model::Matcher> matchers) override {
    std::set<std::string> values;
    ForEach(matchers, [&](const MemoryStore::Entry& entry) {
      if (entry.labels.Has(name)) {
        values.emplace(entry.labels.Get(name));
      }
    });
    return std::vector<std::string>(values.begin(), values.end());
  }

  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext&, std::span<const std::vector<model::Matcher>>) override {
    return std::vector<store::ExemplarSeries>();
  }

 private:
  template <typename Fn>
  void ForEach(std::span<const model::Matcher> matchers, Fn fn) const {
    const auto visit = [&](size_t place) {
      const MemoryStore::Entry& entry = *store_.series_[place];
      if (model::MatchesAll(matchers, entry.labels)) {
        fn(entry);
      }
    };
    for (const model::Matcher& matcher : matchers) {
      if (matcher.name() == model::kMetricName && matcher.type() == model::MatchType::kEqual) {
        if (const auto of_name = store_.by_name_.find(matcher.value());
            of_name != store_.by_name_.end()) {
          std::for_each(of_name->second.begin(), of_name->second.end(), visit);
        }
        return;
      }
    }
    for (size_t i = 0; i < store_.series_.size(); ++i) {
      visit(i);
    }
  }

  const MemoryStore& store_;
};

// Samples are kept until Commit, so that a batch is visible as a whole.
class MemoryAppender final : public store::Appender {
 public:
  explicit MemoryAppender(MemoryStore& store) : store_(store) {}

  base::Result<store::SeriesRef> Resolve(const model::LabelSet& labels) override {
    return static_cast<store::SeriesRef>(store_.Find(labels) + 1);
  }
  base::Status Append(store::SeriesRef ref, const model::Sample& sample) override {
    const auto place = static_cast<size_t>(ref);
    if (place == 0 || place > store_.series_.size()) {
      return base::NotFound("unknown series");
    }
    pending_.emplace_back(place - 1, sample);
    return base::OkStatus();
  }
  void AppendFloats(std::span<const store::RefSample> batch,
                    std::vector<base::Status>* errors) override {
    errors->clear();
    for (size_t i = 0; i < batch.size(); ++i) {
      model::Sample sample;
      sample.time_ms = batch[i].time_ms;
      sample.value = batch[i].value;
      if (base::Status status = Append(batch[i].ref, sample); !status.ok()) {
        errors->resize(batch.size());
        (*errors)[i] = std::move(status);
      }
    }
  }
  base::Status AppendExemplar(store::SeriesRef, const model::Exemplar&) override {
    return base::Unimplemented("exemplars are not kept in memory");
  }
  base::Status SetMetadata(store::SeriesRef, const model::MetricMetadata&) override {
    return base::OkStatus();
  }
  base::Status Commit() override {
    base::Status first;
    for (auto& [place, sample] : pending_) {
      if (base::Status status = store_.AppendAt(place, std::move(sample));
          first.ok() && !status.ok()) {
        first = std::move(status);
      }
    }
    pending_.clear();
    return first;
  }
  void Rollback() override { pending_.clear(); }

 private:
  MemoryStore& store_;
  std::vector<std::pair<size_t, model::Sample>> pending_;
};

MemoryStore::MemoryStore() = default;
MemoryStore::~MemoryStore() = default;

size_t MemoryStore::Find(const model::LabelSet& labels) {
  const auto [at, fresh] = places_.emplace(labels, series_.size());
  if (fresh) {
    auto entry = std::make_unique<Entry>();
    entry->labels = labels;
    series_.push_back(std::move(entry));
    by_name_[std::string(labels.metric_name())].push_back(at->second);
  }
  return at->second;
}

base::Status MemoryStore::AppendAt(size_t place, model::Sample sample) {
  Entry& entry = *series_[place];
  model::SampleColumns& columns = entry.columns;
  if (!columns.empty() && columns.times.back() >= sample.time_ms) {
    if (columns.times.back() > sample.time_ms) {
      return base::FailedPrecondition("out of order sample: " + entry.labels.ToString());
    }
    const bool same =
        sample.histogram == nullptr &&
        std::bit_cast<uint64_t>(sample.value) == std::bit_cast<uint64_t>(columns.values.back());
    return same ? base::OkStatus()
                : base::AlreadyExists("duplicate sample for timestamp: " + entry.labels.ToString());
  }
  if (sample.histogram != nullptr) {
    sample.histogram = WithHint(sample.histogram, columns);
  }
  columns.Append(sample);
  ++samples_;
  return base::OkStatus();
}

base::Status MemoryStore::Append(const model::LabelSet& labels, model::Sample sample) {
  return AppendAt(Find(labels), std::move(sample));
}

std::unique_ptr<store::Appender> MemoryStore::NewAppender() {
  return std::make_unique<MemoryAppender>(*this);
}

base::Result<std::unique_ptr<store::Querier>> MemoryStore::NewQuerier(base::TimeRange) {
  return std::unique_ptr<store::Querier>(std::make_unique<MemoryQuerier>(*this));
}

}  // namespace sb::rules
