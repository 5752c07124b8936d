// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/unit_test_runner.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "alert/rules/alerting_rule.h"
#include "alert/rules/memory_store.h"
#include "alert/rules/promql_language.h"
#include "alert/rules/rule_group.h"
#include "alert/rules/unit_test_compare.h"
#include "alert/rules/unit_test_file.h"
#include "config/duration.h"
#include "discovery/discovery_configs.h"
#include "discovery/glob.h"
#include "model/histogram_math.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/series_notation.h"

namespace sb::rules {
namespace {

struct LoadedGroup {
  std::string file;
  RuleGroupSpec spec;
};

base::Result<model::HistogramPtr> Combine(const model::Histogram& a, const model::Histogram& b,
                                          promql::HistogramStep step) {
  model::Histogram out = a;
  const auto outcome =
      step == promql::HistogramStep::kAdd ? model::Add(&out, b) : model::Subtract(&out, b);
  SB_RETURN_IF_ERROR(outcome.status());
  return model::HistogramPtr(std::make_shared<const model::Histogram>(std::move(out)));
}

struct TimedSample {
  int64_t time_ms = 0;
  model::LabelSet labels;
  model::Sample sample;
};

// All input samples, in time order.
base::Result<std::vector<TimedSample>> ReadInput(const TestGroup& test, int64_t start_ms) {
  std::vector<TimedSample> samples;
  for (const InputSeries& series : test.input_series) {
    SB_ASSIGN_OR_RETURN(const model::LabelSet labels, promql::ParseMetric(series.series));
    SB_ASSIGN_OR_RETURN(const auto values, promql::ParseSequence(series.values, Combine));
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].omitted) {
        continue;
      }
      TimedSample one;
      one.time_ms = start_ms + static_cast<int64_t>(i) * test.interval.Value();
      one.labels = labels;
      one.sample.time_ms = one.time_ms;
      one.sample.value = values[i].value;
      one.sample.histogram = values[i].histogram;
      samples.push_back(std::move(one));
    }
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
  return samples;
}

// Unix seconds, or RFC 3339 in UTC or with an offset.
base::Result<int64_t> ReadStart(const std::string& text) {
  if (text.empty()) {
    return int64_t{0};
  }
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) {
    return static_cast<int64_t>(seconds * 1000);
  }
  const auto value = [&text] {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour,
                    &minute, &second, &used) != 6) {
      return std::pair<int64_t, std::string>(0, "?");
    }
    const std::chrono::sys_days date(std::chrono::year(year) /
                                     std::chrono::month(static_cast<unsigned>(month)) /
                                     std::chrono::day(static_cast<unsigned>(day)));
    const int64_t days = date.time_since_epoch().count();
    return std::pair<int64_t, std::string>(((days * 24 + hour) * 60 + minute) * 60 + second,
                                           text.substr(static_cast<size_t>(used)));
  }();
  int hours = 0, minutes = 0;
  if (value.second == "Z" || value.second == "z") {
    return value.first * 1000;
  }
  if (value.second.size() == 6 &&
      std::sscanf(value.second.c_str() + 1, "%2d:%2d", &hours, &minutes) == 2) {
    const int64_t offset = (hours * 60 + minutes) * 60;
    return (value.second[0] == '-' ? value.first + offset : value.first - offset) * 1000;
  }
  return base::InvalidArgument("start_timestamp is neither Unix seconds nor RFC 3339: " + text);
}

// One test group: its store, its groups, and what is found wrong.
class TestRun {
 public:
  TestRun(base::Env& env, const UnitTestFile& file, const TestGroup& test)
      : env_(env),
        file_(file),
        test_(test),
        engine_(promql::EngineOptions{.subquery_step_ms = file.evaluation_interval.Value(),
                                      .samples_max = 0,
                                      .timeout_ms = 0,
                                      .delayed_name_removal = false}),
        language_(engine_, env.clock()) {}

  std::vector<std::string> Run(const std::vector<LoadedGroup>& groups) {
    const base::Status status = Prepare(groups);
    if (!status.ok()) {
      errors_.push_back("    " + std::string(status.message()));
      return errors_;
    }
    if (EvaluateAll()) {
      CheckAlerts(test_.alert_rule_test.size());
      CheckQueries();
    }
    return errors_;
  }

