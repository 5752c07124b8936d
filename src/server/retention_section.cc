// SPDX-License-Identifier: Apache-2.0
#include "server/retention_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "query/logql/parser.h"
#include "query/promql/parser.h"

namespace sb::server {

namespace {

using config::OptionTable;
using config::Reload;

// The smallest block has this time range: less cannot be kept.
constexpr base::DurationMs kKeepMin = base::Hours(2);
constexpr base::DurationMs kEveryMin = base::Seconds(10);
constexpr base::DurationMs kLogsKeepMin = base::Seconds(60);

void CheckSelector(const config::Node& node, const std::string& selector,
                   config::ErrorList& errors) {
  const config::Node* at = node.Find("selector");
  if (at == nullptr) {
    return;
  }
  const auto matchers = promql::ParseMetricSelector(selector);
  if (!matchers.ok()) {
    errors.Add(*at,
               fmt::format("not a series selector: {}: {}", selector, matchers.status().message()));
  }
}

void CheckMetricsRule(const config::Node& node, MetricsRetentionRule* rule,
                      config::ErrorList& errors) {
  if (node.Find("selector") == nullptr) {
    errors.Add(node, "the rule needs a selector, such as '{job=\"debug\"}'");
  }
  CheckSelector(node, rule->selector, errors);
  const config::Node* at = node.Find("keep");
  if (at == nullptr || (rule->keep.Value() != 0 && rule->keep < kKeepMin)) {
    errors.Add(at != nullptr ? *at : node,
               "keep must be at least 2h, the time range of the smallest block, or 0s: for ever");
  }
}

void CheckDownsampleRule(const config::Node& node, MetricsDownsampleRule* rule,
                         config::ErrorList& errors) {
  CheckSelector(node, rule->selector, errors);
  const config::Node* every = node.Find("every");
  if (every == nullptr || (rule->every.Value() != 0 && rule->every < kEveryMin)) {
    errors.Add(every != nullptr ? *every : node,
               "every must be at least 10s, or 0s: all samples of the selector stay");
  } else if (rule->every.Value() != 0 && rule->after < std::max(kKeepMin, rule->every)) {
    const config::Node* after = node.Find("after");
    errors.Add(after != nullptr ? *after : node, "after must be at least 2h and at least every");
  }
}

void CheckLogsRule(const config::Node& node, LogsRetentionRule* rule, config::ErrorList& errors) {
  const config::Node* at = node.Find("selector");
  const auto matchers = logql::ParseSelector(rule->selector);
  if (at == nullptr || !matchers.ok()) {
    errors.Add(at != nullptr ? *at : node,
               fmt::format("the rule needs a stream selector, such as '{{app=\"audit\"}}': {}",
                           matchers.ok() ? "" : matchers.status().message()));
  }
  at = node.Find("keep");
  if (at == nullptr || (rule->keep.Value() != 0 && rule->keep < kLogsKeepMin)) {
    errors.Add(at != nullptr ? *at : node, "keep must be at least 1m, or 0s: for ever");
  }
}

void CheckRetention(const config::Node& node, RetentionSection* section,
                    config::ErrorList& errors) {
  // The size is only known where the data lies; any will do to check the spelling.
  if (const auto bytes = DiskLimitBytes(section->disk, 1ULL << 40); !bytes.ok()) {
    const config::Node* at = node.Find("disk");
    errors.Add(at != nullptr ? *at : node, std::string(bytes.status().message()));
  }
  if (section->metrics < kKeepMin) {
    const config::Node* at = node.Find("metrics");
    errors.Add(at != nullptr ? *at : node,
               "retention must be at least 2h, the time range of the smallest block");
  }
}

}  // namespace

const OptionTable<MetricsRetentionRule>& OptionsOf(const MetricsRetentionRule*) {
  static const auto table =
      OptionTable<MetricsRetentionRule>("retention.metrics_rules")
          .Add("selector", &MetricsRetentionRule::selector,
               {.sentence = "Which series, as in PromQL: `{job=\"debug\"}`."})
          .Add("keep", &MetricsRetentionRule::keep,
               {.sentence = "How long their samples are kept; `0s`: for ever."})
          .Check(&CheckMetricsRule);
  return table;
}

const OptionTable<MetricsDownsampleRule>& OptionsOf(const MetricsDownsampleRule*) {
  static const auto table =
      OptionTable<MetricsDownsampleRule>("retention.downsample")
          .Add("selector", &MetricsDownsampleRule::selector,
               {.sentence = "Which series, as in PromQL; all if there is none."})
          .Add("after", &MetricsDownsampleRule::after,
               {.sentence = "Age from which the rule holds."})
          .Add("every", &MetricsDownsampleRule::every,
               {.sentence = "Of each interval of this length the last sample stays; `0s`: all "
                            "samples stay."})
          .Check(&CheckDownsampleRule);
  return table;
}

const OptionTable<LogsRetentionRule>& OptionsOf(const LogsRetentionRule*) {
  static const auto table =
      OptionTable<LogsRetentionRule>("retention.logs_rules")
          .Add("selector", &LogsRetentionRule::selector,
               {.sentence = "Which streams, as in LogQL: `{app=\"audit\"}`."})
          .Add("keep", &LogsRetentionRule::keep,
               {.sentence = "How long their lines are kept; `0s`: for ever."})
          .Check(&CheckLogsRule);
  return table;
}

const OptionTable<RetentionSection>& OptionsOf(const RetentionSection*) {
  static const auto table =
      OptionTable<RetentionSection>("retention")
          .Add("metrics", &RetentionSection::metrics,
               {.sentence = "How long samples are kept.",
                .default_text = "30d",
                .reload = Reload::kAfterRestart})
          .Add("metrics_rules", &RetentionSection::metrics_rules,
               {.sentence = "Series that are kept shorter or longer than `metrics`; the first rule "
                            "whose selector fits a series decides."})
          .Add("downsample", &RetentionSection::downsample,
               {.sentence = "Thins out old samples. The first rule whose selector fits a series "
                            "decides, with the others of the same selector; of these the longest "
                            "`every` whose time has come."})
          .Add("traces", &RetentionSection::traces,
               {.sentence = "How long spans are kept.",
                .default_text = "7d",
                .reload = Reload::kAfterRestart})
          .Add("logs", &RetentionSection::logs,
               {.sentence = "How long log records are kept.",
                .default_text = "14d",
                .reload = Reload::kAfterRestart})
          .Add("logs_rules", &RetentionSection::logs_rules,
               {.sentence = "Streams that are kept shorter or longer than `logs`; the first rule "
                            "whose selector fits a stream decides."})
          .Add("disk", &RetentionSection::disk,
               {.sentence = "The oldest data go when metrics, traces or logs would exceed a third "
                            "of this share of the file system (80%) or of this size (50GB).",
                .reload = Reload::kAfterRestart})
          .Check(&CheckRetention);
  return table;
}

base::Result<std::vector<tsdb::RetentionRule>> RetentionRulesOf(const RetentionSection& section) {
  std::vector<tsdb::RetentionRule> rules;
  for (const MetricsRetentionRule& rule : section.metrics_rules) {
    SB_ASSIGN_OR_RETURN(auto matchers, promql::ParseMetricSelector(rule.selector));
    rules.push_back({std::move(matchers), rule.keep});
  }
  return rules;
}

base::Result<std::vector<tsdb::DownsampleRule>> DownsampleRulesOf(const RetentionSection& section) {
  std::vector<tsdb::DownsampleRule> rules;
  for (const MetricsDownsampleRule& rule : section.downsample) {
    std::vector<model::Matcher> matchers;
    if (!rule.selector.empty()) {
      SB_ASSIGN_OR_RETURN(matchers, promql::ParseMetricSelector(rule.selector));
    }
    rules.push_back({std::move(matchers), rule.after, rule.every});
  }
  return rules;
}

base::Result<uint64_t> DiskLimitBytes(const std::string& disk, uint64_t file_system_bytes) {
  if (disk.empty()) {
    return uint64_t{0};
  }
  if (disk.back() == '%') {
    unsigned percent = 0;
    const auto end = std::from_chars(disk.data(), disk.data() + disk.size() - 1, percent);
    if (end.ec != std::errc() || end.ptr != disk.data() + disk.size() - 1 || percent < 1 ||
        percent > 100) {
      return base::InvalidArgument(
          fmt::format("disk must be a share from 1% to 100% or a size such as 50GB: {}", disk));
    }
    return file_system_bytes / 100 * percent;
  }
  const auto size = config::ParseByteSize(disk);
  if (!size.ok() || size->bytes <= 0) {
    return base::InvalidArgument(
        fmt::format("disk must be a share from 1% to 100% or a size such as 50GB: {}", disk));
  }
  return static_cast<uint64_t>(size->bytes);
}

}  // namespace sb::server
