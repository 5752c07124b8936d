// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/db.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>

#include "base/testing/simulated_env.h"

namespace sb::tsdb {
namespace {

using base::TimeRange;
using base::TimestampMs;
using model::LabelSet;

constexpr int64_t kHour = 3'600'000;
constexpr int64_t kStart = 1'700'006'400'000;  // a multiple of two hours
static_assert(kStart % (2 * kHour) == 0);

class NoLimit final : public store::ReadContext {
 public:
  base::Status CheckAlive() const override { return base::OkStatus(); }
};

TimeRange Between(int64_t start, int64_t end) {
  return {TimestampMs(start), TimestampMs(end)};
}
TimeRange Always() {
  return Between(0, int64_t{1} << 60);
}

LabelSet Named(const std::string& name, const std::string& value) {
  return LabelSet::FromPairs({{"__name__", name}, {"l", value}});
}

model::Sample FloatAt(int64_t time, double value) {
  return {.time_ms = time, .start_time_ms = 0, .value = value, .histogram = nullptr};
}

class DbTest : public testing::Test {
 protected:
  DbTest() {
    env_.manual_clock().Set(TimestampMs(kStart + 1000 * kHour));
    options_.folder = "/data";
  }

  void Open() {
    db_.reset();
    registry_ = std::make_unique<base::Registry>();
    report_ = Db::OpenReport();
    auto db = Db::Open(env_, options_, *registry_, &report_);
    ASSERT_TRUE(db.ok()) << db.status().ToString();
    db_ = std::move(*db);
  }
  // As kill -9: nothing is closed.
  void Kill() {
    env_.KillProcess();
    db_.reset();
    env_.KillProcess();
    Open();
  }

  base::Status Put(const LabelSet& labels, const std::vector<model::Sample>& samples) {
    auto appender = db_->NewAppender();
    SB_ASSIGN_OR_RETURN(const store::SeriesRef ref, appender->Resolve(labels));
    for (const model::Sample& sample : samples) {
      SB_RETURN_IF_ERROR(appender->Append(ref, sample));
    }
    return appender->Commit();
  }

  // "name{…}: time=value …" per series.
  std::string Dump(TimeRange range = Always(), std::vector<model::Matcher> matchers = {}) {
    if (matchers.empty()) {
      matchers.push_back(*model::Matcher::Create(model::MatchType::kNotEqual, "__name__", ""));
    }
    auto querier = db_->NewQuerier(range);
    auto series = (*querier)->Select(context_, {.range = range}, matchers);
    EXPECT_TRUE(series.ok()) << series.status().ToString();
    std::string text;
    for (const auto& s : *series) {
      model::SampleColumns columns;
      const base::Status status = s->Read(range, &columns);
      EXPECT_TRUE(status.ok()) << status.ToString();
      text += s->labels().ToString() + ":";
      for (size_t i = 0; i < columns.size(); ++i) {
        text += " " + std::to_string(columns.times[i] - kStart) + "=" +
                std::to_string(static_cast<int64_t>(columns.values[i]));
      }
      text += "\n";
    }
    return text;
  }

  model::SampleColumns Columns(const LabelSet& labels) {
    const auto matcher =
        *model::Matcher::Create(model::MatchType::kEqual, "l", std::string(labels.Get("l")));
    auto querier = db_->NewQuerier(Always());
    auto series = (*querier)->Select(context_, {.range = Always()}, std::span(&matcher, 1));
    EXPECT_TRUE(series.ok() && series->size() == 1);
    model::SampleColumns columns;
    EXPECT_TRUE((*series)[0]->Read(Always(), &columns).ok());
    return columns;
  }

