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
              base::ResourceExhausted(
                  "query processing would load too many samples into memory in query execution: "
                  "more than 10 at a time; select fewer series, a shorter range or a larger step, "
                  "or raise query.samples_max"));
    EXPECT_EQ(context.current_samples(), 6);
    EXPECT_TRUE(context.Lease(4).ok());
  }
  EXPECT_EQ(context.current_samples(), 0);
  EXPECT_EQ(context.peak_samples(), 11);
  EXPECT_TRUE(context.Lease(10).ok());
}

TEST(QueryContextTest, HoldsNoMoreBytesThanAllowed) {
  const base::SimulatedClock clock;
  QueryContext context(clock, {.bytes_max = 100});
  const auto samples = context.Lease(5);
  ASSERT_TRUE(samples.ok());
  EXPECT_EQ(context.current_bytes(), 80);
  EXPECT_EQ(context.LeaseBytes(21).status(),
            base::ResourceExhausted(
                "query would hold more than 100 bytes of memory: select fewer series, a shorter "
                "range or a larger step, or raise query.memory_max"));
  EXPECT_TRUE(context.LeaseBytes(20).ok());
  EXPECT_EQ(context.current_bytes(), 80);
  EXPECT_EQ(context.peak_bytes(), 100);
}

TEST(QueryContextTest, AllQueriesTogetherHoldNoMoreThanTheirBudget) {
  const base::SimulatedClock clock;
  MemoryBudget budget(200);
  QueryContext one(clock, {.maybe_budget = &budget});
  QueryContext two(clock, {.maybe_budget = &budget});
  QueryContext rule(clock, {.maybe_budget = &budget, .rank = MemoryBudget::Rank::kRule});
  {
    const auto held = one.LeaseBytes(150);
    ASSERT_TRUE(held.ok());
    EXPECT_EQ(two.Lease(4).status(),
              base::Unavailable("all queries together would hold more than 200 bytes of memory: "
                                "ask again later, select less, or raise query.memory_total"));
    EXPECT_EQ(two.current_samples(), 0);
    EXPECT_EQ(budget.used(), 150);
    const auto of_rule = rule.LeaseBytes(100);
    EXPECT_TRUE(of_rule.ok()) << "a rule does not wait behind dashboards";
    EXPECT_FALSE(budget.HasRoomForAnother());
  }
  EXPECT_EQ(budget.used(), 0);
  EXPECT_EQ(budget.peak(), 250);
  EXPECT_TRUE(two.Lease(4).ok());
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
