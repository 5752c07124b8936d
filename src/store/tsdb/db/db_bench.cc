// SPDX-License-Identifier: Apache-2.0
//
// The store without protocols: CPU per appended sample and per new series, memory per active
// series, time and memory of a restart. Counters: rss_per_series in bytes (of the whole process,
// over what it was before), series_us, restart seconds as real time.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <ctime>
#include <string>
#include <vector>

#include "base/env.h"
#include "store/tsdb/db/db.h"

namespace sb::tsdb {
namespace {

constexpr int64_t kStart = 1'700'006'400'000;
constexpr size_t kBatch = 2000;

double ProcessCpuSeconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

double ResidentBytes() {
  const auto text = base::Env::Real().files().ReadFile("/proc/self/statm");
  const size_t space = text->find(' ');
  return std::stod(text->substr(space + 1)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Ten labels as an exporter in a cluster has them.
model::LabelSet LabelsOf(size_t i) {
  const std::string pod = "checkout-7d9f8c6b5-" + std::to_string(i / 500);
  const std::string metric = "http_requests_duration_" + std::to_string(i % 50) + "_total";
  const std::string path = "/api/v1/resource/" + std::to_string(i % 500 / 50);
  return model::LabelSet::FromPairs(
      {{"__name__", metric},
       {"cluster", "eu-central-1"},
       {"namespace", "shop"},
       {"job", "kubernetes-pods"},
       {"instance", "10.0." + std::to_string(i / 500 % 250) + ".7:9100"},
       {"pod", pod},
       {"container", "app"},
       {"method", i % 2 == 0 ? "GET" : "POST"},
       {"status", "200"},
       {"path", path}});
}

double ValueOf(size_t series, size_t round) {
  if (series % 10 == 0) {
    return 0.25 * static_cast<double>((series * 7919 + round * 104729) % 1000);  // a gauge
  }
  return static_cast<double>(series % 1000 + round * (series % 37));  // a counter
}

class Store {
 public:
  explicit Store(const std::string& name)
      : folder_("/tmp/signalbox_db_bench." + name + "." + std::to_string(::getpid())) {
    (void)base::Env::Real().files().RemoveAll(folder_);
    Open();
  }
  ~Store() {
    db_.reset();
    (void)base::Env::Real().files().RemoveAll(folder_);
  }
  void Open() {
    db_.reset();
    registry_ = std::make_unique<base::Registry>();
    DbOptions options;
    options.folder = folder_;
    options.checkpoint_wal_bytes = 4ULL << 30;
    auto db = Db::Open(base::Env::Real(), options, *registry_, &report_);
    SB_CHECK(db.ok());
    db_ = std::move(*db);
  }

  void CreateSeries(size_t count) {
    for (size_t begin = 0; begin < count; begin += kBatch) {
      auto appender = db_->NewAppender();
      for (size_t i = begin; i < std::min(begin + kBatch, count); ++i) {
        refs_.push_back(*appender->Resolve(LabelsOf(i)));
        SB_CHECK(appender
                     ->Append(refs_.back(), {.time_ms = kStart,
                                             .start_time_ms = 0,
                                             .value = ValueOf(i, 0),
                                             .histogram = nullptr})
                     .ok());
      }
      SB_CHECK(appender->Commit().ok());
    }
  }

  // One scrape of all series.
  void AppendRound(size_t round) {
    std::vector<store::RefSample> batch;
    std::vector<base::Status> errors;
    const int64_t time = kStart + static_cast<int64_t>(round) * 15'000;
    for (size_t begin = 0; begin < refs_.size(); begin += kBatch) {
      batch.clear();
      for (size_t i = begin; i < std::min(begin + kBatch, refs_.size()); ++i) {
        batch.push_back({refs_[i], time, ValueOf(i, round)});
      }
      auto appender = db_->NewAppender();
      appender->AppendFloats(batch, &errors);
      SB_CHECK(errors.empty());
      SB_CHECK(appender->Commit().ok());
    }
  }
  Db& db() { return *db_; }
  const Db::OpenReport& report() const { return report_; }
  const std::string& folder() const { return folder_; }
  void Forget() { refs_ = {}; }

 private:
  const std::string folder_;
  std::unique_ptr<base::Registry> registry_;
  Db::OpenReport report_;
  std::unique_ptr<Db> db_;
  std::vector<store::SeriesRef> refs_;
};

// New series, then rounds of one sample per series; what the process holds at the end.
void BM_Ingest(benchmark::State& state) {
  const auto series = static_cast<size_t>(state.range(0));
  const auto rounds = static_cast<size_t>(state.range(1));
  for (auto _ : state) {
    Store store("ingest");
    const double resident = ResidentBytes();
    double cpu = ProcessCpuSeconds();
    store.CreateSeries(series);
    state.counters["series_us"] = (ProcessCpuSeconds() - cpu) * 1e6 / static_cast<double>(series);
    cpu = ProcessCpuSeconds();
    for (size_t round = 1; round <= rounds; ++round) {
      store.AppendRound(round);
    }
    cpu = ProcessCpuSeconds() - cpu;
    const double samples = static_cast<double>(series * rounds);
    state.counters["samples_per_cpu_s"] = samples / cpu;
    state.counters["rss_per_series"] = (ResidentBytes() - resident) / static_cast<double>(series);
    state.counters["rss_mb"] = ResidentBytes() / 1e6;
    state.counters["wal_bytes_per_sample"] =
        static_cast<double>(store.db().Stats(1).wal_bytes) / samples;
    cpu = ProcessCpuSeconds();
    SB_CHECK(store.db().Flush().ok());
    state.counters["flush_cpu_s"] = ProcessCpuSeconds() - cpu;
    state.counters["bytes_per_sample"] = static_cast<double>(store.db().Stats(1).block_bytes) /
                                         (samples + static_cast<double>(series));
  }
}
BENCHMARK(BM_Ingest)
    ->Args({100'000, 40})
    ->Args({1'000'000, 10})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

// Opening a store again after a clean end (from the snapshot).
void BM_RestartFromSnapshot(benchmark::State& state) {
  const auto series = static_cast<size_t>(state.range(0));
  Store store("restart");
  store.CreateSeries(series);
  for (size_t round = 1; round <= 10; ++round) {
    store.AppendRound(round);
  }
  store.Forget();
  const double before = ResidentBytes();
  SB_CHECK(store.db().Close().ok());
  for (auto _ : state) {
    state.PauseTiming();
    state.ResumeTiming();
    store.Open();
  }
  state.counters["rss_ratio"] = ResidentBytes() / before;
  state.counters["series"] = static_cast<double>(store.report().head.snapshot_series);
}
BENCHMARK(BM_RestartFromSnapshot)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(2)
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

// Opening what a crash leaves: a copy of the log of a store that is still open.
void BM_RestartFromLog(benchmark::State& state) {
  const auto series = static_cast<size_t>(state.range(0));
  Store store("crash");
  store.CreateSeries(series);
  for (size_t round = 1; round <= 10; ++round) {
    store.AppendRound(round);
  }
  base::FileSystem& files = base::Env::Real().files();
  const std::string copy = store.folder() + ".copy";
  const std::string from = store.folder() + "/head/wal";
  SB_CHECK(files.CreateFolders(copy + "/head/wal").ok());
  const std::vector<std::string> segments = *files.List(from);
  for (const std::string& name : segments) {
    const std::string bytes = *files.ReadFile(base::JoinPath(from, name));
    SB_CHECK((*files.Create(base::JoinPath(copy + "/head/wal", name)))->Append(bytes).ok());
  }
  for (auto _ : state) {
    base::Registry registry;
    Db::OpenReport report;
    DbOptions options;
    options.folder = copy;
    auto db = Db::Open(base::Env::Real(), options, registry, &report);
    SB_CHECK(db.ok());
    state.counters["samples"] = static_cast<double>(report.head.wal_samples);
    state.PauseTiming();
    db->reset();
    state.ResumeTiming();
  }
  (void)files.RemoveAll(copy);
}
BENCHMARK(BM_RestartFromLog)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace sb::tsdb
