// SPDX-License-Identifier: Apache-2.0
#include "slo/native_spec.h"

#include <fmt/format.h>

#include "model/label_name.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"

namespace sb::slo {
namespace {

using config::ErrorList;
using config::Node;
using config::OptionTable;

std::string By(const std::vector<std::string>& labels) {
  return labels.empty() ? "" : fmt::format(" by ({}) ", fmt::join(labels, ", "));
}

// A selector with `suffix` added to its metric name and one more matcher.
base::Result<std::string> Selector(const std::string& text, std::string_view suffix,
                                   const std::string& extra) {
  SB_ASSIGN_OR_RETURN(const auto matchers, promql::ParseMetricSelector(text));
  std::string name, inside;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.name() == model::kMetricName && matcher.type() == model::MatchType::kEqual) {
      name = matcher.value();
    } else {
      inside += (inside.empty() ? "" : ",") + matcher.ToString();
    }
  }
  if (name.empty()) {
    return base::InvalidArgument("a metric needs a name: " + text);
  }
  if (!extra.empty()) {
    inside += (inside.empty() ? "" : ",") + extra;
  }
  name += suffix;
  return inside.empty() ? name : fmt::format("{}{{{}}}", name, inside);
}

std::string RateOf(const std::string& selector, const std::vector<std::string>& by) {
  return fmt::format("sum{}(rate({}[{}]))", By(by), selector, kWindow);
}

base::Status ReadRatio(const NativeRatio& ratio, Objective* objective) {
  if (ratio.errors.empty() == ratio.good.empty() || ratio.total.empty()) {
    return base::InvalidArgument("ratio needs total and either errors or good");
  }
  SB_ASSIGN_OR_RETURN(const std::string total, Selector(ratio.total, "", ""));
  objective->total_query = RateOf(total, objective->group_by);
  if (!ratio.errors.empty()) {
    SB_ASSIGN_OR_RETURN(const std::string errors, Selector(ratio.errors, "", ""));
    // Without errors yet there is no series of them: that is no unknown, it is none.
    objective->error_query =
        fmt::format("{} or 0 * {}", RateOf(errors, objective->group_by), objective->total_query);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::string good, Selector(ratio.good, "", ""));
  objective->error_query = fmt::format("{0} - ({1} or 0 * {0})", objective->total_query,
                                       RateOf(good, objective->group_by));
  return base::OkStatus();
}

base::Status ReadLatency(const NativeLatency& latency, Objective* objective) {
  if (latency.threshold.Value() <= 0) {
    return base::InvalidArgument("latency needs a threshold above 0");
  }
  const std::string seconds =
      promql::PrintNumber(static_cast<double>(latency.threshold.Value()) / 1000);
  if (latency.native) {
    SB_ASSIGN_OR_RETURN(const std::string all, Selector(latency.histogram, "", ""));
    const std::string rate = RateOf(all, objective->group_by);
    objective->total_query = fmt::format("histogram_count({})", rate);
    objective->error_query = fmt::format(
        "histogram_count({0}) * (1 - histogram_fraction(-Inf, {1}, {0}))", rate, seconds);
    return base::OkStatus();
  }
  // `le` is written "0.5" or "1", "1.0": both are the same bound.
  const std::string bound = seconds.find('.') == std::string::npos
                                ? fmt::format("le=~\"{0}|{0}\\\\.0\"", seconds)
                                : fmt::format("le=\"{}\"", seconds);
  SB_ASSIGN_OR_RETURN(const std::string count, Selector(latency.histogram, "_count", ""));
  SB_ASSIGN_OR_RETURN(const std::string bucket, Selector(latency.histogram, "_bucket", bound));
  objective->total_query = RateOf(count, objective->group_by);
  objective->error_query =
      fmt::format("{} - {}", objective->total_query, RateOf(bucket, objective->group_by));
  return base::OkStatus();
}

base::Status ReadQuery(const NativeQuery& query, Objective* objective) {
  if (!query.error_ratio.empty()) {
    objective->kind = SliKind::kErrorRatio;
    objective->error_query = query.error_ratio;
  } else {
    objective->error_query = query.errors;
    objective->total_query = query.total;
  }
  for (const std::string* text : {&objective->error_query, &objective->total_query}) {
    if (text->empty() && objective->kind == SliKind::kErrorRatio) {
      continue;
    }
    const std::string expanded = WithWindow(*text, "5m");
    if (expanded == *text) {
      return base::InvalidArgument("query must contain the window {{.window}}: " + *text);
    }
    promql::ParseError error;
    if (promql::ParseExpr(expanded, &error) == nullptr) {
      return base::InvalidArgument("invalid query: " + error.ToString(expanded));
    }
  }
  return base::OkStatus();
}

