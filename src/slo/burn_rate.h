// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of error budgets and multi-window, multi-burn-rate alerts.
//
// A burn rate of 1 uses up the budget exactly in the period. An alert for a share of the budget in
// a long window fires above share × period / window; the short window ends it soon after the end of
// the trouble. Source: the SRE workbook, chapter 5.
//
// Threads: values, pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "base/time.h"
#include "config/node.h"

namespace sb::slo {

struct AlertWindow {
  double budget_percent = 0;
  base::DurationMs short_window{0};
  base::DurationMs long_window{0};
  double fixed_burn_rate = 0;  // above 0: instead of what follows from the percentage
  bool disabled = false;       // no alert watches it

  double BurnRate(base::DurationMs period) const;
  // The error ratio above which it fires.
  double Threshold(base::DurationMs period, double objective_ratio) const;
};

struct AlertWindows {
  base::DurationMs period{0};
  AlertWindow page_quick, page_slow, ticket_quick, ticket_slow;
};

// 2 % in an hour, 5 % in six hours; 10 % in a day, 10 % in three days.
AlertWindows WorkbookWindows(base::DurationMs period);
// A file of kind AlertWindows (Sloth).
base::Result<AlertWindows> ReadAlertWindows(const config::Node& node, const std::string& file);

// What is left of the budget: 1 at the start, 0 when it is used up, negative beyond.
struct BudgetState {
  double sli = 1;        // share of good events
  double burn_rate = 0;  // error ratio over error budget
  double remaining = 1;
  bool met = true;
};
BudgetState BudgetOf(double good, double total, double objective_ratio);

// When the whole budget is gone if `burn_rate` goes on; 0 when it is not positive.
double HoursToExhaustion(double burn_rate, base::DurationMs period);

}  // namespace sb::slo
