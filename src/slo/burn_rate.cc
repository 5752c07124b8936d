// SPDX-License-Identifier: Apache-2.0
#include "slo/burn_rate.h"

#include "config/duration.h"
#include "slo/yaml_read.h"

namespace sb::slo {
namespace {

constexpr double kMsPerHour = 3'600'000;

base::Result<base::DurationMs> DurationAt(const config::Node& node, const std::string& file,
                                          std::initializer_list<std::string_view> path) {
  const config::Node* found = At(&node, path);
  if (found == nullptr) {
    return ErrorAt(file, node, "missing duration: " + std::string(*(path.end() - 1)));
  }
  auto duration = config::ParseDuration(found->text);
  if (!duration.ok()) {
    return ErrorAt(file, *found, std::string(duration.status().message()));
  }
  return *duration;
}

base::Result<AlertWindow> WindowAt(const config::Node& node, const std::string& file,
                                   std::string_view severity, std::string_view speed) {
  AlertWindow window;
  const auto percent = NumberAt(&node, {"spec", severity, speed, "errorBudgetPercent"});
  if (!percent || *percent <= 0) {
    return ErrorAt(file, node, "errorBudgetPercent must be above 0");
  }
  window.budget_percent = *percent;
  SB_ASSIGN_OR_RETURN(window.short_window,
                      DurationAt(node, file, {"spec", severity, speed, "shortWindow"}));
  SB_ASSIGN_OR_RETURN(window.long_window,
                      DurationAt(node, file, {"spec", severity, speed, "longWindow"}));
  if (window.short_window >= window.long_window) {
    return ErrorAt(file, node, "the short window must be shorter than the long one");
  }
  return window;
}

}  // namespace

double AlertWindow::BurnRate(base::DurationMs period) const {
  if (fixed_burn_rate > 0) {
    return fixed_burn_rate;
  }
  // In this order of operations, so that the digits are those that other tools print.
  const double hours = budget_percent * (static_cast<double>(period.Value()) / kMsPerHour) / 100;
  return hours / (static_cast<double>(long_window.Value()) / kMsPerHour);
}

double AlertWindow::Threshold(base::DurationMs period, double objective_ratio) const {
  return BurnRate(period) * (1 - objective_ratio);
}

AlertWindows WorkbookWindows(base::DurationMs period) {
  return {period,
          {2, base::Minutes(5), base::Hours(1)},
          {5, base::Minutes(30), base::Hours(6)},
          {10, base::Hours(2), base::Hours(24)},
          {10, base::Hours(6), base::Hours(72)}};
}

base::Result<AlertWindows> ReadAlertWindows(const config::Node& node, const std::string& file) {
  AlertWindows windows;
  SB_ASSIGN_OR_RETURN(windows.period, DurationAt(node, file, {"spec", "sloPeriod"}));
  SB_ASSIGN_OR_RETURN(windows.page_quick, WindowAt(node, file, "page", "quick"));
  SB_ASSIGN_OR_RETURN(windows.page_slow, WindowAt(node, file, "page", "slow"));
  SB_ASSIGN_OR_RETURN(windows.ticket_quick, WindowAt(node, file, "ticket", "quick"));
  SB_ASSIGN_OR_RETURN(windows.ticket_slow, WindowAt(node, file, "ticket", "slow"));
  return windows;
}

BudgetState BudgetOf(double good, double total, double objective_ratio) {
  BudgetState state;
  if (!(total > 0)) {
    return state;  // nothing happened: nothing was lost
  }
  state.sli = good / total;
  state.burn_rate = (1 - state.sli) / (1 - objective_ratio);
  state.remaining = 1 - state.burn_rate;
  state.met = state.sli >= objective_ratio;
  return state;
}

double HoursToExhaustion(double burn_rate, base::DurationMs period) {
  return burn_rate > 0 ? static_cast<double>(period.Value()) / kMsPerHour / burn_rate : 0;
}

}  // namespace sb::slo
