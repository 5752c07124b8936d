// SPDX-License-Identifier: Apache-2.0
//
// BudgetHistory knows for each hour how many events there were and how many of them were errors, so
// that a budget over weeks is a sum of a few hundred numbers instead of a query over weeks.
//
// Hours are whole hours since the epoch. Threads: none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "slo/burn_rate.h"
#include "slo/objective.h"

namespace sb::slo {

inline constexpr int64_t kHourMs = 3'600'000;
inline constexpr int64_t kHistoryHoursMax = 24 * 400;

struct Events {
  double total = 0;
  double errors = 0;
};

class BudgetHistory {
 public:
  void Set(const model::LabelSet& group, int64_t hour, Events events);
  // Forgets hours before `hour`.
  void Trim(int64_t hour);
  // Of hours [first, end).
  Events Sum(const model::LabelSet& group, int64_t first, int64_t end) const;
  std::vector<model::LabelSet> Groups() const;
  const std::map<int64_t, Events>* HoursOf(const model::LabelSet& group) const;
  bool empty() const { return groups_.empty(); }

  // Text for the catalog, and back. kDataLoss for text that is none of ours.
  std::string Save() const;
  static base::Result<BudgetHistory> Load(std::string_view text);

 private:
  std::map<model::LabelSet, std::map<int64_t, Events>> groups_;
};

// Where the current period begins: rolling, or the calendar unit in UTC that holds `now_ms`.
int64_t PeriodStart(const Period& period, int64_t now_ms);

// A stretch of hours in which the budget burnt faster than it may.
struct BurnEvent {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  double errors = 0;
  double budget_share = 0;  // of the whole budget of the period
  double peak_burn_rate = 0;
};
std::vector<BurnEvent> FindBurnEvents(const BudgetHistory& history, const model::LabelSet& group,
                                      const Objective& objective, int64_t first_hour,
                                      int64_t end_hour);

// What is left of the budget at the end of each hour of the period.
struct BurnDownPoint {
  int64_t time_ms = 0;
  double remaining = 1;
  double sli = 1;  // of this hour
  bool has_events = false;
};
std::vector<BurnDownPoint> BurnDown(const BudgetHistory& history, const model::LabelSet& group,
                                    const Objective& objective, int64_t first_hour,
                                    int64_t end_hour);

}  // namespace sb::slo
