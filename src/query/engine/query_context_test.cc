// SPDX-License-Identifier: Apache-2.0
#include "query/engine/query_context.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

namespace sb::query {
namespace {

TEST(QueryContextTest, IsAliveUntilItsDeadline) {
  base::SimulatedClock clock;
  const QueryContext context(clock, {.timeout_ms = 1000});
  EXPECT_TRUE(context.CheckAlive().ok());
  clock.Advance(base::Milliseconds(999));
  EXPECT_TRUE(context.CheckAlive().ok());
  clock.Advance(base::Milliseconds(1));
  EXPECT_EQ(context.CheckAlive(),
            base::DeadlineExceeded("query timed out in expression evaluation"));
}

TEST(QueryContextTest, CanBeCancelled) {
  const base::SimulatedClock clock;
  QueryContext context(clock, {});
  context.Cancel();
  EXPECT_EQ(context.CheckAlive(), base::Cancelled("query was canceled in expression evaluation"));
}

TEST(QueryContextTest, LeasesReturnWhatTheyHold) {
  const base::SimulatedClock clock;
  QueryContext context(clock, {.samples_max = 10});
  {
    auto first = context.Lease(6);
    ASSERT_TRUE(first.ok());
    SampleLease moved = std::move(*first);
    EXPECT_EQ(context.current_samples(), 6);
    EXPECT_EQ(context.Lease(5).status(),
              base::ResourceExhausted("query processing would load too many samples into memory "
                                      "in query execution"));
    EXPECT_EQ(context.current_samples(), 6);
    EXPECT_TRUE(context.Lease(4).ok());
  }
  EXPECT_EQ(context.current_samples(), 0);
  EXPECT_EQ(context.peak_samples(), 11);
  EXPECT_TRUE(context.Lease(10).ok());
}

TEST(QueryContextTest, ZeroMeansNoLimit) {
  base::SimulatedClock clock;
  QueryContext context(clock, {.timeout_ms = 0, .samples_max = 0});
  clock.Advance(base::Hours(1000));
  EXPECT_TRUE(context.CheckAlive().ok());
  EXPECT_TRUE(context.Lease(int64_t{1} << 50).ok());
}

TEST(ErrorKindTest, FollowsTheStatusCode) {
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::InvalidArgument("x"))), "bad_data");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::FailedPrecondition("x"))), "execution");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::ResourceExhausted("x"))), "execution");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::Cancelled("x"))), "canceled");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::DeadlineExceeded("x"))), "timeout");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::DataLoss("x"))), "internal");
  EXPECT_EQ(ErrorKindName(ErrorKindOf(base::Unavailable("x"))), "unavailable");
}

}  // namespace
}  // namespace sb::query