  base::SimulatedEnv env_{1};
  DbOptions options_;
  std::unique_ptr<base::Registry> registry_;
  Db::OpenReport report_;
  std::unique_ptr<Db> db_;
  NoLimit context_;
};

TEST_F(DbTest, CommittedSamplesAreReadBackSortedByLabels) {
  Open();
  ASSERT_TRUE(Put(Named("b", "1"), {FloatAt(kStart, 1), FloatAt(kStart + 15, 2)}).ok());
  ASSERT_TRUE(Put(Named("a", "2"), {FloatAt(kStart, 3)}).ok());
  EXPECT_EQ(Dump(), "a{l=\"2\"}: 0=3\nb{l=\"1\"}: 0=1 15=2\n");
  EXPECT_EQ(Dump(Between(kStart + 1, kStart + 16)), "b{l=\"1\"}: 15=2\n");
  EXPECT_EQ(Dump(Between(kStart, kStart + 15)), "a{l=\"2\"}: 0=3\nb{l=\"1\"}: 0=1\n");
}

TEST_F(DbTest, KilledProcessLosesNothingCommitted) {
  Open();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(Put(Named("a", std::to_string(i % 7)), {FloatAt(kStart + i * 1000, i)}).ok());
  }
  const std::string before = Dump();
  Kill();
  EXPECT_EQ(Dump(), before);
  EXPECT_EQ(report_.head.wal_samples, 300u);
}

TEST_F(DbTest, CleanEndLeavesASnapshotAndAnEmptyLog) {
  Open();
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(Put(Named("a", std::to_string(i % 7)), {FloatAt(kStart + i * 1000, i * 0.5)}).ok());
  }
  const std::string before = Dump();
  Open();
  EXPECT_EQ(Dump(), before);
  EXPECT_EQ(report_.head.snapshot_series, 7u);
  EXPECT_EQ(report_.head.wal_samples, 0u);
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 400'000, 9)}).ok());
  Kill();
  EXPECT_NE(Dump().find(" 400000=9"), std::string::npos);
}

TEST_F(DbTest, RemovedLogBeginsAnewWithoutLoss) {
  Open();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + i * 1000, i)}).ok());
  }
  ASSERT_TRUE(db_->Flush().ok());
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 60'000, 60)}).ok());
  db_.reset();
  ASSERT_TRUE(env_.files().RemoveAll("/data/head/wal").ok());
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 70'000, 70)}).ok());
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 48'500, 48)}).ok());  // before the cut
  const std::string before = Dump();
  EXPECT_NE(before.find(" 48000=48 48500=48 49000=49 60000=60 70000=70"), std::string::npos);
  Kill();
  EXPECT_EQ(Dump(), before);
}

TEST_F(DbTest, RolledBackBatchLeavesNoTrace) {
  Open();
  {
    auto appender = db_->NewAppender();
    auto ref = appender->Resolve(Named("a", "1"));
    ASSERT_TRUE(appender->Append(*ref, FloatAt(kStart, 1)).ok());
  }
  EXPECT_EQ(Dump(), "");
  EXPECT_EQ(db_->series_count(), 0u);
  auto querier = db_->NewQuerier(Always());
  EXPECT_TRUE((*querier)->LabelNames(context_, {})->empty());
  querier->reset();
  Kill();
  EXPECT_EQ(Dump(), "");
}

TEST_F(DbTest, DuplicatesAreAcceptedOnlyWithTheSameValue) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  EXPECT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  EXPECT_EQ(Put(Named("a", "1"), {FloatAt(kStart, 2)}).code(), base::StatusCode::kAlreadyExists);
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 0=1\n");
}

