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

// Complaints about one SLO, each at the deepest part of its path that the file has.
class Complaints {
 public:
  using Path = std::initializer_list<std::string_view>;

  Complaints(const Node& slo, ErrorList* errors) : slo_(slo), errors_(*errors) {}

  void Add(Path path, std::string message) {
    const Node* place = &slo_;
    for (const std::string_view key : path) {
      const Node* const next = place->Find(key);
      if (next == nullptr) {
        break;
      }
      place = next;
    }
    errors_.Add(*place, std::move(message));
  }

 private:
  const Node& slo_;
  ErrorList& errors_;
};

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

// "" after a complaint.
std::string SelectorAt(Complaints::Path path, const std::string& text, Complaints* complaints,
                       std::string_view suffix = "", const std::string& extra = "") {
  auto selector = Selector(text, suffix, extra);
  if (!selector.ok()) {
    complaints->Add(path, std::string(selector.status().message()));
    return "";
  }
  return *std::move(selector);
}

void ReadRatio(const NativeRatio& ratio, Objective* objective, Complaints* complaints) {
  if (ratio.errors.empty() == ratio.good.empty() || ratio.total.empty()) {
    const char* const key = ratio.total.empty() ? "total" : ratio.good.empty() ? "errors" : "good";
    complaints->Add({"sli", "ratio", key}, "ratio needs total and either errors or good");
    return;
  }
  const bool has_errors = !ratio.errors.empty();
  const std::string total = SelectorAt({"sli", "ratio", "total"}, ratio.total, complaints);
  const std::string part = SelectorAt({"sli", "ratio", has_errors ? "errors" : "good"},
                                      has_errors ? ratio.errors : ratio.good, complaints);
  objective->total_query = RateOf(total, objective->group_by);
  const std::string rate = RateOf(part, objective->group_by);
  // Without errors yet there is no series of them: that is no unknown, it is none.
  objective->error_query =
      has_errors ? fmt::format("{} or 0 * {}", rate, objective->total_query)
                 : fmt::format("{0} - ({1} or 0 * {0})", objective->total_query, rate);
}

void ReadLatency(const NativeLatency& latency, Objective* objective, Complaints* complaints) {
  if (latency.threshold.Value() <= 0) {
    complaints->Add({"sli", "latency", "threshold"}, "latency needs a threshold above 0");
    return;
  }
  if (!latency.unit.empty() && latency.unit != "s" && latency.unit != "ms") {
    complaints->Add({"sli", "latency", "unit"}, "unit must be s or ms: " + latency.unit);
    return;
  }
  const double unit_ms = latency.unit == "ms" ? 1 : 1000;
  const std::string value =
      promql::PrintNumber(static_cast<double>(latency.threshold.Value()) / unit_ms);
  const Complaints::Path place = {"sli", "latency", "histogram"};
  if (latency.native) {
    const std::string all = SelectorAt(place, latency.histogram, complaints);
    const std::string rate = RateOf(all, objective->group_by);
    objective->total_query = fmt::format("histogram_count({})", rate);
    objective->error_query =
        fmt::format("histogram_count({0}) * (1 - histogram_fraction(-Inf, {1}, {0}))", rate, value);
    return;
  }
  // `le` is written "0.5" or "1", "1.0": both are the same bound.
  const std::string bound = value.find('.') == std::string::npos
                                ? fmt::format("le=~\"{0}|{0}\\\\.0\"", value)
                                : fmt::format("le=\"{}\"", value);
  const std::string count = SelectorAt(place, latency.histogram, complaints, "_count");
  if (count.empty()) {
    return;
  }
  const std::string bucket = SelectorAt(place, latency.histogram, complaints, "_bucket", bound);
  objective->total_query = RateOf(count, objective->group_by);
  objective->error_query =
      fmt::format("{} - {}", objective->total_query, RateOf(bucket, objective->group_by));
  objective->bucket = bucket;
}

void CheckQuery(Complaints::Path path, const std::string& text, Complaints* complaints) {
  if (text.empty()) {
    complaints->Add(path, "query needs errors and total, or error_ratio");
    return;
  }
  const std::string expanded = WithWindow(text, "5m");
  promql::ParseError error;
  if (expanded == text) {
    complaints->Add(path, "query must contain the window {{.window}}: " + text);
  } else if (promql::ParseExpr(expanded, &error) == nullptr) {
    complaints->Add(path, "invalid query: " + error.ToString(expanded));
  }
}