base::Status ToObjective(const NativeSlo& slo, const std::string& file, Objective* objective) {
  objective->name = slo.name;
  objective->service = slo.service;
  objective->id = slo.service + "-" + slo.name;
  objective->description = slo.description;
  objective->origin = "native";
  objective->file = file;
  objective->labels = slo.labels;
  if (!slo.journey.empty()) {
    objective->labels["cuj_name"] = slo.journey;
  }
  objective->percent = slo.objective;
  objective->ratio = RatioOfPercent(GoFloat(slo.objective)).value_or(0);
  objective->period.length = slo.window;
  if (!slo.calendar.empty()) {
    const auto length = CalendarLength(slo.calendar);
    if (!length) {
      return base::InvalidArgument("calendar must be day, week, month, quarter or year: " +
                                   slo.calendar);
    }
    objective->period = {*length, slo.calendar};
  }
  objective->windows = WorkbookWindows(objective->period.length);
  objective->group_by = slo.group_by;
  objective->alert_name = slo.alerting.name.empty() ? slo.name + "-burn-rate" : slo.alerting.name;
  objective->alert = {false, slo.alerting.labels, slo.alerting.annotations};
  objective->page = {slo.alerting.page.disabled, slo.alerting.page.labels,
                     slo.alerting.page.annotations};
  objective->ticket = {slo.alerting.ticket.disabled, slo.alerting.ticket.labels,
                       slo.alerting.ticket.annotations};
  objective->failures_min = slo.alerting.failures_min;
  const int kinds =
      slo.sli.ratio.has_value() + slo.sli.latency.has_value() + slo.sli.query.has_value();
  if (kinds != 1) {
    return base::InvalidArgument("sli must have one of ratio, latency and query");
  }
  return slo.sli.ratio     ? ReadRatio(*slo.sli.ratio, objective)
         : slo.sli.latency ? ReadLatency(*slo.sli.latency, objective)
                           : ReadQuery(*slo.sli.query, objective);
}

void CheckSlo(const Node& node, NativeSlo* slo, ErrorList& errors) {
  if (slo->name.empty() || slo->service.empty()) {
    errors.Add(node, "an SLO needs name and service");
  }
  if (!(slo->objective > 0 && slo->objective < 100)) {
    errors.Add(node, "objective must be above 0 and below 100: " + GoFloat(slo->objective));
  }
  if (slo->window < base::Hours(24)) {
    errors.Add(node, "window must be at least 1d");
  }
  for (const auto& [name, value] : slo->labels) {
    if (!model::IsLegacyLabelName(name)) {
      errors.Add(node, "invalid label name: " + name);
    }
  }
}

}  // namespace

std::optional<base::DurationMs> CalendarLength(std::string_view calendar) {
  static constexpr std::pair<std::string_view, int64_t> kDays[] = {
      {"day", 1}, {"week", 7}, {"month", 30}, {"quarter", 91}, {"year", 365}};
  for (const auto& [word, days] : kDays) {
    if (word == calendar) {
      return base::Hours(24 * days);
    }
  }
  return std::nullopt;
}

bool IsNative(const Node& document) {
  return document.Find("slos") != nullptr && document.Find("version") == nullptr;
}