TEST_F(DbTest, LateSamplesAreMergedWithinTheWindowAndRefusedOutside) {
  options_.head.out_of_order_window = base::Minutes(5);
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1), FloatAt(kStart + 600'000, 2)}).ok());
  EXPECT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 400'000, 3)}).ok());
  EXPECT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 400'000, 3)}).ok());
  EXPECT_EQ(Put(Named("a", "1"), {FloatAt(kStart + 400'000, 4)}).code(),
            base::StatusCode::kAlreadyExists);
  EXPECT_EQ(Put(Named("a", "1"), {FloatAt(kStart + 200'000, 4)}).code(),
            base::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Put(Named("b", "1"), {FloatAt(kStart - 3 * kHour, 4)}).code(),
            base::StatusCode::kOutOfRange);
  const std::string expected = "a{l=\"1\"}: 0=1 400000=3 600000=2\n";
  EXPECT_EQ(Dump(), expected);
  Kill();
  EXPECT_EQ(Dump(), expected);
  ASSERT_TRUE(db_->Flush().ok());
  EXPECT_EQ(Dump(), expected);
}

TEST_F(DbTest, FarFutureIsRefused) {
  Open();
  const int64_t now = env_.clock().NowMs().Value();
  EXPECT_EQ(Put(Named("a", "1"), {FloatAt(now + 11 * 60'000, 1)}).code(),
            base::StatusCode::kOutOfRange);
  EXPECT_TRUE(Put(Named("a", "1"), {FloatAt(now + 9 * 60'000, 1)}).ok());
}

TEST_F(DbTest, SeriesLimitRefusesNewSeriesOnly) {
  options_.head.series_max = 2;
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  ASSERT_TRUE(Put(Named("a", "2"), {FloatAt(kStart, 1)}).ok());
  EXPECT_EQ(Put(Named("a", "3"), {FloatAt(kStart, 1)}).code(),
            base::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 1, 1)}).ok());
}

TEST_F(DbTest, MaintenanceCutsBlocksAndAnswersStayTheSame) {
  Open();
  for (int minute = 0; minute < 8 * 60; ++minute) {
    for (const char* l : {"x", "y", "z"}) {
      ASSERT_TRUE(Put(Named("a", l), {FloatAt(kStart + minute * 60'000, minute)}).ok());
    }
    if (minute == 60) {
      ASSERT_TRUE(Put(Named("gone", "1"), {FloatAt(kStart + minute * 60'000, 1)}).ok());
    }
  }
  const std::string before = Dump();
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(Dump(), before);
  const DbStats stats = db_->Stats(10);
  EXPECT_GT(stats.blocks.size(), 0u);
  EXPECT_EQ(stats.head_first_time, kStart + 6 * kHour);
  EXPECT_EQ(stats.head_series, 3u);  // the one without new samples lives in the block only
  Kill();
  EXPECT_EQ(Dump(), before);
  ASSERT_TRUE(Put(Named("a", "x"), {FloatAt(kStart + 8 * kHour, 1)}).ok());
  ASSERT_TRUE(db_->Flush().ok());
  Open();
  EXPECT_EQ(Dump(Between(0, kStart + 8 * kHour)), before);
}

TEST_F(DbTest, ALongStretchIsCutAsItWouldBeMerged) {
  Open();
  const int64_t start = kStart - kStart % (54 * kHour);
  for (int64_t minute = 0; minute < 46 * 60; minute += 5) {
    ASSERT_TRUE(Put(Named("a", "x"), {FloatAt(start + minute * 60'000, 1)}).ok());
    if (minute / 60 < 20) {
      ASSERT_TRUE(Put(Named("a", "y"), {FloatAt(start + minute * 60'000, 2)}).ok());
    }
  }
  const std::string before = Dump();
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(Dump(), before);
  std::string blocks;
  for (const BlockMeta& block : db_->Stats(10).blocks) {
    EXPECT_EQ(block.level, 1u);  // nothing was left to merge
    blocks += std::to_string((block.range.start.Value() - start) / kHour) + "-" +
              std::to_string((block.range.end.Value() - start) / kHour) + " ";
  }
  EXPECT_EQ(blocks, "0-18 18-36 36-42 42-44 ");
  Kill();
  EXPECT_EQ(Dump(), before);
}

// Many samples of a series at once take another way into it than one by one.
TEST_F(DbTest, FloatsComeBackHoweverTheyAreBatched) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Open();
  std::map<int, std::map<int64_t, double>> expected;  // by series
  std::map<int, int64_t> newest;
  int64_t time = kStart;
  for (int batch = 0; batch < 300; ++batch) {
    auto appender = db_->NewAppender();
    std::vector<store::RefSample> samples;
    time += static_cast<int64_t>(random() % 20) * 60'000;
    for (int series = 0; series < 4; ++series) {
      const auto ref = *appender->Resolve(Named("a", std::to_string(series)));
      int64_t at = std::max(time, newest[series]);
      const size_t count = random() % 3 == 0 ? random() % 2 : random() % 200;
      for (size_t i = 0; i < count; ++i) {
        at += 1 + static_cast<int64_t>(random() % 20 == 0 ? random() % 100'000 : random() % 2000);
        const double value = series == 3 ? std::bit_cast<double>(random() >> 2)
                                         : static_cast<double>(random() % 1000);
        samples.push_back({ref, at, value});
        expected[series].emplace(at, value);
        if (random() % 50 == 0) {
          samples.push_back({ref, at, value});  // once more
        }
        newest[series] = at;
      }
    }
    std::vector<base::Status> errors;
    appender->AppendFloats(samples, &errors);
    ASSERT_TRUE(errors.empty());
    ASSERT_TRUE(appender->Commit().ok());
    for (const auto& [series, last] : newest) {
      time = std::max(time, last);
    }
    if (random() % 60 == 0) {
      ASSERT_TRUE(db_->Maintain().ok());
    }
    if (random() % 60 == 0) {
      Kill();
    }
  }
  for (const auto& [series, samples] : expected) {
    model::SampleColumns columns = Columns(Named("a", std::to_string(series)));
    ASSERT_EQ(columns.size(), samples.size());
    size_t i = 0;
    for (const auto& [at, value] : samples) {
      ASSERT_EQ(columns.times[i], at);
      ASSERT_EQ(std::bit_cast<uint64_t>(columns.values[i]), std::bit_cast<uint64_t>(value));
      ++i;
    }
  }
}

TEST_F(DbTest, QuerierSeesWholeCommitsOfItsTimeOnly) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  ASSERT_TRUE(Put(Named("b", "1"), {FloatAt(kStart, 1)}).ok());
  auto old = std::move(*db_->NewQuerier(Always()));
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 1, 2)}).ok());
  auto middle = std::move(*db_->NewQuerier(Always()));
  for (int i = 2; i < 400; ++i) {  // seals chunks under the readers
    ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + i, i)}).ok());
  }
  ASSERT_TRUE(Put(Named("c", "1"), {FloatAt(kStart, 1)}).ok());
  const auto count = [&](store::Querier& querier) {
    const auto matcher = *model::Matcher::Create(model::MatchType::kNotEqual, "__name__", "");
    auto series = *querier.Select(context_, {.range = Always()}, std::span(&matcher, 1));
    std::string text;
    for (auto& s : series) {
      model::SampleColumns columns;
      EXPECT_TRUE(s->Read(Always(), &columns).ok());
      text += std::string(s->labels().metric_name()) + std::to_string(columns.size()) + " ";
    }
    return text;
  };
  EXPECT_EQ(count(*old), "a1 b1 ");
  EXPECT_EQ(count(*middle), "a2 b1 ");
  EXPECT_EQ(count(**db_->NewQuerier(Always())), "a400 b1 c1 ");
}

TEST_F(DbTest, StaleRefOfARemovedSeriesIsNotFound) {
  Open();
  store::SeriesRef ref{};
  {
    auto appender = db_->NewAppender();
    ref = *appender->Resolve(Named("old", "1"));
    ASSERT_TRUE(appender->Append(ref, FloatAt(kStart, 1)).ok());
    ASSERT_TRUE(appender->Commit().ok());
  }
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Put(Named("new", "1"), {FloatAt(kStart + i * kHour, 1)}).ok());
  }
  ASSERT_TRUE(db_->Maintain().ok());
  ASSERT_TRUE(Put(Named("newer", "1"), {FloatAt(kStart + 5 * kHour, 1)}).ok());  // takes the slot
  auto appender = db_->NewAppender();
  EXPECT_EQ(appender->Append(ref, FloatAt(kStart + 5 * kHour, 1)).code(),
            base::StatusCode::kNotFound);
  std::vector<base::Status> errors;
  const store::RefSample sample{ref, kStart + 5 * kHour, 1};
  appender->AppendFloats(std::span(&sample, 1), &errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].code(), base::StatusCode::kNotFound);
}

TEST_F(DbTest, DiskFullRefusesTheBatchAndTheStoreGoesOn) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  env_.disk().SetSpace(env_.disk().UsedBytes() + 5);
  EXPECT_EQ(Put(Named("b", "1"), {FloatAt(kStart, 1)}).code(),
            base::StatusCode::kResourceExhausted);
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 0=1\n");
  env_.disk().SetSpace(~0ULL);
  EXPECT_TRUE(Put(Named("b", "1"), {FloatAt(kStart, 2)}).ok());
  Kill();
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 0=1\nb{l=\"1\"}: 0=2\n");
}

TEST_F(DbTest, DamagedBlockIsPutAsideAndReported) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  ASSERT_TRUE(db_->Flush().ok());
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 4 * kHour, 2)}).ok());
  ASSERT_TRUE(db_->Flush().ok());
  const DbStats stats = db_->Stats(1);
  ASSERT_EQ(stats.blocks.size(), 2u);
  const std::string id = stats.blocks[0].id;
  db_.reset();
  env_.disk().FlipBit("/data/blocks/" + id + "/index", 100);
  Open();
  ASSERT_EQ(report_.quarantined.size(), 1u);
  EXPECT_TRUE(env_.files().Exists("/data/quarantine/" + id));
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 14400000=2\n");
  auto querier = db_->NewQuerier(Always());
  ASSERT_EQ((*querier)->Warnings().size(), 1u);
  EXPECT_NE((*querier)->Warnings()[0].find(id), std::string::npos);
}

TEST_F(DbTest, DeletedSamplesAreHiddenAndThenRemoved) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1), FloatAt(kStart + 1000, 2)}).ok());
  ASSERT_TRUE(Put(Named("b", "1"), {FloatAt(kStart, 1)}).ok());
  ASSERT_TRUE(db_->Flush().ok());
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 2000, 3)}).ok());
  ASSERT_TRUE(db_->DeleteSeries({model::Matcher::Equal("__name__", "a")},
                                Between(kStart + 500, kStart + 9000))
                  .ok());
  const std::string expected = "a{l=\"1\"}: 0=1\nb{l=\"1\"}: 0=1\n";
  EXPECT_EQ(Dump(), expected);
  Kill();
  EXPECT_EQ(Dump(), expected);
  ASSERT_TRUE(db_->CleanTombstones().ok());
  EXPECT_EQ(Dump(), expected);
  Open();
  EXPECT_EQ(Dump(), expected);
}

