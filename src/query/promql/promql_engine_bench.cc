// SPDX-License-Identifier: Apache-2.0
//
// Queries over series in memory: the cost of the engine alone, per series and step.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/env.h"
#include "query/promql/engine.h"

namespace sb::promql {
namespace {

constexpr int64_t kScrapeMs = 15'000;

struct StoredSeries {
  model::LabelSet labels;
  model::SampleColumns columns;
};

class BenchSeries final : public store::Series {
 public:
  explicit BenchSeries(const StoredSeries& stored) : stored_(stored) {}
  const model::LabelSet& labels() const override { return stored_.labels; }
  base::Status Read(base::TimeRange range, model::SampleColumns* out) override {
    const std::vector<int64_t>& t = stored_.columns.times;
    const auto first = std::lower_bound(t.begin(), t.end(), range.start.Value()) - t.begin();
    const auto end = std::lower_bound(t.begin(), t.end(), range.end.Value()) - t.begin();
    const std::vector<double>& v = stored_.columns.values;
    out->times.insert(out->times.end(), t.begin() + first, t.begin() + end);
    out->values.insert(out->values.end(), v.begin() + first, v.begin() + end);
    return base::OkStatus();
  }

 private:
  const StoredSeries& stored_;
};

class BenchStore final : public store::QuerierFactory {
 public:
  std::vector<StoredSeries> series;

  // Counters that grow by different amounts, one of them reset now and then.
  void AddCounter(model::LabelSet labels, size_t samples, uint64_t seed) {
    StoredSeries out{std::move(labels), {}};
    double value = 0;
    for (size_t i = 0; i < samples; ++i) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      value = seed % 1000 == 0 ? 0 : value + static_cast<double>(seed >> 60);
      out.columns.times.push_back(static_cast<int64_t>(i) * kScrapeMs);
      out.columns.values.push_back(value);
    }
    series.push_back(std::move(out));
  }

  base::Result<std::unique_ptr<store::Querier>> NewQuerier(base::TimeRange) override;
};

class BenchQuerier final : public store::Querier {
 public:
  explicit BenchQuerier(const BenchStore& store) : store_(store) {}
  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const store::ReadContext&, const store::SelectHints&,
      std::span<const model::Matcher>) override {
    std::vector<std::unique_ptr<store::Series>> out;
    for (const StoredSeries& stored : store_.series) {
      out.push_back(std::make_unique<BenchSeries>(stored));
    }
    return out;
  }
  base::Result<std::vector<std::string>> LabelNames(const store::ReadContext&,
                                                    std::span<const model::Matcher>) override {
    return std::vector<std::string>();
  }
  base::Result<std::vector<std::string>> LabelValues(const store::ReadContext&, const std::string&,
                                                     std::span<const model::Matcher>) override {
    return std::vector<std::string>();
  }
  base::Result<std::vector<store::ExemplarSeries>> Exemplars(
      const store::ReadContext&, std::span<const std::vector<model::Matcher>>) override {
    return std::vector<store::ExemplarSeries>();
  }

 private:
  const BenchStore& store_;
};

base::Result<std::unique_ptr<store::Querier>> BenchStore::NewQuerier(base::TimeRange) {
  return std::unique_ptr<store::Querier>(std::make_unique<BenchQuerier>(*this));
}

// `series` counters with enough samples for `steps` steps of 15 s after an hour of history.
BenchStore MakeStore(size_t series, size_t samples) {
  BenchStore store;
  static constexpr std::string_view kBounds[] = {"0.1", "0.5", "1", "2.5", "+Inf"};
  for (size_t i = 0; i < series; ++i) {
    store.AddCounter(model::LabelSet::FromPairs({{"__name__", "x_bucket"},
                                                 {"instance", fmt::format("host{:05}", i / 5)},
                                                 {"job", fmt::format("job{}", i % 10)},
                                                 {"le", kBounds[i % 5]}}),
                     samples, i + 1);
  }
  return store;
}

void RunQuery(benchmark::State& state, std::string_view query, size_t series, size_t steps,
              size_t history) {
  BenchStore store = MakeStore(series, history + steps);
  const Engine engine({.samples_max = 0});
  const auto start = static_cast<int64_t>(history) * kScrapeMs;
  const RangeTimes times{start, start + static_cast<int64_t>(steps - 1) * kScrapeMs, kScrapeMs};
  for (auto _ : state) {
    query::QueryContext context(base::Env::Real().clock(), engine.ContextOptions());
    auto result = engine.Range(context, store, query, times);
    SB_CHECK(result.ok());
    benchmark::DoNotOptimize(result);
  }
  const auto points = static_cast<double>(series * steps);
  state.counters["ns_per_point"] = benchmark::Counter(
      points * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr size_t kSeries = 1000;
constexpr size_t kSteps = 240;
constexpr size_t kHour = 240;  // samples

BENCHMARK_CAPTURE(RunQuery, selector, "x_bucket", kSeries, kSteps, kHour);
BENCHMARK_CAPTURE(RunQuery, rate_5m, "rate(x_bucket[5m])", kSeries, kSteps, kHour);
BENCHMARK_CAPTURE(RunQuery, rate_1h, "rate(x_bucket[1h])", kSeries, kSteps, kHour);
BENCHMARK_CAPTURE(RunQuery, rate_1d_1000_steps, "rate(x_bucket[1d])", 100, 1000, 24 * kHour);
BENCHMARK_CAPTURE(RunQuery, sum_over_time_5m, "sum_over_time(x_bucket[5m])", kSeries, kSteps,
                  kHour);
BENCHMARK_CAPTURE(RunQuery, max_over_time_1h, "max_over_time(x_bucket[1h])", kSeries, kSteps,
                  kHour);
BENCHMARK_CAPTURE(RunQuery, sum_by_job_rate, "sum by (job) (rate(x_bucket[5m]))", kSeries, kSteps,
                  kHour);
BENCHMARK_CAPTURE(RunQuery, quantile_of_rates,
                  "histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m])))", kSeries, kSteps,
                  kHour);
BENCHMARK_CAPTURE(RunQuery, quantile_per_instance, "histogram_quantile(0.9, rate(x_bucket[5m]))",
                  kSeries, kSteps, kHour);
BENCHMARK_CAPTURE(RunQuery, ratio, "rate(x_bucket[5m]) / rate(x_bucket[5m])", kSeries, kSteps,
                  kHour);
BENCHMARK_CAPTURE(RunQuery, topk, "topk(5, rate(x_bucket[5m]))", kSeries, kSteps, kHour);

}  // namespace
}  // namespace sb::promql
