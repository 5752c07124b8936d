// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/metric_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

using ::testing::HasSubstr;

class MetricLinesTest : public ::testing::Test {
 protected:
  MetricLines NewLines() { return {&store_, &losses_, {}, base::TimestampMs(1'000'000)}; }
  static void Add(MetricLines* lines, std::string_view name, int64_t time_ms, double value) {
    std::vector<model::Label> labels = {{"__name__", name}, {"job", "x"}};
    lines->Add(&labels, time_ms, value);
  }

  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
};

TEST_F(MetricLinesTest, StoresAllAndResolvesASeriesOnce) {
  MetricLines lines = NewLines();
  lines.SetExtraLabels({{"job", "y"}, {"site", "here"}});
  Add(&lines, "a", 1, 10);
  Add(&lines, "a", 2, 11);
  const MetricLinesReply reply = lines.Finish();
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.stored, 2U);
  EXPECT_EQ(store_.resolve_count(), 1U);
  ASSERT_NE(store_.Find("a{job=\"y\", site=\"here\"}"), nullptr);
}

TEST_F(MetricLinesTest, FaultsAndRefusalsTouchNoOther) {
  MetricLines lines = NewLines();
  Add(&lines, "a", 5, 10);
  lines.Fault(2, "nonsense");
  Add(&lines, "a", 5, 99);  // another value at the same time
  Add(&lines, "b", 5, 1);
  const MetricLinesReply reply = lines.Finish();
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.stored, 2U);
  EXPECT_EQ(reply.refused, 2U);
  EXPECT_THAT(reply.message, HasSubstr("line 2: nonsense"));
  EXPECT_EQ(losses_.Get(LossReason::kMetricLineMalformed), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kDuplicateTimestamp), 1U);
}

TEST_F(MetricLinesTest, ShowsTheFirstFaultsAndCountsTheRest) {
  MetricLines lines = NewLines();
  for (size_t i = 1; i <= MetricLines::kFaultsShown + 3; ++i) {
    lines.Fault(i, "bad");
  }
  const MetricLinesReply reply = lines.Finish();
  EXPECT_THAT(reply.message, HasSubstr("line 10: bad\nand 3 more lines"));
  EXPECT_EQ(reply.refused, MetricLines::kFaultsShown + 3);
}

TEST_F(MetricLinesTest, WhatWasFlushedStaysWhenTheStoreFails) {
  MetricLines lines = NewLines();
  Add(&lines, "a", 1, 1);
  EXPECT_TRUE(lines.Flush().ok());
  store_.commit_status = base::ResourceExhausted("disk full");
  Add(&lines, "a", 2, 2);
  const MetricLinesReply reply = lines.Finish();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.stored, 1U);
  EXPECT_EQ(store_.sample_count(), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kDiskFull), 1U);
}

TEST_F(MetricLinesTest, SeriesOverTheLimitAreToBeSentAgain) {
  store_.series_max = 1;
  MetricLines lines = NewLines();
  Add(&lines, "a", 1, 1);
  Add(&lines, "b", 1, 1);
  const MetricLinesReply reply = lines.Finish();
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.stored, 1U);
}

TEST_F(MetricLinesTest, StaleReferencesAreResolvedAgain) {
  MetricLines lines = NewLines();
  Add(&lines, "a", 1, 1);
  EXPECT_TRUE(lines.Flush().ok());
  store_.ForgetReferences();
  Add(&lines, "a", 2, 2);
  EXPECT_EQ(lines.Finish().status, 204);
  EXPECT_EQ(store_.sample_count(), 2U);
}

}  // namespace
}  // namespace sb::ingest