TEST_F(DbTest, RetentionByTimeRemovesOldBlocks) {
  options_.retention = base::Hours(6);
  Open();
  for (int hour = 0; hour < 20; ++hour) {
    ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + hour * kHour, hour)}).ok());
    ASSERT_TRUE(db_->Maintain().ok());
  }
  EXPECT_EQ(Dump(),
            "a{l=\"1\"}: 43200000=12 46800000=13 50400000=14 54000000=15 57600000=16 "
            "61200000=17 64800000=18 68400000=19\n");
}

TEST_F(DbTest, HistogramsExemplarsMetadataAndStartTimesSurvive) {
  Open();
  auto histogram = std::make_shared<model::Histogram>();
  histogram->schema = 2;
  histogram->integer_counts = true;
  histogram->count = 6;
  histogram->sum = 12.5;
  histogram->zero_threshold = 0.001;
  histogram->zero_count = 1;
  histogram->positive_spans = {{0, 2}, {3, 1}};
  histogram->positive_buckets = {2, 1, 2};
  const LabelSet labels = Named("h", "1");
  model::Exemplar exemplar{LabelSet::FromPairs({{"trace_id", "abc"}}), 1.5, kStart + 5, true};
  {
    auto appender = db_->NewAppender();
    const store::SeriesRef ref = *appender->Resolve(labels);
    for (int i = 0; i < 40; ++i) {
      model::Sample sample;
      sample.time_ms = kStart + i * 1000;
      sample.start_time_ms = kStart - 1000;
      sample.histogram = histogram;
      ASSERT_TRUE(appender->Append(ref, sample).ok());
    }
    ASSERT_TRUE(appender->AppendExemplar(ref, exemplar).ok());
    ASSERT_TRUE(appender->SetMetadata(ref, {model::MetricType::kHistogram, "s", "Help."}).ok());
    const store::SeriesRef floats = *appender->Resolve(Named("f", "1"));
    model::Sample sample = FloatAt(kStart, 4);
    sample.start_time_ms = kStart - 7;
    ASSERT_TRUE(appender->Append(floats, sample).ok());
    const base::Status committed = appender->Commit();
    ASSERT_TRUE(committed.ok()) << committed.ToString();
  }
  const auto check = [&](const char* when) {
    SCOPED_TRACE(when);
    auto querier = std::move(*db_->NewQuerier(Always()));
    const auto matcher = model::Matcher::Equal("l", "1");
    auto series = *querier->Select(context_, {.range = Always()}, std::span(&matcher, 1));
    ASSERT_EQ(series.size(), 2u);
    model::SampleColumns columns;
    ASSERT_TRUE(series[0]->Read(Always(), &columns).ok());
    ASSERT_EQ(columns.start_times.size(), 1u);
    EXPECT_EQ(columns.start_times[0], kStart - 7);
    columns.Clear();
    ASSERT_TRUE(series[1]->Read(Always(), &columns).ok());
    ASSERT_EQ(columns.size(), 40u);
    ASSERT_EQ(columns.histograms.size(), 40u);
    for (const auto& h : columns.histograms) {
      EXPECT_TRUE(h->BitEquals(*histogram));
    }
    EXPECT_EQ(columns.start_times[39], kStart - 1000);
    const std::vector<std::vector<model::Matcher>> selectors = {{matcher}};
    const auto exemplars = *querier->Exemplars(context_, selectors);
    ASSERT_EQ(exemplars.size(), 1u);
    EXPECT_EQ(exemplars[0].labels, labels);
    EXPECT_EQ(exemplars[0].exemplars, (std::vector<model::Exemplar>{exemplar}));
    ASSERT_EQ(db_->Metadata().size(), 1u);
    EXPECT_EQ(db_->Metadata()[0].metadata[0].help, "Help.");
  };
  check("live");
  Kill();
  check("replayed");
  Open();
  check("from snapshot");
  ASSERT_TRUE(db_->Flush().ok());
  check("flushed");
  Kill();
  check("from blocks");
}