 private:
  base::Status Prepare(const std::vector<LoadedGroup>& groups) {
    SB_ASSIGN_OR_RETURN(start_ms_, ReadStart(test_.start_timestamp));
    SB_ASSIGN_OR_RETURN(input_, ReadInput(test_, start_ms_));
    auto templates = std::make_shared<TemplateEnvironment>();
    templates->external_labels = test_.external_labels;
    templates->external_url = test_.external_url;
    templates->query = [this](const std::string& query, int64_t time_ms) {
      return Query(query, time_ms);
    };
    for (const LoadedGroup& group : groups) {
      SB_ASSIGN_OR_RETURN(GroupDefinition definition,
                          CompileGroup(language_, group.file, "test", group.spec));
      groups_.push_back(std::make_unique<RuleGroup>(
          std::move(definition), RuleGroup::Times{file_.evaluation_interval.Value(), 0}, true,
          GroupEnvironment{env_.clock(), store_, store_, nullptr, nullptr, nullptr, {}, {}},
          templates));
    }
    for (const AlertCase& one : test_.alert_rule_test) {
      alert_cases_.push_back(&one);
      last_ms_ = std::max(last_ms_, one.eval_time.Value());
    }
    std::stable_sort(alert_cases_.begin(), alert_cases_.end(),
                     [](const auto* a, const auto* b) { return a->eval_time < b->eval_time; });
    for (const PromqlCase& one : test_.promql_expr_test) {
      last_ms_ = std::max(last_ms_, one.eval_time.Value());
    }
    return base::OkStatus();
  }

  base::Result<query::InstantVector> Query(const std::string& query, int64_t time_ms) {
    SB_ASSIGN_OR_RETURN(const auto expression, language_.Parse(query));
    return expression->Evaluate(store_, time_ms);
  }

  // False when a rule failed.
  bool EvaluateAll() {
    size_t next = 0;
    size_t due = 0;
    const int64_t step_ms = file_.evaluation_interval.Value();
    for (int64_t at_ms = 0; at_ms <= last_ms_; at_ms += step_ms) {
      // Alerts are looked at in the state after the evaluation at or before their time.
      while (due < alert_cases_.size() && alert_cases_[due]->eval_time.Value() < at_ms) {
        ++due;
      }
      CheckAlerts(due);
      for (; next < input_.size() && input_[next].time_ms <= start_ms_ + at_ms; ++next) {
        const base::Status status = store_.Append(input_[next].labels, input_[next].sample);
        if (!status.ok()) {
          errors_.push_back("    " + std::string(status.message()));
          return false;
        }
      }
      for (const auto& group : groups_) {
        group->Evaluate(start_ms_ + at_ms);
        if (!CheckRules(*group, at_ms)) {
          return false;
        }
      }
    }
    for (; next < input_.size(); ++next) {
      (void)store_.Append(input_[next].labels, input_[next].sample);  // beyond all checks
    }
    return true;
  }

  bool CheckRules(const RuleGroup& group, int64_t at_ms) {
    bool ok = true;
    for (const RuleView& rule : group.View().rules) {
      if (rule.health == RuleHealth::kError) {
        errors_.push_back(fmt::format("    rule: {}, time: {}, err: {}", rule.spec.name(),
                                      config::FormatDuration(base::DurationMs(at_ms)),
                                      rule.last_error));
        ok = false;
      }
    }
    return ok;
  }

  // All alert cases before `end` that were not looked at yet.
  void CheckAlerts(size_t end) {
    for (; checked_ < end; ++checked_) {
      const AlertCase& one = *alert_cases_[checked_];
      if (one.alertname.empty()) {
        errors_.push_back(fmt::format(
            "    an item under alert_rule_test misses required attribute alertname at eval_time {}",
            config::FormatDuration(one.eval_time)));
        continue;
      }
      std::vector<AlertView> firing;
      for (const auto& group : groups_) {
        for (const RuleView& rule : group->View().rules) {
          for (const AlertView& alert : rule.alerts) {
            if (rule.spec.alert == one.alertname && alert.state == AlertState::kFiring) {
              firing.push_back(alert);
            }
          }
        }
      }
      if (std::string error = CompareAlerts(one, test_.name, firing); !error.empty()) {
        errors_.push_back(std::move(error));
      }
    }
  }