void ReadQuery(const NativeQuery& query, Objective* objective, Complaints* complaints) {
  if (!query.error_ratio.empty()) {
    objective->kind = SliKind::kErrorRatio;
    objective->error_query = query.error_ratio;
    return CheckQuery({"sli", "query", "error_ratio"}, query.error_ratio, complaints);
  }
  objective->error_query = query.errors;
  objective->total_query = query.total;
  CheckQuery({"sli", "query", "errors"}, query.errors, complaints);
  CheckQuery({"sli", "query", "total"}, query.total, complaints);
}

void ReadWindow(std::string_view key, const std::optional<NativeWindow>& from, AlertWindow* into,
                Complaints* complaints) {
  if (!from) {
    return;
  }
  into->disabled = from->disabled;
  into->fixed_burn_rate = from->burn_rate;
  into->long_window = from->long_window.Value() != 0 ? from->long_window : into->long_window;
  into->short_window = from->short_window.Value() != 0 ? from->short_window : into->short_window;
  if (from->burn_rate < 0) {
    complaints->Add({"alerting", "windows", key, "burn_rate"},
                    "burn_rate must be above 0: " + GoFloat(from->burn_rate));
  }
  if (into->short_window < base::Minutes(1) || into->short_window >= into->long_window) {
    complaints->Add({"alerting", "windows", key, "short"},
                    "the short window must be at least 1m and shorter than the long one");
  }
}

void ReadPeriod(const NativeSlo& slo, Objective* objective, Complaints* complaints) {
  objective->period.length = slo.window;
  if (slo.window < base::Hours(24)) {
    complaints->Add({"window"}, "window must be at least 1d");
  }
  if (!slo.calendar.empty()) {
    const auto length = CalendarLength(slo.calendar);
    if (!length) {
      complaints->Add({"calendar"},
                      "calendar must be day, week, month, quarter or year: " + slo.calendar);
      return;
    }
    objective->period = {*length, slo.calendar};
  }
}

void ReadAlerting(const NativeAlerting& alerting, Objective* objective, Complaints* complaints) {
  AlertWindows& windows = objective->windows;
  windows = WorkbookWindows(objective->period.length);
  ReadWindow("page_quick", alerting.windows.page_quick, &windows.page_quick, complaints);
  ReadWindow("page_slow", alerting.windows.page_slow, &windows.page_slow, complaints);
  ReadWindow("ticket_quick", alerting.windows.ticket_quick, &windows.ticket_quick, complaints);
  ReadWindow("ticket_slow", alerting.windows.ticket_slow, &windows.ticket_slow, complaints);
  objective->alert_name = alerting.name.empty() ? objective->name + "-burn-rate" : alerting.name;
  objective->alert = {false, alerting.labels, alerting.annotations};
  objective->page = {alerting.page.disabled, alerting.page.labels, alerting.page.annotations};
  objective->ticket = {alerting.ticket.disabled, alerting.ticket.labels,
                       alerting.ticket.annotations};
  objective->failures_min = alerting.failures_min;
}

void CheckLabels(Complaints::Path path, const LabelMap& labels, Complaints* complaints) {
  for (const auto& [name, value] : labels) {
    if (!model::IsLegacyLabelName(name)) {
      complaints->Add(path, "invalid label name: " + name);
    }
  }
}

void CheckNames(const NativeSlo& slo, Complaints* complaints) {
  if (slo.name.empty() || slo.service.empty()) {
    complaints->Add({slo.name.empty() ? "name" : "service"}, "an SLO needs name and service");
  }
  if (!(slo.objective > 0 && slo.objective < 100)) {
    complaints->Add({"objective"},
                    "objective must be above 0 and below 100: " + GoFloat(slo.objective));
  }
  CheckLabels({"labels"}, slo.labels, complaints);
  CheckLabels({"alerting", "labels"}, slo.alerting.labels, complaints);
  CheckLabels({"alerting", "page", "labels"}, slo.alerting.page.labels, complaints);
  CheckLabels({"alerting", "ticket", "labels"}, slo.alerting.ticket.labels, complaints);
  for (const std::string& label : slo.group_by) {
    if (!model::IsLegacyLabelName(label)) {
      complaints->Add({"group_by"}, "invalid label name: " + label);
    }
  }
}

