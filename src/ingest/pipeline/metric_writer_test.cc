// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/metric_writer.h"

#include <gtest/gtest.h>

#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

constexpr base::TimestampMs kNow(1'000'000);

class FixedSeries final : public SeriesSource {
 public:
  base::Status ReadLabels(size_t series, std::vector<model::Label>* labels) override {
    *labels = {{"__name__", "up"}, {"job", series == 0 ? "a" : "b"}};
    return base::OkStatus();
  }
  void Rebind(size_t series, store::SeriesRef ref) override { rebound.emplace_back(series, ref); }

  std::vector<std::pair<size_t, store::SeriesRef>> rebound;
};

class MetricWriterTest : public ::testing::Test {
 protected:
  MetricWriter NewWriter(const MetricLimits& limits = {}) {
    return MetricWriter(store_.NewAppender(), limits, kNow);
  }
  store::SeriesRef ResolveUp(MetricWriter* writer, size_t series) {
    std::vector<model::Label> labels;
    EXPECT_TRUE(source_.ReadLabels(series, &labels).ok());
    return writer->Resolve(labels, 1);
  }

  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  FixedSeries source_;
};

TEST_F(MetricWriterTest, GoodSamplesOfABatchAreKeptWhenOthersAreRefused) {
  MetricWriter writer = NewWriter();
  const store::SeriesRef a = ResolveUp(&writer, 0);
  const store::SeriesRef b = ResolveUp(&writer, 1);
  store_.time_min_ms = 10;
  const store::RefSample batch[] = {{a, 100, 1}, {a, 90, 1}, {a, 100, 2},           {a, 100, 1},
                                    {b, 5, 1},   {b, 50, 1}, {b, 1'000'000'000, 7}, {a, 80, 1}};
  const uint32_t series[] = {0, 0, 0, 0, 1, 1, 1, 0};
  writer.AppendFloats(batch, series, &source_);
  const auto result = writer.Commit(&losses_);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->accepted.samples, 3U);
  EXPECT_EQ(store_.sample_count(), 2U);
  ASSERT_EQ(result->rejected.size(), 4U);
  EXPECT_EQ(losses_.Get(LossReason::kOutOfOrder), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kDuplicateTimestamp), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kTooOld), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kTooFarInFuture), 1U);
  for (const Rejection& rejection : result->rejected) {
    if (rejection.reason == LossReason::kOutOfOrder) {
      EXPECT_EQ(rejection.count, 2U);
      EXPECT_EQ(rejection.first_message,
                "out of order sample for series {__name__=\"up\", job=\"a\"}");
    }
  }
}

TEST_F(MetricWriterTest, AStaleReferenceIsResolvedAgain) {
  MetricWriter first = NewWriter();
  const store::SeriesRef stale = ResolveUp(&first, 0);
  ASSERT_TRUE(first.Commit(&losses_).ok());
  store_.ForgetReferences();

  MetricWriter writer = NewWriter();
  const store::RefSample batch[] = {{stale, 100, 1}, {stale, 200, 2}};
  const uint32_t series[] = {0, 0};
  writer.AppendFloats(batch, series, &source_);
  const auto result = writer.Commit(&losses_);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->accepted.samples, 2U);
  EXPECT_TRUE(result->rejected.empty());
  ASSERT_FALSE(source_.rebound.empty());
  EXPECT_NE(source_.rebound[0].second, stale);
  EXPECT_EQ(store_.Find("up{job=\"a\"}")->samples.size(), 2U);
}

TEST_F(MetricWriterTest, LimitsAndBadLabelsRejectTheSeriesWithItsSamples) {
  MetricWriter writer =
      NewWriter({.label_count_max = 3, .label_name_bytes_max = 10, .label_value_bytes_max = 20});
  const std::string long_name(11, 'n');
  const std::string long_value(21, 'v');
  const auto refused = [&](std::vector<model::Label> labels) {
    return writer.Resolve(labels, 5) == store::SeriesRef::kNone;
  };
  EXPECT_TRUE(refused({{"__name__", "x"}, {"a", "1"}, {"b", "1"}, {"c", "1"}}));
  EXPECT_TRUE(refused({{"__name__", "x"}, {long_name, "1"}}));
  EXPECT_TRUE(refused({{"__name__", "x"}, {"a", long_value}}));
  EXPECT_TRUE(refused({{"__name__", "x"}, {"a", "\xff"}}));
  EXPECT_TRUE(refused({{"a", "1"}}));
  EXPECT_FALSE(refused({{"__name__", "x"}, {"a", "1"}, {"b", "1"}}));
  ASSERT_TRUE(writer.Commit(&losses_).ok());
  EXPECT_EQ(losses_.Get(LossReason::kLabelCountLimit), 5U);
  EXPECT_EQ(losses_.Get(LossReason::kLabelNameLimit), 5U);
  EXPECT_EQ(losses_.Get(LossReason::kLabelValueLimit), 5U);
  EXPECT_EQ(losses_.Get(LossReason::kInvalidLabels), 10U);
}

