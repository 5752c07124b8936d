// SPDX-License-Identifier: Apache-2.0
#include "slo/objective.h"

#include <fmt/format.h>

namespace sb::slo {

std::string WithWindow(std::string_view query, std::string_view window) {
  std::string out;
  for (size_t i = 0; i < query.size();) {
    const size_t open = query.find("{{", i);
    const size_t close = open == std::string_view::npos ? open : query.find("}}", open);
    if (close == std::string_view::npos) {
      return out + std::string(query.substr(i));
    }
    std::string_view inside = query.substr(open + 2, close - open - 2);
    while (!inside.empty() && (inside.front() == ' ' || inside.front() == '-')) {
      inside.remove_prefix(1);
    }
    while (!inside.empty() && (inside.back() == ' ' || inside.back() == '-')) {
      inside.remove_suffix(1);
    }
    out += query.substr(i, open - i);
    out += inside == ".window" ? window : query.substr(open, close + 2 - open);
    i = close + 2;
  }
  return out;
}

std::string ErrorRatioQuery(const Objective& objective, std::string_view window) {
  const std::string error = WithWindow(objective.error_query, window);
  switch (objective.kind) {
    case SliKind::kEvents:
      return fmt::format("({})\n/\n({})\n", error, WithWindow(objective.total_query, window));
    case SliKind::kErrorRatio:
      return fmt::format("({})", error);
    case SliKind::kSuccessRatio:
      return fmt::format("1 - ({})", WithWindow(objective.total_query, window));
  }
  return error;
}

}  // namespace sb::slo
