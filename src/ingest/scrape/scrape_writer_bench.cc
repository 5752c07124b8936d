// SPDX-License-Identifier: Apache-2.0
//
// Scrapes of a node-exporter-like answer into a store that forgets everything: parsing, the cache
// and batching, without the store's own work.
#include <benchmark/benchmark.h>

#include "base/env.h"
#include "ingest/scrape/scrape_writer.h"

namespace sb::scrape {
namespace {

class NullAppender final : public store::Appender {
 public:
  base::Result<store::SeriesRef> Resolve(const model::LabelSet&) override {
    return store::SeriesRef{++next_};
  }
  base::Status Append(store::SeriesRef, const model::Sample&) override { return base::OkStatus(); }
  void AppendFloats(std::span<const store::RefSample> batch, std::vector<base::Status>*) override {
    benchmark::DoNotOptimize(batch.data());
  }
  base::Status AppendExemplar(store::SeriesRef, const model::Exemplar&) override {
    return base::OkStatus();
  }
  base::Status SetMetadata(store::SeriesRef, const model::MetricMetadata&) override {
    return base::OkStatus();
  }
  base::Status Commit() override { return base::OkStatus(); }
  void Rollback() override {}

 private:
  static inline uint64_t next_ = 0;
};

class NullStore final : public store::AppenderFactory {
 public:
  std::unique_ptr<store::Appender> NewAppender() override {
    return std::make_unique<NullAppender>();
  }
};

std::string MakeBody(int series) {
  std::string body;
  for (int i = 0; i < series; ++i) {
    if (i % 20 == 0) {
      body += "# HELP node_metric_" + std::to_string(i / 20) +
              "_total Some help text of usual length for a metric.\n# TYPE node_metric_" +
              std::to_string(i / 20) + "_total counter\n";
    }
    body += "node_metric_" + std::to_string(i / 20) + "_total{cpu=\"" + std::to_string(i % 20) +
            "\",mode=\"idle\",device=\"sda\"} " + std::to_string(i * 37.5) + "\n";
  }
  return body;
}

void BM_ScrapeKnownSeries(benchmark::State& state) {
  const std::string body = MakeBody(static_cast<int>(state.range(0)));
  NullStore store;
  base::Registry registry;
  ScrapeCounters counters(registry);
  ingest::LossCounters losses(&registry);
  auto config = std::make_shared<ScrapeConfig>();
  config->job_name = "j";
  config->metric_name_validation_scheme = "utf8";
  const auto labels =
      model::LabelSet::FromPairs({{"__address__", "h:1"}, {"instance", "h:1"}, {"job", "j"}});
  auto target = std::make_shared<Target>(*config, labels, labels);
  ScrapeWriter writer(config, target, model::RelabelRules(),
                      {store, counters, losses, base::Env::Real().clock()});
  ScrapeInput input;
  input.content_type = "text/plain; version=0.0.4";
  input.body = body;
  int64_t time_ms = 1'700'000'000'000;
  for (auto _ : state) {
    input.time = base::TimestampMs(time_ms += 15'000);
    if (!writer.Write(input).ok()) {
      state.SkipWithError("scrape failed");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}
BENCHMARK(BM_ScrapeKnownSeries)->Arg(1'000)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace sb::scrape