  void CheckQueries() {
    for (const PromqlCase& one : test_.promql_expr_test) {
      const auto got = Query(one.expr, start_ms_ + one.eval_time.Value());
      std::string error;
      if (got.ok()) {
        error = CompareSamples(one, test_.name, *got,
                               file_.fuzzy_compare ? FloatCompare::kFuzzy : FloatCompare::kExact);
      } else {
        error = fmt::format("    expr: \"{}\", time: {}, err: {}", one.expr,
                            config::FormatDuration(one.eval_time), got.status().message());
      }
      if (!error.empty()) {
        errors_.push_back(std::move(error));
      }
    }
  }

  base::Env& env_;
  const UnitTestFile& file_;
  const TestGroup& test_;
  const promql::Engine engine_;
  const PromqlLanguage language_;
  MemoryStore store_;
  std::vector<TimedSample> input_;
  std::vector<std::unique_ptr<RuleGroup>> groups_;
  std::vector<const AlertCase*> alert_cases_;
  size_t checked_ = 0;
  int64_t start_ms_ = 0;
  int64_t last_ms_ = 0;
  std::vector<std::string> errors_;
};

base::Result<std::vector<LoadedGroup>> LoadGroups(base::Env& env, const UnitTestFile& file,
                                                  const std::string& path,
                                                  const UnitTestOptions& options) {
  std::vector<LoadedGroup> groups;
  const promql::Engine engine{{}};
  const PromqlLanguage language(engine, env.clock());
  RuleFileOptions read;
  read.language = &language;
  read.ignore_unknown_fields = options.ignore_unknown_fields;
  for (const std::string& pattern : file.rule_files) {
    const std::string full = discovery::JoinFolder(base::ParentPath(path), pattern);
    const std::vector<std::string> names = discovery::Glob(env.files(), full);
    if (names.empty()) {
      fmt::print("  WARNING: no file match pattern {}\n", pattern);
    }
    for (const std::string& name : names) {
      SB_ASSIGN_OR_RETURN(const std::string text, env.files().ReadFile(name));
      SB_ASSIGN_OR_RETURN(RuleFile rules, ParseRuleFile(text, name, read));
      for (RuleGroupSpec& group : rules.groups) {
        groups.push_back({name, std::move(group)});
      }
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [&file](const auto& a, const auto& b) {
    const auto place = [&file](const LoadedGroup& group) {
      const auto& order = file.group_eval_order;
      return std::find(order.begin(), order.end(), group.spec.name) - order.begin();
    };
    return place(a) < place(b);
  });
  return groups;
}

base::Result<std::vector<std::unique_ptr<RE2>>> ReadPatterns(
    const std::vector<std::string>& patterns) {
  std::vector<std::unique_ptr<RE2>> out;
  for (const std::string& pattern : patterns) {
    out.push_back(std::make_unique<RE2>(pattern, RE2::Quiet));
    if (!out.back()->ok()) {
      return base::InvalidArgument("--run: " + out.back()->error() + ": " + pattern);
    }
  }
  return out;
}

}  // namespace

base::Result<std::vector<UnitTestOutcome>> RunUnitTestFile(base::Env& env, const std::string& path,
                                                           const UnitTestOptions& options) {
  SB_ASSIGN_OR_RETURN(const auto patterns, ReadPatterns(options.run));
  SB_ASSIGN_OR_RETURN(const std::string text, env.files().ReadFile(path));
  SB_ASSIGN_OR_RETURN(const UnitTestFile file, ParseUnitTestFile(text, path));
  SB_ASSIGN_OR_RETURN(const auto groups, LoadGroups(env, file, path, options));
  std::vector<UnitTestOutcome> outcomes;
  for (const TestGroup& test : file.tests) {
    const bool wanted =
        patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const auto& re) {
          return RE2::PartialMatch(test.name, *re);
        });
    if (wanted) {
      outcomes.push_back({test.name, TestRun(env, file, test).Run(groups)});
    }
  }
  return outcomes;
}

}  // namespace sb::rules
