// SPDX-License-Identifier: Apache-2.0
#include "slo/sloth_rules.h"

#include <fmt/format.h>

#include <set>

#include "config/duration.h"
#include "config/yaml_writer.h"
#include "query/promql/printer.h"

namespace sb::slo {
namespace {

using rules::RuleGroupSpec;
using rules::RuleSpec;

constexpr const char* kShortest = "5m";

RuleSpec Recording(std::string record, std::string expr, LabelMap labels) {
  RuleSpec rule;
  rule.record = std::move(record);
  rule.expr = std::move(expr);
  rule.labels = std::move(labels);
  return rule;
}

LabelMap IdLabels(const Objective& slo) {
  return {{"sloth_id", slo.id}, {"sloth_service", slo.service}, {"sloth_slo", slo.name}};
}

std::string IdSelector(const Objective& slo) {
  return fmt::format("{{sloth_id=\"{}\", sloth_service=\"{}\", sloth_slo=\"{}\"}}", slo.id,
                     slo.service, slo.name);
}

std::string RatioMetric(std::string_view window) {
  return fmt::format("slo:sli_error:ratio_rate{}", window);
}

std::set<base::DurationMs> RateWindows(const AlertWindows& windows) {
  // The shortest is what the whole period is summed from, watched or not.
  std::set<base::DurationMs> all{base::Minutes(5)};
  for (const AlertWindow* one :
       {&windows.page_quick, &windows.page_slow, &windows.ticket_quick, &windows.ticket_slow}) {
    all.insert(one->short_window);
    all.insert(one->long_window);
  }
  return all;
}

RuleGroupSpec SliGroup(const Objective& slo) {
  RuleGroupSpec group;
  group.name = "sloth-slo-sli-recordings-" + slo.id;
  const LabelMap labels = Over(slo.labels, IdLabels(slo));
  const std::string period = config::FormatDuration(slo.windows.period);
  for (const base::DurationMs window : RateWindows(slo.windows)) {
    const std::string text = config::FormatDuration(window);
    group.rules.push_back(Recording(RatioMetric(text), ErrorRatioQuery(slo, text),
                                    Over(labels, {{"sloth_window", text}})));
  }
  // The whole period from the shortest window, which costs little.
  const std::string shortest = RatioMetric(kShortest) + IdSelector(slo);
  group.rules.push_back(Recording(
      RatioMetric(period),
      fmt::format("sum_over_time({0}[{1}])\n/ ignoring (sloth_window)\ncount_over_time({0}[{1}])\n",
                  shortest, period),
      Over(labels, {{"sloth_window", period}})));
  return group;
}

std::string BurnRateExpr(const Objective& slo, std::string_view window) {
  const std::string selector = IdSelector(slo);
  return fmt::format(
      "{}{}\n/ on(sloth_id, sloth_slo, sloth_service) group_left\nslo:error_budget:ratio{}\n",
      RatioMetric(window), selector, selector);
}

RuleGroupSpec MetaGroup(const Objective& slo, const SlothRuleOptions& options) {
  RuleGroupSpec group;
  group.name = "sloth-slo-meta-recordings-" + slo.id;
  const LabelMap labels = Over(slo.labels, IdLabels(slo));
  const auto add = [&](const char* record, std::string expr) {
    group.rules.push_back(Recording(record, std::move(expr), labels));
  };
  const std::string ratio = GoFloat(slo.percent / 100);
  add("slo:objective:ratio", fmt::format("vector({})", ratio));
  add("slo:error_budget:ratio", fmt::format("vector(1-{})", ratio));
  add("slo:time_period:days",
      fmt::format("vector({})",
                  GoFloat(static_cast<double>(slo.windows.period.Value()) / 86'400'000)));
  add("slo:current_burn_rate:ratio", BurnRateExpr(slo, kShortest));
  add("slo:period_burn_rate:ratio", BurnRateExpr(slo, config::FormatDuration(slo.windows.period)));
  add("slo:period_error_budget_remaining:ratio",
      fmt::format("1 - slo:period_burn_rate:ratio{}", IdSelector(slo)));
  group.rules.push_back(
      Recording("sloth_slo_info", "vector(1)",
                Over(labels, {{"sloth_mode", options.mode},
                              {"sloth_objective", promql::PrintNumber(slo.percent)},
                              {"sloth_spec", options.spec},
                              {"sloth_version", options.version}})));
  return group;
}

std::string OneWindow(const Objective& slo, const AlertWindow& window) {
  const std::string selector = IdSelector(slo);
  const std::string threshold = fmt::format("{} * {}", GoFloat(window.BurnRate(slo.windows.period)),
                                            GoFloat((100 - slo.percent) / 100));
  const auto above = [&](base::DurationMs over) {
    return fmt::format("max({}{} > ({})) without (sloth_window)",
                       RatioMetric(config::FormatDuration(over)), selector, threshold);
  };
  return fmt::format("(\n    {}\n    and\n    {}\n)\n", above(window.short_window),
                     above(window.long_window));
}

// Nothing without a window that is watched.
void AddAlert(const Objective& slo, const char* severity, const SloAlert& kind,
              std::initializer_list<const AlertWindow*> windows, RuleGroupSpec* group) {
  RuleSpec rule;
  rule.alert = slo.alert_name;
  for (const AlertWindow* window : windows) {
    if (!window->disabled) {
      rule.expr += (rule.expr.empty() ? "" : "or\n") + OneWindow(slo, *window);
    }
  }
  if (kind.disabled || rule.expr.empty()) {
    return;
  }
  rule.labels = Over(Over({{"sloth_severity", severity}}, slo.alert.labels), kind.labels);
  rule.annotations = Over(
      Over({{"summary",
             "{{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate is over "
             "expected."},
            {"title", fmt::format("({}) {{{{$labels.sloth_service}}}} {{{{$labels.sloth_slo}}}} "
                                  "SLO error budget burn rate is too fast.",
                                  severity)}},
           slo.alert.annotations),
      kind.annotations);
  group->rules.push_back(std::move(rule));
}

RuleGroupSpec AlertGroup(const Objective& slo) {
  RuleGroupSpec group;
  group.name = "sloth-slo-alerts-" + slo.id;
  const AlertWindows& w = slo.windows;
  AddAlert(slo, "page", slo.page, {&w.page_quick, &w.page_slow}, &group);
  AddAlert(slo, "ticket", slo.ticket, {&w.ticket_quick, &w.ticket_slow}, &group);
  return group;
}

config::NodePtr ObjectNode(const SlothSpec& spec, const rules::RuleFile& file) {
  LabelMap labels = Over(spec.object_labels, {{"app.kubernetes.io/component", "SLO"},
                                              {"app.kubernetes.io/managed-by", "sloth"}});
  std::vector<std::pair<std::string, config::NodePtr>> metadata;
  metadata.emplace_back("labels", config::Codec<LabelMap>::Write(labels));
  metadata.emplace_back("name", config::MakeString(spec.name));
  if (!spec.name_space.empty()) {
    metadata.emplace_back("namespace", config::MakeString(spec.name_space));
  }
  return config::MakeMapping({{"apiVersion", config::MakeString("monitoring.coreos.com/v1")},
                              {"kind", config::MakeString("PrometheusRule")},
                              {"metadata", config::MakeMapping(std::move(metadata))},
                              {"spec", config::Codec<rules::RuleFile>::Write(file)}});
}

}  // namespace

std::vector<RuleGroupSpec> SlothRules(const Objective& objective, const SlothRuleOptions& options) {
  std::vector<RuleGroupSpec> groups;
  if (options.recordings) {
    groups.push_back(SliGroup(objective));
    groups.push_back(MetaGroup(objective, options));
  }
  if (options.alerts) {
    if (RuleGroupSpec alerts = AlertGroup(objective); !alerts.rules.empty()) {
      groups.push_back(std::move(alerts));
    }
  }
  return groups;
}

std::string SlothFile(const std::vector<SlothSpec>& specs, const SlothRuleOptions& options) {
  std::string out;
  rules::RuleFile plain;
  const std::string head = fmt::format(
      "\n---\n# Code generated by Signalbox ({}).\n# DO NOT EDIT.\n\n", options.version);
  for (const SlothSpec& spec : specs) {
    SlothRuleOptions own = options;
    rules::RuleFile file;
    if (spec.form == SlothForm::kKubernetes) {
      own.mode = "cli-gen-k8s";
      own.spec = "sloth.slok.dev/v1";
    } else if (spec.form == SlothForm::kOpenSlo) {
      own.mode = "cli-gen-openslo";
      own.spec = "openslo/v1alpha";
    }
    rules::RuleFile& into = spec.form == SlothForm::kKubernetes ? file : plain;
    for (const Objective& objective : spec.objectives) {
      for (RuleGroupSpec& group : SlothRules(objective, own)) {
        into.groups.push_back(std::move(group));
      }
    }
    if (spec.form == SlothForm::kKubernetes) {
      out += head + config::WriteYaml(*ObjectNode(spec, file));
    }
  }
  if (!plain.groups.empty()) {
    out += head + config::WriteYaml(*config::Codec<rules::RuleFile>::Write(plain));
  }
  return out;
}

}  // namespace sb::slo
