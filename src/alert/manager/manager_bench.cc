// SPDX-License-Identifier: Apache-2.0
//
// New alerts a second, memory per alert, a filtered question over 100,000 alerts.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include "alert/manager/manager.h"
#include "alert/manager/testing/hook_notifier.h"

namespace sb::alert {
namespace {

constexpr size_t kAlerts = 100'000;

std::string Config() {
  std::string text = "route:\n  receiver: r\n  group_by: [alertname, cluster]\n  routes:\n";
  for (int i = 0; i < 50; ++i) {
    text += "  - {matchers: ['team=\"t" + std::to_string(i) + "\"'], receiver: r}\n";
  }
  return text + "receivers: [{name: r}]\n";
}

std::vector<notify::PostedAlert> MakeAlerts(base::TimestampNs now, size_t from, size_t count) {
  std::vector<notify::PostedAlert> alerts(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string n = std::to_string(from + i);
    const std::string cluster = std::to_string((from + i) % 20);
    const std::string name = "Alert" + std::to_string((from + i) % 200);
    const std::string team = "t" + std::to_string((from + i) % 50);
    alerts[i].labels = model::LabelSet::FromPairs({{"alertname", name},
                                                   {"cluster", cluster},
                                                   {"container", "main"},
                                                   {"instance", "10.0.0.1:" + n},
                                                   {"job", "api"},
                                                   {"namespace", "shop"},
                                                   {"pod", "api-" + n},
                                                   {"service", "checkout"},
                                                   {"severity", "critical"},
                                                   {"team", team}});
    alerts[i].annotations = model::LabelSet::FromPairs(
        {{"description", "the api on " + n + " answers slowly since a while"},
         {"summary", "slow answers of pod api-" + n}});
    alerts[i].ends_at = now + base::DurationNs(int64_t{3'600'000'000'000});
    alerts[i].generator_url = "http://prometheus.example:9090/graph?g0.expr=up";
  }
  return alerts;
}

struct Fixture {
  Fixture() {
    folder = "/tmp/sb_alert_bench";
    (void)base::Env::Real().files().RemoveAll(folder).ok();
    Manager::Options options;
    options.env = &base::Env::Real();
    options.folder = folder;
    options.make_notifier = recorder.Factory(&base::Env::Real());
    manager = std::move(Manager::Open(options)).value();
    const auto config = ParseManagerConfig(Config(), "bench.yml", {});
    manager->Commit(*manager->Prepare(*config));
  }
  ~Fixture() {
    manager.reset();
    (void)base::Env::Real().files().RemoveAll(folder).ok();
  }
  std::string folder;
  HookRecorder recorder;
  std::unique_ptr<Manager> manager;
};

void BM_NewAlerts(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Fixture fixture;
    std::vector<std::vector<notify::PostedAlert>> batches;
    for (size_t at = 0; at < kAlerts; at += 500) {
      batches.push_back(MakeAlerts(fixture.manager->now(), at, 500));
    }
    const size_t before = mallinfo2().uordblks;
    state.ResumeTiming();
    for (auto& batch : batches) {
      benchmark::DoNotOptimize(fixture.manager->Put(std::move(batch)));
    }
    state.PauseTiming();
    batches.clear();
    // What the posted alerts themselves held is part of `before`, and is still held.
    state.counters["heap_growth_per_alert"] = static_cast<double>(mallinfo2().uordblks) / kAlerts;
    (void)before;
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kAlerts));
}
BENCHMARK(BM_NewAlerts)->Unit(benchmark::kMillisecond)->Iterations(3);

void BM_FilteredQuestion(benchmark::State& state) {
  Fixture fixture;
  (void)fixture.manager->Put(MakeAlerts(fixture.manager->now(), 0, kAlerts)).ok();
  AlertQuery query;
  query.matchers.push_back(*AlertMatcher::Create(MatcherOp::kEqual, "pod", "api-4711"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(fixture.manager->Alerts(query));
  }
}
BENCHMARK(BM_FilteredQuestion)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sb::alert
