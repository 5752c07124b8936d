// SPDX-License-Identifier: Apache-2.0
#include "slo/openslo_spec.h"

#include <fmt/format.h>

#include "slo/native_spec.h"

namespace sb::slo {
namespace {

using config::Node;
using config::NodePtr;

// "30d", "2w", "1M", "1Q", "1Y": OpenSLO's shorthand, where m is a minute and M a month.
base::Result<Period> ReadPeriod(const Node& document, const std::string& file) {
  const Node* windows = At(&document, {"spec", "timeWindow"});
  if (windows == nullptr || windows->items.empty()) {
    return ErrorAt(file, document, "timeWindow is missing");
  }
  const Node& window = *windows->items[0];
  const std::string text = TextAt(&window, {"duration"});
  const double count = NumberAt(&window, {"count"}).value_or(1);
  static constexpr std::tuple<char, int64_t, const char*> kUnits[] = {
      {'m', 0, ""},       {'h', 0, ""},         {'d', 1, "day"},   {'w', 7, "week"},
      {'M', 30, "month"}, {'Q', 91, "quarter"}, {'Y', 365, "year"}};
  int64_t number = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9' || number > 100'000) {
      return ErrorAt(file, window, "not a duration: " + text);
    }
    number = number * 10 + (text[i] - '0');
  }
  const bool rolling = FlagAt(&window, {"isRolling"});
  for (const auto& [unit, days, word] : kUnits) {
    if (text.empty() || text.back() != unit || number == 0) {
      continue;
    }
    Period period;
    const int64_t minutes = unit == 'm' ? 1 : unit == 'h' ? 60 : days * 1440;
    period.length = base::Minutes(number * minutes * static_cast<int64_t>(count));
    if (!rolling) {
      // A calendar window of "1m" means a month in many files, for nobody counts by the minute.
      period.calendar = unit == 'm' || unit == 'h' ? "month" : word;
      period.length = *CalendarLength(period.calendar);
    }
    return period;
  }
  return ErrorAt(file, window, "not a duration: " + text);
}

const Node* FindKind(const std::vector<NodePtr>& documents, std::string_view kind,
                     const std::string& name) {
  for (const NodePtr& document : documents) {
    if (TextAt(document.get(), {"kind"}) == kind &&
        TextAt(document.get(), {"metadata", "name"}) == name) {
      return document.get();
    }
  }
  return nullptr;
}

std::string QueryOf(const Node* metric) {
  const Node* source = At(metric, {"metricSource"});
  std::string type = TextAt(source, {"type"});
  for (char& c : type) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (!type.empty() && type != "prometheus") {
    return "";
  }
  const std::string query = TextAt(source, {"spec", "query"});
  return query.empty() ? TextAt(source, {"spec", "promql"}) : query;
}

// A query without window looks back as far as is asked for by its last range.
std::string WithTemplate(std::string query) {
  if (query.empty() || WithWindow(query, "5m") != query) {
    return query;
  }
  const size_t open = query.rfind('[');
  const size_t close = open == std::string::npos ? open : query.find(']', open);
  if (close != std::string::npos) {
    for (size_t at = 0; (at = query.find('[', at)) != std::string::npos;) {
      const size_t end = query.find(']', at);
      query.replace(at + 1, end - at - 1, kWindow);
      at += kWindow.size() + 2;
    }
  }
  return query;
}

void ReadIndicator(const Node* spec, const Node& objective_node, Objective* objective) {
  const Node* ratio = At(spec, {"ratioMetric"});
  if (ratio != nullptr) {
    const std::string total = WithTemplate(QueryOf(At(ratio, {"total"})));
    const std::string good = WithTemplate(QueryOf(At(ratio, {"good"})));
    const std::string bad = WithTemplate(QueryOf(At(ratio, {"bad"})));
    if (const std::string raw = WithTemplate(QueryOf(At(ratio, {"raw"}))); !raw.empty()) {
      const bool success = TextAt(ratio, {"rawType"}) != "failure";
      objective->kind = success ? SliKind::kSuccessRatio : SliKind::kErrorRatio;
      (success ? objective->total_query : objective->error_query) = raw;
      return;
    }
    objective->total_query = total;
    objective->error_query = !bad.empty()    ? bad
                             : !good.empty() ? fmt::format("({}) - ({})", total, good)
                                             : "";
    return;
  }
  const std::string query = QueryOf(At(spec, {"thresholdMetric"}));
  if (query.empty()) {
    return;
  }
  // Time counts: the share of the window in which the value is on the wrong side.
  const std::string op = TextAt(&objective_node, {"op"});
  const char* good = op == "lte" ? "<=" : op == "gt" ? ">" : op == "gte" ? ">=" : "<";
  objective->kind = SliKind::kSuccessRatio;
  objective->total_query = fmt::format("avg_over_time((({}) {} bool {})[{}:1m])", query, good,
                                       TextAt(&objective_node, {"value"}), kWindow);
}

