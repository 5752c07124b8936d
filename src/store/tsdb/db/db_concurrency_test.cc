// SPDX-License-Identifier: Apache-2.0
//
// Writers, readers and maintenance at once: readers see whole commits only, and nothing disappears.
// Run under ThreadSanitizer for the races.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "base/log.h"
#include "base/task_runner.h"
#include "base/testing/simulated_env.h"
#include "store/tsdb/db/db.h"

namespace sb::tsdb {
namespace {

constexpr int64_t kStart = 1'700'006'400'000;
constexpr int kSeriesOfGroup = 5;
constexpr int kCommits = 400;
constexpr size_t kWriters = 3;

class NoLimit final : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

model::LabelSet LabelsOf(size_t group, int member) {
  return model::LabelSet::FromPairs(
      {{"__name__", "m"}, {"group", std::to_string(group)}, {"member", std::to_string(member)}});
}

// Each commit writes one sample to every member of the group; refs are kept, as senders do.
void Write(Db& db, size_t group) {
  std::vector<store::SeriesRef> refs(kSeriesOfGroup, store::SeriesRef::kNone);
  for (int n = 0; n < kCommits; ++n) {
    auto appender = db.NewAppender();
    std::vector<store::RefSample> batch;
    for (int member = 0; member < kSeriesOfGroup; ++member) {
      store::SeriesRef& ref = refs[static_cast<size_t>(member)];
      if (n % 50 == 0) {
        ref = *appender->Resolve(LabelsOf(group, member));
      }
      batch.push_back({ref, kStart + n * 1000, static_cast<double>(n)});
    }
    std::vector<base::Status> errors;
    appender->AppendFloats(batch, &errors);
    ASSERT_TRUE(errors.empty()) << errors[0].ToString();
    const auto churn = appender->Resolve(model::LabelSet::FromPairs(
        {{"__name__", "churn"}, {"n", std::to_string(n)}, {"g", std::to_string(group)}}));
    ASSERT_TRUE(appender->Append(*churn, {.time_ms = kStart + n * 1000, .value = 1}).ok());
    const base::Status status = appender->Commit();
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
}

void Read(Db& db, const std::atomic<size_t>& writing) {
  const base::TimeRange range{base::TimestampMs(0), base::TimestampMs(int64_t{1} << 60)};
  const NoLimit context;
  const auto matcher = model::Matcher::Equal("__name__", "m");
  std::vector<size_t> counts(kWriters, 0);
  bool last_round = false;
  while (!last_round) {
    last_round = writing.load() == 0;
    const auto querier = std::move(*db.NewQuerier(range));
    const auto series = *querier->Select(context, {.range = range}, std::span(&matcher, 1));
    std::vector<std::vector<size_t>> sizes(kWriters);
    for (const auto& s : series) {
      model::SampleColumns columns;
      const base::Status status = s->Read(range, &columns);
      ASSERT_TRUE(status.ok()) << status.ToString();
      for (size_t i = 0; i < columns.size(); ++i) {
        ASSERT_EQ(columns.times[i], kStart + static_cast<int64_t>(i) * 1000);
        ASSERT_EQ(columns.values[i], static_cast<double>(i));
      }
      sizes[std::stoul(std::string(s->labels().Get("group")))].push_back(columns.size());
    }
    for (size_t group = 0; group < kWriters; ++group) {
      if (sizes[group].empty()) {
        continue;
      }
      ASSERT_EQ(sizes[group].size(), static_cast<size_t>(kSeriesOfGroup));
      const auto [low, high] = std::minmax_element(sizes[group].begin(), sizes[group].end());
      ASSERT_EQ(*low, *high) << "half a commit is visible";
      ASSERT_GE(*low, counts[group]) << "samples disappeared";
      counts[group] = *low;
    }
    ASSERT_TRUE(querier->LabelValues(context, "n", {}).ok());
  }
  for (const size_t count : counts) {
    EXPECT_EQ(count, static_cast<size_t>(kCommits));
  }
}

TEST(DbConcurrencyTest, ReadersSeeWholeCommitsWhileBlocksAreCut) {
  base::ConfigureLog({.level = base::LogLevel::kWarn, .sink = nullptr});
  base::SimulatedEnv env(1);
  env.manual_clock().Set(base::TimestampMs(kStart + 3'600'000));
  DbOptions options;
  options.folder = "/data";
  options.head.block_range = base::Minutes(1);
  options.head.past_max = base::Minutes(10);  // the writers are not in step
  options.head.out_of_order_window = base::Minutes(10);
  options.checkpoint_wal_bytes = 64 * 1024;
  options.compaction_ranges = {base::Minutes(1), base::Minutes(3)};
  base::Registry registry;
  Db::OpenReport report;
  auto db = Db::Open(env, options, registry, &report);
  ASSERT_TRUE(db.ok()) << db.status().ToString();

  base::ThreadPool pool({.name = "test", .threads = kWriters + 3});
  std::atomic<size_t> writing{kWriters};
  ParallelFor(pool, kWriters + 3, [&](size_t i) {
    if (i < kWriters) {
      Write(**db, i);
      --writing;
    } else if (i < kWriters + 2) {
      Read(**db, writing);
    } else {
      while (writing.load() > 0) {
        const base::Status status = (*db)->Maintain();
        ASSERT_TRUE(status.ok()) << status.ToString();
        ASSERT_FALSE(registry.Collect().empty());
        ASSERT_GT((*db)->Stats(5).head.values_by_label_name.size() + 1, 0u);
      }
    }
  });
  ASSERT_TRUE((*db)->Flush().ok());
  std::atomic<size_t> none{0};
  Read(**db, none);
  base::ConfigureLog({});
}

}  // namespace
}  // namespace sb::tsdb