base::Result<std::vector<Objective>> ReadNative(const Node& document, const std::string& file) {
  ErrorList errors(file);
  NativeFile native;
  config::Codec<NativeFile>::Read(document, {}, &native, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  std::vector<Objective> objectives;
  for (size_t i = 0; i < native.slos.size(); ++i) {
    Objective objective;
    const base::Status status = ToObjective(native.slos[i], file, &objective);
    if (!status.ok()) {
      errors.Add(*document.Find("slos")->items[i], std::string(status.message()));
    }
    objectives.push_back(std::move(objective));
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return objectives;
}

const OptionTable<NativeRatio>& OptionsOf(const NativeRatio*) {
  static const auto table =
      OptionTable<NativeRatio>("slo.ratio")
          .Add("errors", &NativeRatio::errors, {.sentence = "Selector of the counter of errors."})
          .Add("good", &NativeRatio::good, {.sentence = "Instead: of good events."})
          .Add("total", &NativeRatio::total, {.sentence = "Selector of the counter of all."});
  return table;
}

const OptionTable<NativeLatency>& OptionsOf(const NativeLatency*) {
  static const auto table =
      OptionTable<NativeLatency>("slo.latency")
          .Add("histogram", &NativeLatency::histogram,
               {.sentence = "Selector of a histogram in seconds, without _bucket."})
          .Add("threshold", &NativeLatency::threshold, {.sentence = "What is fast enough."})
          .Add("native", &NativeLatency::native, {.sentence = "It is a native histogram."});
  return table;
}

const OptionTable<NativeQuery>& OptionsOf(const NativeQuery*) {
  static const auto table =
      OptionTable<NativeQuery>("slo.query")
          .Add("errors", &NativeQuery::errors, {.sentence = "PromQL with {{.window}}."})
          .Add("total", &NativeQuery::total, {.sentence = "PromQL with {{.window}}."})
          .Add("error_ratio", &NativeQuery::error_ratio, {.sentence = "Instead of the two."});
  return table;
}

const OptionTable<NativeSli>& OptionsOf(const NativeSli*) {
  static const auto table =
      OptionTable<NativeSli>("slo.sli")
          .Add("ratio", &NativeSli::ratio, {.sentence = "Two counters."})
          .Add("latency", &NativeSli::latency, {.sentence = "A histogram and a threshold."})
          .Add("query", &NativeSli::query, {.sentence = "Free queries."});
  return table;
}

const OptionTable<NativeAlert>& OptionsOf(const NativeAlert*) {
  static const auto table =
      OptionTable<NativeAlert>("slo.alert")
          .Add("disabled", &NativeAlert::disabled, {.sentence = "No such alert."})
          .Add("labels", &NativeAlert::labels, {.sentence = "More labels."})
          .Add("annotations", &NativeAlert::annotations, {.sentence = "More annotations."});
  return table;
}

const OptionTable<NativeAlerting>& OptionsOf(const NativeAlerting*) {
  static const auto table =
      OptionTable<NativeAlerting>("slo.alerting")
          .Add("name", &NativeAlerting::name, {.sentence = "Of both alerts."})
          .Add("labels", &NativeAlerting::labels, {.sentence = "Labels of both."})
          .Add("annotations", &NativeAlerting::annotations, {.sentence = "Annotations of both."})
          .Add("page", &NativeAlerting::page, {.sentence = "The fast burn."})
          .Add("ticket", &NativeAlerting::ticket, {.sentence = "The slow burn."})
          .Add("failures_min", &NativeAlerting::failures_min,
               {.sentence = "Errors an hour below which nothing fires."});
  return table;
}

const OptionTable<NativeSlo>& OptionsOf(const NativeSlo*) {
  static const auto table =
      OptionTable<NativeSlo>("slo")
          .Add("name", &NativeSlo::name, {.sentence = "Unique within its service."})
          .Add("service", &NativeSlo::service, {.sentence = "What it is about."})
          .Add("description", &NativeSlo::description, {.sentence = "For people."})
          .Add("journey", &NativeSlo::journey, {.sentence = "The user journey, cuj.name."})
          .Add("objective", &NativeSlo::objective, {.sentence = "Percent, such as 99.9."})
          .Add("window", &NativeSlo::window, {.sentence = "Rolling period.", .default_text = "30d"})
          .Add("calendar", &NativeSlo::calendar,
               {.sentence = "Instead: day, week, month, quarter or year, in UTC."})
          .Add("sli", &NativeSlo::sli, {.sentence = "What is measured."})
          .Add("group_by", &NativeSlo::group_by, {.sentence = "A budget for each of these."})
          .Add("labels", &NativeSlo::labels, {.sentence = "Labels of rules and alerts."})
          .Add("alerting", &NativeSlo::alerting, {.sentence = "Alerts on burn rates."})
          .Check(&CheckSlo);
  return table;
}

const OptionTable<NativeFile>& OptionsOf(const NativeFile*) {
  static const auto table = OptionTable<NativeFile>("slo.file")
                                .Add("slos", &NativeFile::slos, {.sentence = "The objectives."});
  return table;
}

}  // namespace sb::slo