double TargetOf(const Node& node) {
  if (const auto percent = NumberAt(&node, {"targetPercent"})) {
    return *percent / 100;
  }
  return NumberAt(&node, {"target"}).value_or(0);
}

// Each slice of time is good or bad as a whole.
void ApplySlices(const Node& node, const std::string& method, Objective* objective) {
  if (method != "Timeslices" || objective->error_query.empty() ||
      objective->kind != SliKind::kEvents) {
    return;
  }
  const std::string slice = TextAt(&node, {"timeSliceWindow"});
  const double target = NumberAt(&node, {"timeSliceTarget"}).value_or(1);
  const std::string ratio = fmt::format("({}) / ({})", WithWindow(objective->error_query, slice),
                                        WithWindow(objective->total_query, slice));
  objective->kind = SliKind::kErrorRatio;
  objective->error_query = fmt::format("avg_over_time((({}) > bool {})[{}:{}])", ratio,
                                       GoFloat(1 - target), kWindow, slice);
  objective->total_query.clear();
}

}  // namespace

bool IsOpenSlo(const Node& document) {
  return TextAt(&document, {"apiVersion"}) == "openslo/v1";
}

base::Result<OpenSloResult> ReadOpenSloV1(const std::vector<NodePtr>& documents,
                                          const std::string& file) {
  OpenSloResult result;
  for (const NodePtr& document : documents) {
    if (!IsOpenSlo(*document) || TextAt(document.get(), {"kind"}) != "SLO") {
      continue;
    }
    const Node* spec = At(document.get(), {"spec"});
    const std::string name = TextAt(document.get(), {"metadata", "name"});
    if (spec == nullptr || name.empty()) {
      return ErrorAt(file, *document, "an SLO needs metadata.name and spec");
    }
    SB_ASSIGN_OR_RETURN(const Period period, ReadPeriod(*document, file));
    const Node* indicator = At(spec, {"indicator", "spec"});
    if (const std::string ref = TextAt(spec, {"indicatorRef"}); indicator == nullptr) {
      indicator = At(FindKind(documents, "SLI", ref), {"spec"});
      if (indicator == nullptr) {
        return ErrorAt(file, *document, "no SLI of this name in the file: " + ref);
      }
    }
    const Node* list = At(spec, {"objectives"});
    if (list == nullptr || list->items.empty()) {
      return ErrorAt(file, *document, "objectives are missing");
    }
    for (size_t i = 0; i < list->items.size(); ++i) {
      const Node& node = *list->items[i];
      Objective objective;
      objective.name = list->items.size() == 1 ? name : fmt::format("{}-{}", name, i);
      objective.service = TextAt(spec, {"service"});
      objective.id = objective.service + "-" + objective.name;
      objective.description = TextAt(spec, {"description"});
      objective.origin = "openslo";
      objective.file = file;
      objective.ratio = TargetOf(node);
      objective.percent = objective.ratio * 100;
      if (!(objective.ratio > 0 && objective.ratio < 1)) {
        return ErrorAt(file, node, "target must be above 0 and below 1");
      }
      objective.period = period;
      objective.windows = WorkbookWindows(period.length);
      objective.alert_name = objective.name + "-burn-rate";
      ReadIndicator(indicator, node, &objective);
      ApplySlices(node, TextAt(spec, {"budgetingMethod"}), &objective);
      if (objective.error_query.empty() && objective.total_query.empty()) {
        result.notices.push_back(fmt::format(
            "{}:{}: SLO {} is shown but not evaluated: its metric source is not Prometheus", file,
            node.position.line, objective.name));
      }
      result.objectives.push_back(std::move(objective));
    }
  }
  return result;
}

}  // namespace sb::slo