TEST_F(DbTest, LabelQueriesUniteHeadAndBlocks) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  ASSERT_TRUE(db_->Flush().ok());
  ASSERT_TRUE(
      Put(LabelSet::FromPairs({{"__name__", "b"}, {"m", "2"}}), {FloatAt(kStart + 1000, 1)}).ok());
  auto querier = std::move(*db_->NewQuerier(Always()));
  EXPECT_EQ(*querier->LabelNames(context_, {}), (std::vector<std::string>{"__name__", "l", "m"}));
  EXPECT_EQ(*querier->LabelValues(context_, "__name__", {}), (std::vector<std::string>{"a", "b"}));
  const auto matcher = model::Matcher::Equal("m", "2");
  EXPECT_EQ(*querier->LabelValues(context_, "__name__", std::span(&matcher, 1)),
            (std::vector<std::string>{"b"}));
}

TEST_F(DbTest, SnapshotIsAStoreOfItsOwn) {
  Open();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart, 1)}).ok());
  const auto name = db_->Snapshot();
  ASSERT_TRUE(name.ok()) << name.status().ToString();
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 1, 2)}).ok());
  options_.folder = "/data/snapshots/" + *name;
  Open();
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 0=1\n");
  ASSERT_TRUE(Put(Named("a", "1"), {FloatAt(kStart + 1, 2)}).ok());
  const auto blocks = db_->Snapshot(Db::SnapshotScope::kBlocksOnly);
  ASSERT_TRUE(blocks.ok()) << blocks.status().ToString();
  options_.folder += "/snapshots/" + *blocks;
  Open();
  EXPECT_EQ(Dump(), "a{l=\"1\"}: 0=1\n");
}

