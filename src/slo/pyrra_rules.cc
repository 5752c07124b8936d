// SPDX-License-Identifier: Apache-2.0
#include "slo/pyrra_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "config/duration.h"
#include "net/url_params.h"

namespace sb::slo {
namespace {

using rules::RuleGroupSpec;
using rules::RuleSpec;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 86'400'000;

base::DurationMs ToMinutes(double ms) {
  return base::Minutes(std::llround(ms / static_cast<double>(kMinuteMs)));
}

std::string Text(base::DurationMs duration) {
  return config::FormatDuration(duration);
}

std::string Base(std::string name) {
  for (const std::string_view suffix : {"_total", "_count", "_bucket"}) {
    if (name.ends_with(suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

bool Groups(const PyrraSpec& spec, const std::string& label) {
  return std::find(spec.grouping.begin(), spec.grouping.end(), label) != spec.grouping.end();
}

// Labels that all series of the result have, because the selector fixes them.
LabelMap FixedLabels(const PyrraSpec& spec) {
  LabelMap labels = spec.labels;
  for (const model::Matcher& matcher : spec.total.matchers) {
    if (matcher.type() == model::MatchType::kEqual && !Groups(spec, matcher.name())) {
      labels[matcher.name()] = matcher.value();
    }
  }
  labels["slo"] = spec.name;
  return labels;
}

std::string By(std::set<std::string> labels) {
  return labels.empty() ? "" : fmt::format(" by ({}) ", fmt::join(labels, ", "));
}

std::string GroupBy(const PyrraSpec& spec) {
  return By({spec.grouping.begin(), spec.grouping.end()});
}

// The grouping and the labels that selectors leave open, so that the increases can still be told
// apart by them.
std::string IncreaseBy(const PyrraSpec& spec) {
  std::set<std::string> labels(spec.grouping.begin(), spec.grouping.end());
  for (const PyrraMetric* metric : {&spec.total, &spec.errors}) {
    for (const model::Matcher& matcher : metric->matchers) {
      if (matcher.type() != model::MatchType::kEqual) {
        labels.insert(matcher.name());
      }
    }
  }
  return By(std::move(labels));
}

std::string SumOf(const std::string& by, std::string_view function, const PyrraMetric& metric,
                  std::string_view window) {
  return fmt::format("sum{}({}({}[{}]))", by, function, metric.Text(), window);
}

std::string LeOf(const PyrraSpec& spec) {
  for (const model::Matcher& matcher : spec.errors.matchers) {
    if (matcher.name() == "le") {
      return matcher.value();
    }
  }
  return "";
}

std::string BurnRateName(const PyrraSpec& spec, base::DurationMs window) {
  return fmt::format("{}:burnrate{}", Base(spec.total.name), Text(window));
}

std::string BurnRateExpr(const PyrraSpec& spec, const std::string& window) {
  const std::string errors = PyrraErrors(spec, window);
  const std::string total = PyrraTotal(spec, window);
  return spec.kind == PyrraKind::kRatio ? fmt::format("{} / {}", errors, total)
                                        : fmt::format("({}) / {}", errors, total);
}

RuleSpec Recording(std::string name, std::string expr, LabelMap labels) {
  RuleSpec rule;
  rule.record = std::move(name);
  rule.expr = std::move(expr);
  rule.labels = std::move(labels);
  return rule;
}

// What an alert selects of the burn rates: fixed labels and those grouped by.
std::string AlertSelector(const PyrraSpec& spec, base::DurationMs window) {
  PyrraMetric metric;
  metric.name = BurnRateName(spec, window);
  for (const model::Matcher& matcher : spec.total.matchers) {
    if (matcher.type() == model::MatchType::kEqual || Groups(spec, matcher.name())) {
      metric.matchers.push_back(matcher);
    }
  }
  return metric.Text({{"slo", spec.name}});
}

std::string UrlOf(const PyrraSpec& spec, const std::string& external_url) {
  std::string expr = fmt::format("{{__name__=\"{}\"", spec.name);
  if (!spec.name_space.empty()) {
    expr += fmt::format(",namespace=\"{}\"", spec.name_space);
  }
  std::string url = fmt::format("{}/objectives?expr={}&from=now-1h&to=now", external_url,
                                net::PercentEncodeQuery(expr + "}"));
  if (spec.grouping.empty()) {
    return url;
  }
  url += "&grouping=%7B";
  for (size_t i = 0; i < spec.grouping.size(); ++i) {
    // A template inside: must not be encoded.
    url += fmt::format("{}{}%3D%22{{{{$labels.{}}}}}%22", i > 0 ? "%2C" : "", spec.grouping[i],
                       spec.grouping[i]);
  }
  return url + "%7D";
}

RuleSpec BurnAlert(const PyrraSpec& spec, const PyrraWindow& window,
                   const std::string& external_url) {
  const std::string threshold =
      fmt::format("({} * (1-{}))", GoFloat(window.factor), GoFloat(spec.target));
  RuleSpec rule;
  rule.alert = spec.alert_name;
  rule.expr = fmt::format("{} > {} and {} > {}", AlertSelector(spec, window.short_window),
                          threshold, AlertSelector(spec, window.long_window), threshold);
  rule.hold = window.hold;
  const auto exhaustion =
      static_cast<int64_t>(static_cast<double>(spec.window.Value()) / window.factor);
  rule.labels = Over(FixedLabels(spec), {{"short", Text(window.short_window)},
                                         {"long", Text(window.long_window)},
                                         {"severity", window.severity},
                                         {"exhaustion", Text(base::DurationMs(exhaustion))}});
  rule.annotations = spec.annotations;
  if (!spec.description.empty()) {
    rule.annotations.emplace("description", spec.description);
  }
  if (!external_url.empty()) {
    rule.annotations["pyrra_url"] = UrlOf(spec, external_url);
  }
  return rule;
}

// When a metric that is absent, taken for 100 % errors, would make the fastest alert fire.
base::DurationMs AbsentFor(const PyrraSpec& spec) {
  const PyrraWindow first = PyrraWindows(spec.window)[0];
  const double seconds = std::trunc(first.factor * (1 - spec.target) *
                                    static_cast<double>(first.long_window.Value()) / 1000);
  return ToMinutes(seconds * 1000 + static_cast<double>(first.hold.Value()));
}

RuleSpec AbsentAlert(const PyrraSpec& spec, const PyrraMetric& metric, const LabelMap& extra) {
  RuleSpec rule;
  rule.alert = "SLOMetricAbsent";
  rule.expr = fmt::format("absent({}) == 1", metric.Text());
  rule.hold = AbsentFor(spec);
  rule.labels = Over(Over(FixedLabels(spec), extra), {{"severity", "critical"}});
  rule.annotations = spec.annotations;
  return rule;
}

// One thing that is counted over the whole window.
struct Counted {
  std::string record;    // "http_requests:increase"
  std::string function;  // increase, count_over_time, …
  PyrraMetric metric;
  LabelMap labels;
  bool absent = true;
};

std::vector<Counted> CountedBy(const PyrraSpec& spec) {
  const std::string total = Base(spec.total.name);
  switch (spec.kind) {
    case PyrraKind::kRatio: {
      std::vector<Counted> all{{total + ":increase", "increase", spec.total, {}}};
      if (spec.errors.name != spec.total.name) {
        all.push_back({Base(spec.errors.name) + ":increase", "increase", spec.errors, {}});
      }
      return all;
    }
    case PyrraKind::kLatency:
      return {{total + ":increase", "increase", spec.total, {}},
              {total + ":increase", "increase", spec.errors, {{"le", LeOf(spec)}}}};
    case PyrraKind::kLatencyNative:
      return {{total + ":increase", "increase", spec.total, {}}};
    case PyrraKind::kBoolGauge:
      return {{total + ":count", "count_over_time", spec.total, {}},
              {total + ":sum", "sum_over_time", spec.total, {}, false}};
  }
  return {};
}

std::string Whole(const PyrraSpec& spec, const Counted& counted) {
  const std::string window = Text(spec.window);
  const std::string sum = SumOf(IncreaseBy(spec), counted.function, counted.metric, window);
  return spec.kind == PyrraKind::kLatencyNative ? fmt::format("histogram_count({})", sum) : sum;
}

// The sum of five-minute steps that were recorded before.
std::string WholeOfSteps(const PyrraSpec& spec, const Counted& counted) {
  PyrraMetric steps = counted.metric;
  steps.name = counted.record + "5m";
  LabelMap le;
  if (spec.kind == PyrraKind::kLatency && !counted.labels.contains("le")) {
    le["le"] = "";
  }
  return fmt::format("sum{}(sum_over_time({}[{}:5m]))", IncreaseBy(spec), steps.Text(le),
                     Text(spec.window));
}

base::DurationMs IncreaseInterval(base::DurationMs window) {
  const int64_t weeks = window.Value() / (7 * kDayMs);
  return weeks >= 8 ? base::Minutes(5) : base::Seconds(30 * (weeks + 1));
}

// An increase over the window, with the labels that the selector and the SLO fix.
std::string Recorded(const PyrraSpec& spec, const char* what, const PyrraMetric& metric,
                     LabelMap extra) {
  PyrraMetric recorded = metric;
  recorded.name = Base(metric.name) + ":" + what + Text(spec.window);
  extra["slo"] = spec.name;
  return recorded.Text(extra);
}

std::string Availability(const PyrraSpec& spec) {
  switch (spec.kind) {
    case PyrraKind::kRatio:
      return fmt::format("1 - sum({} or vector(0)) / sum({})",
                         Recorded(spec, "increase", spec.errors, {}),
                         Recorded(spec, "increase", spec.total, {}));
    case PyrraKind::kLatency: {
      PyrraMetric good = spec.errors;
      good.name = spec.total.name;
      return fmt::format("sum({} or vector(0)) / sum({})", Recorded(spec, "increase", good, {}),
                         Recorded(spec, "increase", spec.total, {{"le", ""}}));
    }
    case PyrraKind::kLatencyNative:
      return fmt::format("1 - ({}) / {}", PyrraErrors(spec, Text(spec.window)),
                         PyrraTotal(spec, Text(spec.window)));
    case PyrraKind::kBoolGauge:
      return fmt::format("sum({}) / sum({})", Recorded(spec, "sum", spec.total, {}),
                         Recorded(spec, "count", spec.total, {}));
  }
  return "";
}

}  // namespace

std::vector<PyrraWindow> PyrraWindows(base::DurationMs window) {
  const auto part = [&](double of) { return ToMinutes(static_cast<double>(window.Value()) / of); };
  return {{"critical", part(28 * 24 * 30), part(28 * 24), part(28 * 24 * 12), 14},
          {"critical", part(28 * 24 * 4), part(28 * 4), part(28 * 24 * 2), 7},
          {"warning", part(28 * 24), part(28), part(28 * 12), 2},
          {"warning", part(28 * 8), part(7), part(28 * 4), 1}};
}

std::string PyrraErrors(const PyrraSpec& spec, std::string_view window) {
  const std::string by = GroupBy(spec);
  switch (spec.kind) {
    case PyrraKind::kRatio:
      return SumOf(by, "rate", spec.errors, window);
    case PyrraKind::kLatency:
      return fmt::format("{} - {}", SumOf(by, "rate", spec.total, window),
                         SumOf(by, "rate", spec.errors, window));
    case PyrraKind::kLatencyNative: {
      const std::string rate = SumOf(by, "rate", spec.total, window);
      const auto limit = config::ParseDuration(spec.latency);
      const double seconds = limit.ok() ? static_cast<double>(limit->Value()) / 1000 : 0;
      return fmt::format(
          "histogram_count({0}) - histogram_count({0}) * histogram_fraction(0, "
          "{1}, {0})",
          rate, GoFloat(seconds));
    }
    case PyrraKind::kBoolGauge:
      return fmt::format("{} - {}", SumOf(by, "count_over_time", spec.total, window),
                         SumOf(by, "sum_over_time", spec.total, window));
  }
  return "";
}

std::string PyrraTotal(const PyrraSpec& spec, std::string_view window) {
  const bool gauge = spec.kind == PyrraKind::kBoolGauge;
  const std::string sum =
      SumOf(GroupBy(spec), gauge ? "count_over_time" : "rate", spec.total, window);
  return spec.kind == PyrraKind::kLatencyNative ? fmt::format("histogram_count({})", sum) : sum;
}

RuleGroupSpec PyrraBurnRates(const PyrraSpec& spec, const std::string& external_url) {
  RuleGroupSpec group;
  group.name = spec.name;
  group.interval = base::Seconds(30);
  std::set<base::DurationMs> lengths;
  const std::vector<PyrraWindow> windows = PyrraWindows(spec.window);
  for (const PyrraWindow& window : windows) {
    lengths.insert(window.short_window);
    lengths.insert(window.long_window);
  }
  for (const base::DurationMs length : lengths) {
    group.rules.push_back(
        Recording(BurnRateName(spec, length), BurnRateExpr(spec, Text(length)), FixedLabels(spec)));
  }
  for (const PyrraWindow& window : windows) {
    if (spec.alerting && spec.burnrate_alerts) {
      group.rules.push_back(BurnAlert(spec, window, external_url));
    }
  }
  return group;
}

RuleGroupSpec PyrraIncreases(const PyrraSpec& spec) {
  RuleGroupSpec group;
  group.name = spec.name + "-increase";
  group.interval = IncreaseInterval(spec.window);
  const bool alert = spec.alerting && spec.absent_alert;
  const std::vector<Counted> all = CountedBy(spec);
  // Two metrics of a ratio are looked after one by one, those of one histogram together.
  const bool together = spec.kind != PyrraKind::kRatio;
  const auto add_absent = [&](const Counted& counted) {
    if (alert && counted.absent) {
      group.rules.push_back(AbsentAlert(spec, counted.metric, counted.labels));
    }
  };
  for (const Counted& counted : all) {
    const LabelMap labels = Over(FixedLabels(spec), counted.labels);
    if (spec.performance_over_accuracy) {
      group.rules.push_back(
          Recording(counted.record + "5m",
                    SumOf(IncreaseBy(spec), counted.function, counted.metric, "5m"), labels));
    } else {
      group.rules.push_back(
          Recording(counted.record + Text(spec.window), Whole(spec, counted), labels));
    }
    if (!together) {
      add_absent(counted);
    }
  }
  if (together) {
    std::for_each(all.begin(), all.end(), add_absent);
  }
  if (spec.performance_over_accuracy) {
    for (const Counted& counted : all) {
      group.rules.push_back(Recording(counted.record + Text(spec.window),
                                      WholeOfSteps(spec, counted),
                                      Over(FixedLabels(spec), counted.labels)));
    }
  }
  return group;
}

std::optional<RuleGroupSpec> PyrraGeneric(const PyrraSpec& spec) {
  if (!spec.grouping.empty()) {
    return std::nullopt;
  }
  RuleGroupSpec group;
  group.name = spec.name + "-generic";
  group.interval = base::Seconds(30);
  const auto add = [&](const char* record, std::string expr) {
    group.rules.push_back(
        Recording(record, std::move(expr), Over(spec.labels, {{"slo", spec.name}})));
  };
  add("pyrra_objective", GoFloat(spec.target));
  add("pyrra_window", fmt::format("{}", spec.window.Value() / 1000));
  add("pyrra_availability", Availability(spec));
  if (spec.kind == PyrraKind::kBoolGauge) {
    const std::string count = Recorded(spec, "count", spec.total, {});
    add("pyrra_requests:rate5m", fmt::format("sum({})", count));
    add("pyrra_errors:rate5m",
        fmt::format("sum({}) - sum({})", count, Recorded(spec, "sum", spec.total, {})));
    return group;
  }
  add("pyrra_requests:rate5m", PyrraTotal(spec, "5m"));
  add("pyrra_errors:rate5m",
      PyrraErrors(spec, "5m") + (spec.kind == PyrraKind::kRatio ? " or vector(0)" : ""));
  return group;
}

}  // namespace sb::slo
