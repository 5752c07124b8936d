// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace sb::load {
namespace {

using Kind = Decision::Kind;

Scenario Plan(ExecutorKind kind) {
  Scenario plan;
  plan.name = "s";
  plan.kind = kind;
  return plan;
}

TEST(VuScheduleTest, SharedIterationsAreSharedExactly) {
  Scenario plan = Plan(ExecutorKind::kSharedIterations);
  plan.vus = 3;
  plan.iterations = 10;
  VuSchedule schedule(plan);
  int ran = 0;
  for (uint32_t i = 0; i < 30; i++) ran += schedule.Next(i % 3, kSecond).kind == Kind::kRun;
  EXPECT_EQ(ran, 10);
}

TEST(VuScheduleTest, PerVuIterationsAreEachUsersOwn) {
  Scenario plan = Plan(ExecutorKind::kPerVuIterations);
  plan.vus = 2;
  plan.iterations = 3;
  plan.duration = 5 * kSecond;
  VuSchedule schedule(plan);
  for (int i = 0; i < 3; i++) EXPECT_EQ(schedule.Next(0, 0).kind, Kind::kRun);
  EXPECT_EQ(schedule.Next(0, 0).kind, Kind::kDone);
  EXPECT_EQ(schedule.Next(1, 0).deadline, 35 * kSecond);
  EXPECT_EQ(schedule.Next(1, 5 * kSecond).kind, Kind::kDone);
}

TEST(VuScheduleTest, ConstantVusLoopUntilTheEnd) {
  Scenario plan = Plan(ExecutorKind::kConstantVus);
  plan.duration = 2 * kSecond;
  plan.graceful_stop = kSecond;
  VuSchedule schedule(plan);
  EXPECT_EQ(schedule.Next(0, 2 * kSecond - 1).kind, Kind::kRun);
  EXPECT_EQ(schedule.Next(0, 0).deadline, 3 * kSecond);
  EXPECT_EQ(schedule.Next(0, 2 * kSecond).kind, Kind::kDone);
}

TEST(VuScheduleTest, RampsInEqualSteps) {
  Scenario plan = Plan(ExecutorKind::kRampingVus);
  plan.vus = 1;
  plan.stages = {{2 * kSecond, 5}, {4 * kSecond, 5}, {kSecond, 0}};
  VuSchedule schedule(plan);
  EXPECT_EQ(plan.VusMax(), 5u);
  EXPECT_EQ(schedule.Active(0), 1u);
  EXPECT_EQ(schedule.Active(kSecond / 2), 2u);
  EXPECT_EQ(schedule.Active(kSecond), 3u);
  EXPECT_EQ(schedule.Active(2 * kSecond), 5u);
  EXPECT_EQ(schedule.Active(6 * kSecond - 1), 5u);
  EXPECT_EQ(schedule.Active(6 * kSecond + 200 * kMilli), 4u);
  EXPECT_EQ(schedule.Active(7 * kSecond), 0u);
  const Decision later = schedule.Next(4, 0);
  EXPECT_EQ(later.kind, Kind::kWait);
  EXPECT_EQ(later.at, 2 * kSecond);
  EXPECT_EQ(schedule.Next(4, 6 * kSecond + 200 * kMilli).kind, Kind::kDone);
}

TEST(VuScheduleTest, GracefulRampDownAndStopBoundAnIteration) {
  Scenario plan = Plan(ExecutorKind::kRampingVus);
  plan.vus = 2;
  plan.graceful_ramp_down = 3 * kSecond;
  plan.graceful_stop = kSecond;
  plan.stages = {{0, 1}, {10 * kSecond, 1}};
  VuSchedule schedule(plan);
  EXPECT_EQ(schedule.Next(1, 0).kind, Kind::kDone);
  EXPECT_EQ(schedule.Next(0, 0).deadline, 11 * kSecond);
  plan.stages = {{5 * kSecond, 2}, {0, 1}, {10 * kSecond, 1}};
  VuSchedule down(plan);
  EXPECT_EQ(down.Next(1, 0).deadline, 8 * kSecond);
}

TEST(VuScheduleTest, AUserComesBackWithTheNextRamp) {
  Scenario plan = Plan(ExecutorKind::kRampingVus);
  plan.vus = 0;
  plan.stages = {{kSecond, 1}, {kSecond, 0}, {kSecond, 1}, {kSecond, 0}};
  VuSchedule schedule(plan);
  EXPECT_EQ(schedule.Next(0, 0).at, kSecond);
  EXPECT_EQ(schedule.Next(0, kSecond).kind, Kind::kRun);
  const Decision next = schedule.Next(0, 2 * kSecond);
  EXPECT_EQ(next.kind, Kind::kWait);
  EXPECT_EQ(next.at, 3 * kSecond);
  EXPECT_EQ(schedule.Next(0, 4 * kSecond).kind, Kind::kDone);
}

std::vector<Nanos> All(const Scenario& plan) {
  ArrivalSchedule schedule(plan);
  std::vector<Nanos> out;
  while (const auto at = schedule.Next()) out.push_back(*at);
  return out;
}

TEST(ArrivalScheduleTest, ConstantRateIsEvenlySpaced) {
  Scenario plan = Plan(ExecutorKind::kConstantArrivalRate);
  plan.rate = 10;
  plan.duration = 3 * kSecond;
  const auto moments = All(plan);
  ASSERT_EQ(moments.size(), 30u);
  EXPECT_EQ(moments[0], 0);
  EXPECT_EQ(moments[29], 2900 * kMilli);
}

TEST(ArrivalScheduleTest, RampStartsTheAreaUnderTheRate) {
  Scenario plan = Plan(ExecutorKind::kRampingArrivalRate);
  plan.rate = 0;
  plan.stages = {{10 * kSecond, 100}, {10 * kSecond, 100}, {10 * kSecond, 0}};
  const auto moments = All(plan);
  // 500 + 1000 + 500 iterations.
  ASSERT_EQ(moments.size(), 2000u);
  EXPECT_TRUE(std::ranges::is_sorted(moments));
  EXPECT_NEAR(double(moments[499]), 10.0 * double(kSecond), double(kMilli));
  EXPECT_NEAR(double(moments[1499]), 20.0 * double(kSecond), double(kMilli));
  // A quarter of the first ramp's iterations fall into its first half.
  EXPECT_NEAR(double(moments[124]), 5.0 * double(kSecond), 2 * double(kMilli));
}

}  // namespace
}  // namespace sb::load