TEST_F(DbTest, FolderIsLocked) {
  Open();
  base::Registry registry;
  Db::OpenReport report;
  EXPECT_EQ(Db::Open(env_, options_, registry, &report).status().code(),
            base::StatusCode::kFailedPrecondition);
}

TEST_F(DbTest, HistoryIsAddedBesideWhatIsThereAndSurvivesAKill) {
  options_.retention = base::Hours(0);
  Open();
  const LabelSet a = Named("m", "a");
  const int64_t now = kStart + 500 * kHour;
  ASSERT_TRUE(Put(a, {FloatAt(now, 1)}).ok());
  // Far too old for an appender.
  EXPECT_FALSE(Put(a, {FloatAt(kStart, 7)}).ok());
  model::SampleColumns old;
  for (int64_t hour = 0; hour < 400; ++hour) {
    old.Append(FloatAt(kStart + hour * kHour, static_cast<double>(hour)));
  }
  model::SampleColumns other;
  other.Append(FloatAt(kStart + kHour, 5));
  const std::vector<HistorySeries> series = {{a, &old}, {Named("n", "b"), &other}};
  ASSERT_TRUE(db_->AddHistory(series).ok());
  const std::string before = Dump();
  EXPECT_NE(before.find("=399 "), std::string::npos) << before;
  EXPECT_NE(before.find(std::to_string(now - kStart) + "=1"), std::string::npos) << before;
  EXPECT_NE(before.find("n{"), std::string::npos);
  Kill();
  EXPECT_EQ(Dump(), before);
  // Once more: the same samples, not twice.
  ASSERT_TRUE(db_->AddHistory(series).ok());
  EXPECT_EQ(Dump(), before);
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(Dump(), before);
  EXPECT_TRUE(db_->AddHistory({}).ok());
  // A store that has nothing but history: its rules and deletions hold too.
  options_.folder = "/history";
  options_.retention_rules = {{{model::Matcher::Equal("l", "b")}, base::Hours(2)}};
  Open();
  ASSERT_TRUE(db_->AddHistory(series).ok());
  EXPECT_EQ(Dump().find("n{l=\"b\"}: "), std::string::npos);
  ASSERT_TRUE(
      db_->DeleteSeries({model::Matcher::Equal("l", "a")}, Between(0, kStart + kHour)).ok());
  EXPECT_TRUE(Dump().starts_with("m{l=\"a\"}: 3600000=1 ")) << Dump();
}

