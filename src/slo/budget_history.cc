// SPDX-License-Identifier: Apache-2.0
#include "slo/budget_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "query/promql/parser.h"

namespace sb::slo {
namespace {

constexpr std::string_view kHeader = "signalbox slo hours 1\n";

double BurnRate(const Events& events, const Objective& objective) {
  return events.total > 0 ? events.errors / events.total / (1 - objective.ratio) : 0;
}

}  // namespace

void BudgetHistory::Set(const model::LabelSet& group, int64_t hour, Events events) {
  groups_[group][hour] = events;
}

void BudgetHistory::Trim(int64_t hour) {
  for (auto at = groups_.begin(); at != groups_.end();) {
    at->second.erase(at->second.begin(), at->second.lower_bound(hour));
    at = at->second.empty() ? groups_.erase(at) : std::next(at);
  }
}

Events BudgetHistory::Sum(const model::LabelSet& group, int64_t first, int64_t end) const {
  Events sum;
  const auto* hours = HoursOf(group);
  if (hours == nullptr) {
    return sum;
  }
  for (auto at = hours->lower_bound(first); at != hours->end() && at->first < end; ++at) {
    sum.total += at->second.total;
    sum.errors += at->second.errors;
  }
  return sum;
}

std::vector<model::LabelSet> BudgetHistory::Groups() const {
  std::vector<model::LabelSet> groups;
  for (const auto& [group, hours] : groups_) {
    groups.push_back(group);
  }
  return groups;
}

const std::map<int64_t, Events>* BudgetHistory::HoursOf(const model::LabelSet& group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

std::string BudgetHistory::Save() const {
  std::string text(kHeader);
  for (const auto& [group, hours] : groups_) {
    text += "g " + group.ToString() + "\n";
    for (const auto& [hour, events] : hours) {
      text += fmt::format("{} {} {}\n", hour, events.total, events.errors);
    }
  }
  return text;
}

base::Result<BudgetHistory> BudgetHistory::Load(std::string_view text) {
  if (!text.starts_with(kHeader)) {
    return base::DataLoss("not a budget history");
  }
  text.remove_prefix(kHeader.size());
  BudgetHistory history;
  model::LabelSet group;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("g ")) {
      SB_ASSIGN_OR_RETURN(group, promql::ParseMetric(line.substr(2)));
      continue;
    }
    int64_t hour = 0;
    Events events;
    const char* const last = line.data() + line.size();
    const auto a = std::from_chars(line.data(), last, hour);
    const auto b = a.ec == std::errc() && a.ptr < last
                       ? std::from_chars(a.ptr + 1, last, events.total)
                       : std::from_chars_result{last, std::errc::invalid_argument};
    const auto c = b.ec == std::errc() && b.ptr < last
                       ? std::from_chars(b.ptr + 1, last, events.errors)
                       : std::from_chars_result{last, std::errc::invalid_argument};
    if (c.ec != std::errc() || c.ptr != last) {
      return base::DataLoss("broken line in a budget history: " + std::string(line));
    }
    history.Set(group, hour, events);
  }
  return history;
}

int64_t PeriodStart(const Period& period, int64_t now_ms) {
  if (period.calendar.empty()) {
    return now_ms - period.length.Value();
  }
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now_ms)));
  const std::chrono::year_month_day date(day);
  std::chrono::sys_days start = day;
  if (period.calendar == "week") {
    const std::chrono::weekday weekday(day);
    start = day - (weekday - std::chrono::Monday);
  } else if (period.calendar == "month") {
    start = date.year() / date.month() / 1;
  } else if (period.calendar == "quarter") {
    const unsigned first = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
    start = date.year() / std::chrono::month(first) / 1;
  } else if (period.calendar == "year") {
    start = date.year() / std::chrono::January / 1;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(start.time_since_epoch()).count();
}

std::vector<BurnEvent> FindBurnEvents(const BudgetHistory& history, const model::LabelSet& group,
                                      const Objective& objective, int64_t first_hour,
                                      int64_t end_hour) {
  std::vector<BurnEvent> events;
  const auto* hours = history.HoursOf(group);
  const double budget = history.Sum(group, first_hour, end_hour).total * (1 - objective.ratio);
  if (hours == nullptr || !(budget > 0)) {
    return events;
  }
  for (auto at = hours->lower_bound(first_hour); at != hours->end() && at->first < end_hour; ++at) {
    const double rate = BurnRate(at->second, objective);
    if (rate <= 1) {
      continue;
    }
    const int64_t start_ms = at->first * kHourMs;
    if (events.empty() || events.back().end_ms != start_ms) {
      events.push_back({start_ms, start_ms, 0, 0, 0});
    }
    BurnEvent& event = events.back();
    event.end_ms = start_ms + kHourMs;
    event.errors += at->second.errors;
    event.budget_share += at->second.errors / budget;
    event.peak_burn_rate = std::max(event.peak_burn_rate, rate);
  }
  return events;
}

std::vector<BurnDownPoint> BurnDown(const BudgetHistory& history, const model::LabelSet& group,
                                    const Objective& objective, int64_t first_hour,
                                    int64_t end_hour) {
  std::vector<BurnDownPoint> points;
  const double budget = history.Sum(group, first_hour, end_hour).total * (1 - objective.ratio);
  double errors = 0;
  for (int64_t hour = first_hour; hour < end_hour; ++hour) {
    const Events events = history.Sum(group, hour, hour + 1);
    errors += events.errors;
    BurnDownPoint point;
    point.time_ms = (hour + 1) * kHourMs;
    point.remaining = budget > 0 ? 1 - errors / budget : 1;
    point.has_events = events.total > 0;
    point.sli = point.has_events ? 1 - events.errors / events.total : 1;
    points.push_back(point);
  }
  return points;
}

}  // namespace sb::slo
