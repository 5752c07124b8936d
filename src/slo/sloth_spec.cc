// SPDX-License-Identifier: Apache-2.0
#include "slo/sloth_spec.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "model/label_name.h"
#include "query/promql/parser.h"
#include "slo/sloth_plugins.h"

namespace sb::slo {
namespace {

using config::Node;
using config::NodePtr;

// The two spellings of a key: error_query in files, errorQuery in Kubernetes objects.
struct Keys {
  const char *error_query, *total_query, *error_ratio, *page, *ticket;
};
constexpr Keys kFileKeys = {"error_query", "total_query", "error_ratio_query", "page_alert",
                            "ticket_alert"};
constexpr Keys kObjectKeys = {"errorQuery", "totalQuery", "errorRatioQuery", "pageAlert",
                              "ticketAlert"};

SloAlert AlertAt(const Node* node, std::string_view key) {
  return {FlagAt(node, {key, "disable"}), LabelsAt(node, {key, "labels"}),
          LabelsAt(node, {key, "annotations"})};
}

base::Status ReadSli(const Node& slo, const Keys& keys, const std::string& file,
                     Objective* objective) {
  const Node* sli = slo.Find("sli");
  if (At(sli, {"events"}) != nullptr) {
    objective->error_query = TextAt(sli, {"events", keys.error_query});
    objective->total_query = TextAt(sli, {"events", keys.total_query});
  } else if (At(sli, {"raw"}) != nullptr) {
    objective->kind = SliKind::kErrorRatio;
    objective->error_query = TextAt(sli, {"raw", keys.error_ratio});
  } else if (const Node* plugin = At(sli, {"plugin"}); plugin != nullptr) {
    objective->kind = SliKind::kErrorRatio;
    auto query = SliPluginQuery(TextAt(plugin, {"id"}), LabelsAt(plugin, {"options"}));
    if (!query.ok()) {
      return ErrorAt(file, *plugin, std::string(query.status().message()));
    }
    objective->error_query = *query;
  } else {
    return ErrorAt(file, slo, "at least one SLI type is required: events, raw or plugin");
  }
  return base::OkStatus();
}

base::Status CheckQuery(const Node& node, const std::string& file, const std::string& query,
                        const SlothSpec& spec, bool foreign_dialect) {
  if (query.empty()) {
    return ErrorAt(file, node, "an SLI query is missing");
  }
  const std::string expanded = WithWindow(query, "5m");
  if (expanded == query) {
    return ErrorAt(file, node, "query must contain the window template {{.window}}: " + query);
  }
  if (spec.form == SlothForm::kOpenSlo || foreign_dialect) {
    return base::OkStatus();
  }
  promql::ParseError error;
  if (promql::ParseExpr(expanded, &error) == nullptr) {
    return ErrorAt(file, node, "invalid query: " + error.ToString(expanded));
  }
  return base::OkStatus();
}

base::Status CheckObjective(const Node& node, const std::string& file, const SlothSpec& spec,
                            bool foreign_dialect, const Objective& objective) {
  if (objective.name.empty() || objective.service.empty()) {
    return ErrorAt(file, node, "an SLO needs a name and a service");
  }
  if (!(objective.percent > 0 && objective.percent <= 100)) {
    return ErrorAt(file, node,
                   "objective must be above 0 and at most 100: " + GoFloat(objective.percent));
  }
  const bool alerts = !objective.page.disabled || !objective.ticket.disabled;
  if (alerts && objective.alert_name.empty()) {
    return ErrorAt(file, node,
                   "alerting needs a name unless both alerts are disabled: " + objective.name);
  }
  for (const LabelMap* labels : {&objective.labels, &objective.alert.labels}) {
    for (const auto& [name, value] : *labels) {
      if (!model::IsLegacyLabelName(name)) {
        return ErrorAt(file, node, "invalid label name: " + name);
      }
    }
  }
  SB_RETURN_IF_ERROR(CheckQuery(node, file, objective.error_query, spec, foreign_dialect));
  return objective.kind == SliKind::kEvents
             ? CheckQuery(node, file, objective.total_query, spec, foreign_dialect)
             : base::OkStatus();
}

base::Result<AlertWindows> WindowsFor(const SlothOptions& options, base::DurationMs period) {
  if (const auto own = options.windows.find(period.Value()); own != options.windows.end()) {
    return own->second;
  }
  if (period == base::Hours(24 * 30) || period == base::Hours(24 * 28)) {
    return WorkbookWindows(period);
  }
  return base::InvalidArgument(fmt::format(
      "no alert windows for a period of {} days: name a file of kind AlertWindows for it",
      period.Value() / 86'400'000));
}

void Finish(const SlothOptions& options, const AlertWindows& windows, Objective* objective) {
  objective->origin = "sloth";
  objective->id = objective->service + "-" + objective->name;
  objective->labels = Over(objective->labels, options.extra_labels);
  objective->period.length = windows.period;
  objective->windows = windows;
}

base::Status ReadService(const Node& body, const Keys& keys, const std::string& file,
                         const SlothOptions& options, SlothSpec* spec) {
  SB_ASSIGN_OR_RETURN(const AlertWindows windows, WindowsFor(options, options.period));
  const LabelMap common = LabelsAt(&body, {"labels"});
  // A file that says to use another validator is in another dialect of the query language.
  const bool foreign = FlagAt(&body, {"slo_plugins", "overridePrevious"});
  const Node* list = body.Find("slos");
  if (list == nullptr || list->items.empty()) {
    return ErrorAt(file, body, "at least one SLO is required");
  }
  for (const NodePtr& node : list->items) {
    Objective objective;
    objective.name = TextAt(&*node, {"name"});
    objective.service = TextAt(&body, {"service"});
    objective.description = TextAt(&*node, {"description"});
    objective.file = file;
    objective.percent = NumberAt(&*node, {"objective"}).value_or(0);
    objective.ratio = objective.percent / 100;
    objective.labels = Over(common, LabelsAt(&*node, {"labels"}));
    const Node* alerting = node->Find("alerting");
    objective.alert_name = TextAt(alerting, {"name"});
    objective.alert = {false, LabelsAt(alerting, {"labels"}), LabelsAt(alerting, {"annotations"})};
    objective.page = AlertAt(alerting, keys.page);
    objective.ticket = AlertAt(alerting, keys.ticket);
    SB_RETURN_IF_ERROR(ReadSli(*node, keys, file, &objective));
    SB_RETURN_IF_ERROR(CheckObjective(*node, file, *spec, foreign, objective));
    Finish(options, windows, &objective);
    spec->objectives.push_back(std::move(objective));
  }
  return base::OkStatus();
}

// OpenSLO v1alpha: one objective each; only ratios of good to all events in whole days.
base::Status ReadOpenSlo(const Node& document, const std::string& file, const SlothOptions& options,
                         SlothSpec* spec) {
  const Node* body = document.Find("spec");
  const Node* windows_node = At(body, {"timeWindows"});
  const Node* window = windows_node != nullptr && !windows_node->items.empty()
                           ? windows_node->items[0].get()
                           : nullptr;
  const double days = NumberAt(window, {"count"}).value_or(0);
  if (TextAt(window, {"unit"}) != "Day" ||
      base::Hours(24 * static_cast<int64_t>(days)) != options.period) {
    return ErrorAt(file, window != nullptr ? *window : document,
                   fmt::format("only time windows of {} days are supported",
                               options.period.Value() / 86'400'000));
  }
  SB_ASSIGN_OR_RETURN(const AlertWindows windows, WindowsFor(options, options.period));
  const Node* objectives = At(body, {"objectives"});
  for (size_t i = 0; objectives != nullptr && i < objectives->items.size(); ++i) {
    const Node& node = *objectives->items[i];
    Objective objective;
    objective.service = TextAt(body, {"service"});
    objective.name = fmt::format("{}-{}", TextAt(&document, {"metadata", "name"}), i);
    objective.description = TextAt(body, {"description"});
    objective.file = file;
    objective.ratio = NumberAt(&node, {"target"}).value_or(0);
    objective.percent = objective.ratio * 100;
    objective.kind = SliKind::kErrorRatio;
    objective.page.disabled = true;
    objective.ticket.disabled = true;
    const std::string good = TextAt(&node, {"ratioMetrics", "good", "query"});
    const std::string total = TextAt(&node, {"ratioMetrics", "total", "query"});
    if (good.empty() || total.empty()) {
      return ErrorAt(file, node, "ratioMetrics with good and total queries are required");
    }
    objective.error_query = fmt::format(
        "\n  1 - (\n    (\n      {}\n    )\n    /\n    (\n      {}\n    )\n  )\n", good, total);
    SB_RETURN_IF_ERROR(CheckObjective(node, file, *spec, false, objective));
    Finish(options, windows, &objective);
    spec->objectives.push_back(std::move(objective));
  }
  return base::OkStatus();
}

}  // namespace

bool IsSloth(const Node& document) {
  return TextAt(&document, {"version"}) == "prometheus/v1" ||
         TextAt(&document, {"kind"}) == "PrometheusServiceLevel" ||
         TextAt(&document, {"apiVersion"}) == "openslo/v1alpha";
}

base::Result<SlothSpec> ReadSloth(const Node& document, const std::string& file,
                                  const SlothOptions& options) {
  SlothSpec spec;
  if (TextAt(&document, {"kind"}) == "PrometheusServiceLevel") {
    spec.form = SlothForm::kKubernetes;
    spec.name = TextAt(&document, {"metadata", "name"});
    spec.name_space = TextAt(&document, {"metadata", "namespace"});
    spec.object_labels = LabelsAt(&document, {"metadata", "labels"});
    const Node* body = document.Find("spec");
    if (body == nullptr) {
      return ErrorAt(file, document, "spec is missing");
    }
    SB_RETURN_IF_ERROR(ReadService(*body, kObjectKeys, file, options, &spec));
  } else if (TextAt(&document, {"apiVersion"}) == "openslo/v1alpha") {
    spec.form = SlothForm::kOpenSlo;
    SB_RETURN_IF_ERROR(ReadOpenSlo(document, file, options, &spec));
  } else {
    SB_RETURN_IF_ERROR(ReadService(document, kFileKeys, file, options, &spec));
  }
  return spec;
}

base::Status CheckUniqueIds(const std::vector<Objective>& objectives) {
  std::set<std::string> seen;
  for (const Objective& objective : objectives) {
    if (!seen.insert(objective.id).second) {
      return base::InvalidArgument("SLO id is used twice: " + objective.id);
    }
  }
  return base::OkStatus();
}

}  // namespace sb::slo