TEST_F(DbTest, OldBlocksAreThinnedOutOnceAndSaySo) {
  options_.head.past_max = base::Hours(3);
  options_.retention = base::Hours(0);
  options_.downsample_rules = {{{model::Matcher::Equal("l", "all")}, base::Hours(0), {}},
                               {{}, base::Hours(24), base::Minutes(20)},
                               {{}, base::Hours(48), base::Hours(1)}};
  Open();
  std::vector<model::Sample> samples;
  for (int64_t i = 0; i < 12; ++i) {
    samples.push_back(FloatAt(kStart + i * kHour / 6, static_cast<double>(i)));
  }
  ASSERT_TRUE(Put(Named("m", "all"), samples).ok());
  ASSERT_TRUE(Put(Named("m", "some"), samples).ok());
  ASSERT_TRUE(db_->Flush().ok());
  const std::string raw = Dump();
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(Dump(), raw) << "not old enough";
  const auto spacing = [&] { return db_->Stats(1).blocks[0].spacing_ms; };
  EXPECT_EQ(spacing(), 0);

  ASSERT_TRUE(Put(Named("n", ""), {FloatAt(kStart + 30 * kHour, 1)}).ok());
  ASSERT_TRUE(db_->Maintain().ok());
  const std::string all = raw.substr(0, raw.find('\n') + 1);
  const TimeRange day = Between(kStart, kStart + 24 * kHour);
  EXPECT_EQ(Dump(day), all +
                           "m{l=\"some\"}: 0=0 600000=1 1800000=3 3000000=5 4200000=7 5400000=9 "
                           "6600000=11\n");
  EXPECT_EQ(spacing(), 20 * 60 * 1000);
  const std::string id = db_->Stats(1).blocks[0].id;
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(db_->Stats(1).blocks[0].id, id) << "written again once is enough";

  Kill();
  ASSERT_TRUE(Put(Named("n", ""), {FloatAt(kStart + 60 * kHour, 1)}).ok());
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(Dump(day), all + "m{l=\"some\"}: 0=0 3000000=5 6600000=11\n");
  // Without rules nothing comes back, and the block still says how far apart its samples are.
  db_->SetDownsampleRules({});
  ASSERT_TRUE(db_->DeleteSeries({model::Matcher::Equal("l", "all")}, Always()).ok());
  ASSERT_TRUE(db_->CleanTombstones().ok());
  EXPECT_EQ(Dump(day), "m{l=\"some\"}: 0=0 3000000=5 6600000=11\n");
  EXPECT_EQ(spacing(), kHour);
}