TEST_F(MetricWriterTest, TheSeriesLimitLeavesKnownSeriesAlone) {
  store_.series_max = 1;
  MetricWriter writer = NewWriter();
  const store::SeriesRef a = ResolveUp(&writer, 0);
  EXPECT_EQ(ResolveUp(&writer, 1), store::SeriesRef::kNone);
  writer.Append(a, {.time_ms = 1, .value = 2, .histogram = {}}, 0, &source_);
  const auto result = writer.Commit(&losses_);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->accepted.samples, 1U);
  EXPECT_EQ(losses_.Get(LossReason::kSeriesLimit), 1U);
}

TEST_F(MetricWriterTest, AFailureOfTheStoreLeavesNothingBehind) {
  for (const base::Status& failure :
       {base::ResourceExhausted("no space left on device"), base::Unavailable("I/O error")}) {
    store_.commit_status = failure;
    MetricWriter writer = NewWriter();
    const store::SeriesRef a = ResolveUp(&writer, 0);
    writer.Append(a, {.time_ms = 1, .value = 2, .histogram = {}}, 0, &source_);
    const auto result = writer.Commit(&losses_);
    EXPECT_EQ(result.status().code(), failure.code());
    EXPECT_EQ(store_.sample_count(), 0U);
  }
  EXPECT_EQ(losses_.Get(LossReason::kDiskFull), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kStoreUnavailable), 1U);
}

TEST_F(MetricWriterTest, AFailureWhileAppendingRollsBackTheWholeBatch) {
  MetricWriter writer = NewWriter();
  const store::SeriesRef a = ResolveUp(&writer, 0);
  writer.Append(a, {.time_ms = 1, .value = 2, .histogram = {}}, 0, &source_);
  store_.append_status = base::Unavailable("shutting down");
  writer.Append(a, {.time_ms = 2, .value = 2, .histogram = {}}, 0, &source_);
  EXPECT_TRUE(writer.failed());
  EXPECT_EQ(writer.Commit(&losses_).status().code(), base::StatusCode::kUnavailable);
  EXPECT_EQ(store_.series_count(), 0U);
}

TEST_F(MetricWriterTest, HistogramsExemplarsAndMetadataAreCountedApart) {
  MetricWriter writer = NewWriter();
  const store::SeriesRef a = ResolveUp(&writer, 0);
  auto histogram = std::make_shared<model::Histogram>();
  histogram->count = 1;
  histogram->zero_count = 1;
  histogram->integer_counts = true;
  writer.Append(a, {.time_ms = 1, .histogram = histogram}, 0, &source_);
  auto broken = std::make_shared<model::Histogram>(*histogram);
  broken->positive_spans = {{0, 3}};
  writer.Append(a, {.time_ms = 2, .histogram = broken}, 0, &source_);
  const model::LabelSet trace = model::LabelSet::FromPairs({{"trace_id", "x"}});
  writer.AppendExemplar(a, {trace, 1, 50, true}, 0, &source_);
  writer.AppendExemplar(a, {trace, 1, 40, true}, 0, &source_);
  writer.AppendExemplar(a, {trace, 1, 2'000'000, true}, 0, &source_);
  writer.SetMetadata(a, {model::MetricType::kGauge, "", "help"}, 0, &source_);
  const auto result = writer.Commit(&losses_);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->accepted.samples, 0U);
  EXPECT_EQ(result->accepted.histograms, 1U);
  EXPECT_EQ(result->accepted.exemplars, 1U);
  EXPECT_EQ(result->accepted.metadata, 1U);
  EXPECT_EQ(losses_.Get(LossReason::kInvalidHistogram), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kExemplarOutOfOrder), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kInvalidExemplar), 1U);
}

}  // namespace
}  // namespace sb::ingest
