// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/unit_test_file.h"

#include <set>

#include "config/yaml_reader.h"

namespace sb::rules {

using config::OptionTable;

const OptionTable<ExpectedSample>& OptionsOf(const ExpectedSample*) {
  static const auto table =
      OptionTable<ExpectedSample>("main.sample")
          .Add("labels", &ExpectedSample::labels, {.sentence = "A metric, as in a query."})
          .Add("value", &ExpectedSample::value, {.sentence = "The value."})
          .Add("histogram", &ExpectedSample::histogram, {.sentence = "Instead of a value."});
  return table;
}

const OptionTable<PromqlCase>& OptionsOf(const PromqlCase*) {
  static const auto table =
      OptionTable<PromqlCase>("main.promqlTestCase")
          .Add("expr", &PromqlCase::expr, {.sentence = "The query."})
          .Add("eval_time", &PromqlCase::eval_time, {.sentence = "Time since the start."})
          .Add("exp_samples", &PromqlCase::exp_samples, {.sentence = "What it gives."});
  return table;
}

const OptionTable<ExpectedAlert>& OptionsOf(const ExpectedAlert*) {
  static const auto table =
      OptionTable<ExpectedAlert>("main.alert")
          .Add("exp_labels", &ExpectedAlert::exp_labels, {.sentence = "Without alertname."})
          .Add("exp_annotations", &ExpectedAlert::exp_annotations, {.sentence = "Expanded."});
  return table;
}

const OptionTable<AlertCase>& OptionsOf(const AlertCase*) {
  static const auto table =
      OptionTable<AlertCase>("main.alertTestCase")
          .Add("eval_time", &AlertCase::eval_time, {.sentence = "Time since the start."})
          .Add("alertname", &AlertCase::alertname, {.sentence = "Which alert."})
          .Add("exp_alerts", &AlertCase::exp_alerts, {.sentence = "Those that fire."});
  return table;
}

const OptionTable<InputSeries>& OptionsOf(const InputSeries*) {
  static const auto table =
      OptionTable<InputSeries>("main.series")
          .Add("series", &InputSeries::series, {.sentence = "A metric, as in a query."})
          .Add("values", &InputSeries::values, {.sentence = "One value per interval."});
  return table;
}

const OptionTable<TestGroup>& OptionsOf(const TestGroup*) {
  static const auto table =
      OptionTable<TestGroup>("main.testGroup")
          .Add("interval", &TestGroup::interval, {.sentence = "Time between two values."})
          .Add("start_timestamp", &TestGroup::start_timestamp, {.sentence = "Time of the start."})
          .Add("input_series", &TestGroup::input_series, {.sentence = "What is there."})
          .Add("alert_rule_test", &TestGroup::alert_rule_test, {.sentence = "Checks of alerts."})
          .Add("promql_expr_test", &TestGroup::promql_expr_test, {.sentence = "Checks of queries."})
          .Add("external_labels", &TestGroup::external_labels,
               {.sentence = "$externalLabels in templates."})
          .Add("external_url", &TestGroup::external_url, {.sentence = "In templates."})
          .Add("name", &TestGroup::name, {.sentence = "For --run and messages."});
  return table;
}

const OptionTable<UnitTestFile>& OptionsOf(const UnitTestFile*) {
  static const auto table =
      OptionTable<UnitTestFile>("main.unitTestFile")
          .Add("rule_files", &UnitTestFile::rule_files, {.sentence = "Patterns."})
          .Add("evaluation_interval", &UnitTestFile::evaluation_interval,
               {.sentence = "How often rules are evaluated.", .default_text = "1m"})
          .Add("group_eval_order", &UnitTestFile::group_eval_order,
               {.sentence = "Groups that are evaluated first, in this order."})
          .Add("tests", &UnitTestFile::tests, {.sentence = "The tests."})
          .Add("fuzzy_compare", &UnitTestFile::fuzzy_compare,
               {.sentence = "Neighbouring floats count as equal."});
  return table;
}

base::Result<UnitTestFile> ParseUnitTestFile(std::string_view text, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(text, path));
  config::ErrorList errors(path);
  UnitTestFile file;
  config::Codec<UnitTestFile>::Read(*root, {}, &file, errors);
  std::set<std::string> seen;
  for (const std::string& name : file.group_eval_order) {
    if (!seen.insert(name).second) {
      errors.Add(*root, "group name repeated in evaluation order: " + name);
    }
  }
  SB_RETURN_IF_ERROR(errors.ToStatus());
  if (file.evaluation_interval.Value() == 0) {
    file.evaluation_interval = base::Minutes(1);
  }
  for (TestGroup& group : file.tests) {
    if (group.interval.Value() == 0) {
      group.interval = file.evaluation_interval;
    }
  }
  return file;
}

}  // namespace sb::rules