TEST_F(DbTest, RetentionByMatcherHidesAtOnceAndRemovesWithTheBlock) {
  options_.retention = base::Hours(24);
  options_.retention_rules = {{{model::Matcher::Equal("l", "short")}, base::Hours(4)},
                              {{model::Matcher::Equal("l", "long")}, base::Hours(72)}};
  Open();
  for (const char* kind : {"long", "other", "short"}) {
    ASSERT_TRUE(Put(Named("m", kind), {FloatAt(kStart, 1), FloatAt(kStart + kHour, 2)}).ok());
  }
  ASSERT_TRUE(db_->Flush().ok());
  ASSERT_TRUE(Put(Named("m", "short"), {FloatAt(kStart + 5 * kHour, 3)}).ok());
  // One hour of "short" is over by the newest sample, in the middle of its block.
  EXPECT_EQ(Dump(),
            "m{l=\"long\"}: 0=1 3600000=2\nm{l=\"other\"}: 0=1 3600000=2\n"
            "m{l=\"short\"}: 3600000=2 18000000=3\n");
  EXPECT_EQ(Dump(Between(kStart, kStart + kHour)), "m{l=\"long\"}: 0=1\nm{l=\"other\"}: 0=1\n");
  ASSERT_TRUE(Put(Named("m", "short"), {FloatAt(kStart + 30 * kHour, 4)}).ok());
  // A series may still be listed by its block, but has no samples.
  EXPECT_EQ(Dump(), "m{l=\"long\"}: 0=1 3600000=2\nm{l=\"other\"}:\nm{l=\"short\"}: 108000000=4\n");
  ASSERT_TRUE(db_->Maintain().ok());
  ASSERT_FALSE(db_->Stats(1).blocks.empty());
  EXPECT_EQ(db_->Stats(1).blocks[0].series, 1U);
  const std::string id = db_->Stats(1).blocks[0].id;
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(db_->Stats(1).blocks[0].id, id) << "written again once is enough";
  // Rules can change while the store runs.
  db_->SetRetentionRules({{{model::Matcher::Equal("l", "long")}, base::Hours(29)}});
  EXPECT_EQ(Dump(Between(kStart, kStart + 4 * kHour)), "m{l=\"long\"}: 3600000=2\n");
  ASSERT_TRUE(db_->Maintain().ok());
  EXPECT_EQ(db_->Stats(1).blocks[0].samples, 1U) << "written again for rules that are new";
  // Without rules the blocks show what is left of them.
  options_.retention_rules.clear();
  Open();
  EXPECT_EQ(Dump(Between(kStart, kStart + 4 * kHour)), "m{l=\"long\"}: 3600000=2\n");
}

}  // namespace
}  // namespace sb::tsdb
