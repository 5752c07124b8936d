// SPDX-License-Identifier: Apache-2.0
#include "slo/burn_rate.h"

#include <gtest/gtest.h>

namespace sb::slo {
namespace {

TEST(BurnRateTest, WorkbookRatesOfThirtyDays) {
  const AlertWindows windows = WorkbookWindows(base::Hours(24 * 30));
  EXPECT_EQ(windows.page_quick.BurnRate(windows.period), 14.4);
  EXPECT_EQ(windows.page_slow.BurnRate(windows.period), 6);
  EXPECT_EQ(windows.ticket_quick.BurnRate(windows.period), 3);
  EXPECT_EQ(windows.ticket_slow.BurnRate(windows.period), 1);
}

TEST(BurnRateTest, BudgetIsEmptyWhenErrorsReachTheObjective) {
  EXPECT_NEAR(BudgetOf(999, 1000, 0.999).remaining, 0, 1e-9);
  EXPECT_NEAR(BudgetOf(998, 1000, 0.999).remaining, -1, 1e-9);
  EXPECT_FALSE(BudgetOf(998, 1000, 0.999).met);
}

TEST(BurnRateTest, WithoutEventsNothingIsLost) {
  EXPECT_EQ(BudgetOf(0, 0, 0.99).remaining, 1);
  EXPECT_TRUE(BudgetOf(0, 0, 0.99).met);
}

TEST(BurnRateTest, ExhaustionIsThePeriodOverTheRate) {
  EXPECT_EQ(HoursToExhaustion(14.4, base::Hours(720)), 50);
  EXPECT_EQ(HoursToExhaustion(0, base::Hours(720)), 0);
}

}  // namespace
}  // namespace sb::slo
