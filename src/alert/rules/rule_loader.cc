// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_loader.h"

#include <fmt/format.h>

#include "discovery/glob.h"

namespace sb::rules {
namespace {

// The names of this program's own metrics.
constexpr std::string_view kBuiltIn = R"(groups:
- name: signalbox
  interval: 30s
  rules:
  - alert: Watchdog
    expr: vector(1)
    labels: {severity: none}
    annotations:
      summary: Always firing, so that a receiver can tell when notifications stop.
      description: Route it to a dead man's switch; it alarms when this alert stops coming.
  - alert: SignalboxConfigReloadFailed
    expr: max_over_time(signalbox_config_last_reload_successful{job="signalbox"}[5m]) == 0
    for: 10m
    labels: {severity: warning}
    annotations:
      summary: The configuration of Signalbox could not be reloaded; the old one holds.
  - alert: SignalboxRuleFailures
    expr: increase(prometheus_rule_evaluation_failures_total{job="signalbox"}[5m]) > 0
    for: 15m
    labels: {severity: warning}
    annotations:
      summary: 'Rules fail: {{ printf "%.0f" $value }} in the last 5 minutes. See /rules.'
  - alert: SignalboxMissingRuleEvaluations
    expr: increase(prometheus_rule_group_iterations_missed_total{job="signalbox"}[5m]) > 0
    for: 15m
    labels: {severity: warning}
    annotations:
      summary: Rule groups take longer than their interval; evaluations were skipped.
  - alert: SignalboxTargetDown
    expr: up{job="signalbox"} == 0
    for: 5m
    labels: {severity: critical}
    annotations:
      summary: Signalbox cannot scrape itself.
)";

}  // namespace

base::Result<std::vector<GroupDefinition>> LoadRuleFiles(base::FileSystem& files,
                                                         const std::vector<std::string>& patterns,
                                                         const ExpressionLanguage& language,
                                                         const RuleFileOptions& options) {
  RuleFileOptions read = options;
  read.language = &language;
  std::vector<GroupDefinition> groups;
  std::string errors;
  const auto note = [&errors](const base::Status& status) {
    errors += (errors.empty() ? "" : "\n") + std::string(status.message());
  };
  size_t count = 0;
  for (const std::string& pattern : patterns) {
    for (const std::string& name : discovery::Glob(files, pattern)) {
      if (++count > kRuleFilesMax) {
        return base::ResourceExhausted(fmt::format("more than {} rule files", kRuleFilesMax));
      }
      const auto text = files.ReadFile(name);
      if (!text.ok()) {
        note(text.status());
        continue;
      }
      const auto file = ParseRuleFile(*text, name, read);
      if (!file.ok()) {
        note(file.status());
        continue;
      }
      for (const RuleGroupSpec& spec : file->groups) {
        SB_ASSIGN_OR_RETURN(GroupDefinition group, CompileGroup(language, name, "files", spec));
        groups.push_back(std::move(group));
      }
    }
  }
  if (!errors.empty()) {
    return base::InvalidArgument(errors);
  }
  return groups;
}

std::vector<GroupDefinition> BuiltInRules(const ExpressionLanguage& language) {
  auto file = ParseRuleFile(kBuiltIn, "built-in", {.language = &language});
  SB_CHECK(file.ok());
  std::vector<GroupDefinition> groups;
  for (const RuleGroupSpec& spec : file->groups) {
    auto group = CompileGroup(language, "built-in", "built-in", spec);
    SB_CHECK(group.ok());
    groups.push_back(std::move(group).value());
  }
  return groups;
}

}  // namespace sb::rules