void ReadSli(const NativeSli& sli, Objective* objective, Complaints* complaints) {
  if (sli.ratio.has_value() + sli.latency.has_value() + sli.query.has_value() != 1) {
    complaints->Add({"sli"}, "sli must have one of ratio, latency and query");
  } else if (sli.ratio) {
    ReadRatio(*sli.ratio, objective, complaints);
  } else if (sli.latency) {
    ReadLatency(*sli.latency, objective, complaints);
  } else {
    ReadQuery(*sli.query, objective, complaints);
  }
}

Objective ToObjective(const NativeSlo& slo, const std::string& file, Complaints* complaints) {
  Objective objective;
  objective.name = slo.name;
  objective.service = slo.service;
  objective.id = slo.service + "-" + slo.name;
  objective.description = slo.description;
  objective.origin = "native";
  objective.file = file;
  objective.labels = slo.labels;
  if (!slo.journey.empty()) {
    objective.labels["cuj_name"] = slo.journey;
  }
  objective.percent = slo.objective;
  objective.ratio = RatioOfPercent(GoFloat(slo.objective)).value_or(0);
  objective.group_by = slo.group_by;
  CheckNames(slo, complaints);
  ReadPeriod(slo, &objective, complaints);
  ReadAlerting(slo.alerting, &objective, complaints);
  ReadSli(slo.sli, &objective, complaints);
  return objective;
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

base::Result<NativeFile> ReadNativeFile(const Node& document, const std::string& file) {
  ErrorList errors(file);
  NativeFile native;
  config::Codec<NativeFile>::Read(document, {}, &native, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return native;
}

base::Result<std::vector<Objective>> ReadNative(const Node& document, const std::string& file) {
  SB_ASSIGN_OR_RETURN(const NativeFile native, ReadNativeFile(document, file));
  ErrorList errors(file);
  std::vector<Objective> objectives;
  for (size_t i = 0; i < native.slos.size(); ++i) {
    Complaints complaints(*document.Find("slos")->items[i], &errors);
    objectives.push_back(ToObjective(native.slos[i], file, &complaints));
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
          .Add("native", &NativeLatency::native, {.sentence = "It is a native histogram."})
          .Add("unit", &NativeLatency::unit,
               {.sentence = "Of the histogram: s or ms.", .default_text = "s"});
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

const OptionTable<NativeWindow>& OptionsOf(const NativeWindow*) {
  static const auto table =
      OptionTable<NativeWindow>("slo.window")
          .Add("burn_rate", &NativeWindow::burn_rate,
               {.sentence = "How many times faster than the budget allows; 0: the usual."})
          .Add("long", &NativeWindow::long_window, {.sentence = "In this window."})
          .Add("short", &NativeWindow::short_window, {.sentence = "And still in this one."})
          .Add("disabled", &NativeWindow::disabled, {.sentence = "Not watched."});
  return table;
}

const OptionTable<NativeWindows>& OptionsOf(const NativeWindows*) {
  static const auto table =
      OptionTable<NativeWindows>("slo.windows")
          .Add("page_quick", &NativeWindows::page_quick, {.sentence = "14.4 times, 1h and 5m."})
          .Add("page_slow", &NativeWindows::page_slow, {.sentence = "6 times, 6h and 30m."})
          .Add("ticket_quick", &NativeWindows::ticket_quick, {.sentence = "3 times, 1d and 2h."})
          .Add("ticket_slow", &NativeWindows::ticket_slow, {.sentence = "Once, 3d and 6h."});
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
          .Add("windows", &NativeAlerting::windows, {.sentence = "Other than the usual four."})
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
          .Add("alerting", &NativeSlo::alerting, {.sentence = "Alerts on burn rates."});
  return table;
}

const OptionTable<NativeFile>& OptionsOf(const NativeFile*) {
  static const auto table = OptionTable<NativeFile>("slo.file")
                                .Add("slos", &NativeFile::slos, {.sentence = "The objectives."});
  return table;
}

}  // namespace sb::slo
