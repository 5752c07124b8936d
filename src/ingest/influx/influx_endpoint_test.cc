// SPDX-License-Identifier: Apache-2.0
#include "ingest/influx/influx_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/pipeline/testing/fake_store.h"

namespace sb::ingest {
namespace {

using ::testing::HasSubstr;

class InfluxEndpointTest : public ::testing::Test {
 protected:
  MetricLinesReply Write(std::string_view body, std::string_view precision = "") {
    InfluxRequest request;
    request.body = body;
    request.precision = precision;
    return endpoint_.Write(request);
  }
  int64_t TimeOf(const std::string& series) {
    const FakeStore::Series* found = store_.Find(series);
    return found == nullptr ? -1 : found->samples.back().time_ms;
  }

  base::SimulatedEnv env_{1};
  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  InfluxEndpoint endpoint_{&store_, &env_, &losses_, &registry_};
};

TEST_F(InfluxEndpointTest, FieldsBecomeSeriesAndTagsLabels) {
  EXPECT_EQ(Write("cpu,host=a user=12.5,idle=80i 1700000000123456789").status, 204);
  ASSERT_NE(store_.Find("cpu_user{host=\"a\"}"), nullptr);
  EXPECT_EQ(store_.Find("cpu_user{host=\"a\"}")->samples[0].value, 12.5);
  EXPECT_EQ(store_.Find("cpu_idle{host=\"a\"}")->samples[0].value, 80);
  EXPECT_EQ(TimeOf("cpu_idle{host=\"a\"}"), 1'700'000'000'123);
}

TEST_F(InfluxEndpointTest, PrecisionIsTheUnitOfTime) {
  EXPECT_EQ(Write("a v=1 1700000000123456", "us").status, 204);
  EXPECT_EQ(Write("b v=1 1700000000123", "ms").status, 204);
  EXPECT_EQ(Write("c v=1 1700000000", "s").status, 204);
  EXPECT_EQ(Write("d v=1 28333333", "m").status, 204);
  EXPECT_EQ(Write("e v=1 472222", "h").status, 204);
  EXPECT_EQ(TimeOf("a_v"), 1'700'000'000'123);
  EXPECT_EQ(TimeOf("b_v"), 1'700'000'000'123);
  EXPECT_EQ(TimeOf("c_v"), 1'700'000'000'000);
  EXPECT_EQ(TimeOf("d_v"), 1'699'999'980'000);
  EXPECT_EQ(TimeOf("e_v"), 1'699'999'200'000);
  EXPECT_EQ(Write("f v=1 1", "days").status, 400);
  EXPECT_EQ(Write("f v=1 9223372036854775807", "s").message,
            "line 1: the timestamp is out of range in this precision: 9223372036854775807");
}

TEST_F(InfluxEndpointTest, WithoutTimeItIsNow) {
  EXPECT_EQ(Write("a v=1").status, 204);
  EXPECT_EQ(TimeOf("a_v"), env_.clock().NowMs().Value());
}

TEST_F(InfluxEndpointTest, GoodLinesOfABadBodyAreKept) {
  const MetricLinesReply reply = Write("a v=1\nb v=oops\nc v=3,note=\"text\"\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.message, HasSubstr("line 2: field \"v\""));
  EXPECT_EQ(reply.stored, 2U);
  EXPECT_EQ(reply.refused, 1U);
  EXPECT_NE(store_.Find("c_v"), nullptr);
  EXPECT_EQ(losses_.Get(LossReason::kMetricLineMalformed), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kMetricTextField), 1U);
}

TEST_F(InfluxEndpointTest, DatabaseBecomesALabelUnlessATagHasItsName) {
  InfluxRequest request;
  request.body = "a v=1\nb,db=own v=1";
  request.database = "telegraf";
  request.extra_labels = {{"site", "here"}};
  EXPECT_EQ(endpoint_.Write(request).status, 204);
  EXPECT_NE(store_.Find("a_v{db=\"telegraf\", site=\"here\"}"), nullptr);
  EXPECT_NE(store_.Find("b_v{db=\"own\", site=\"here\"}"), nullptr);
}

TEST_F(InfluxEndpointTest, TooFarInTheFutureAndDuplicatesAreReported) {
  EXPECT_THAT(Write("a v=1 4000000000", "s").message, HasSubstr("too far in the future"));
  EXPECT_EQ(Write("b v=1 1000", "s").status, 204);
  EXPECT_EQ(Write("b v=1 1000", "s").status, 204);  // the same again is no fault
  EXPECT_EQ(Write("b v=2 1000", "s").status, 400);
  EXPECT_EQ(losses_.Get(LossReason::kDuplicateTimestamp), 1U);
}

TEST_F(InfluxEndpointTest, StoreThatFailsAsksForARetry) {
  store_.commit_status = base::Unavailable("starting");
  EXPECT_EQ(Write("a v=1").status, 503);
}

}  // namespace
}  // namespace sb::ingest
