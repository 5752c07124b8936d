// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/unit_test_runner.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

namespace sb::rules {
namespace {

class UnitTestRunnerTest : public testing::Test {
 protected:
  void Write(const std::string& path, std::string_view text) {
    ASSERT_TRUE(base::WriteFileAtomically(env_.files(), path, text).ok());
  }
  // All errors, a line each; "ok" if there are none.
  std::string Run(const std::string& path, const UnitTestOptions& options = {}) {
    const auto outcomes = RunUnitTestFile(env_, path, options);
    if (!outcomes.ok()) {
      return std::string(outcomes.status().message());
    }
    std::string text;
    for (const UnitTestOutcome& outcome : *outcomes) {
      for (const std::string& error : outcome.errors) {
        text += error + "\n";
      }
    }
    return text.empty() ? "ok" : text;
  }

  base::SimulatedEnv env_{1};
};

constexpr const char* kRules = R"(groups:
- name: g
  rules:
  - {record: doubled, expr: in * 2}
  - {alert: High, expr: doubled > 10, for: 2m, labels: {severity: page}}
)";

TEST_F(UnitTestRunnerTest, PassesWhatHolds) {
  Write("/rules.yml", kRules);
  Write("/t.yml", R"(rule_files: [rules.yml]
tests:
- interval: 1m
  input_series: [{series: 'in{a="b"}', values: '1 2 10x5'}]
  alert_rule_test:
  - {eval_time: 3m, alertname: High}
  - eval_time: 4m30s
    alertname: High
    exp_alerts: [{exp_labels: {a: b, severity: page}}]
  promql_expr_test:
  - expr: doubled
    eval_time: 1m
    exp_samples: [{labels: 'doubled{a="b"}', value: 4}]
)");
  EXPECT_EQ(Run("/t.yml"), "ok");
}

TEST_F(UnitTestRunnerTest, SaysWhatWasExpectedAndWhatCame) {
  Write("/rules.yml", kRules);
  Write("/t.yml", R"(rule_files: [rules.yml]
tests:
- name: wrong
  input_series: [{series: 'in', values: '6x9'}]
  alert_rule_test: [{eval_time: 5m, alertname: High}]
  promql_expr_test: [{expr: in, eval_time: 0, exp_samples: [{labels: in, value: 1}]}]
)");
  EXPECT_EQ(Run("/t.yml"),
            "    name: wrong,\n"
            "    alertname: High, time: 5m, \n"
            "        exp:[], \n"
            "        got:[\n"
            "            0:\n"
            "              Labels:{alertname=\"High\", severity=\"page\"}\n"
            "              Annotations:{}\n"
            "            ]\n"
            "    name: wrong,\n"
            "    expr: \"in\", time: 0s,\n"
            "        exp: {__name__=\"in\"} 1E+00\n"
            "        got: {__name__=\"in\"} 6E+00\n");
}

TEST_F(UnitTestRunnerTest, RunSelectsByName) {
  Write("/t.yml", R"(tests:
- {name: one, promql_expr_test: [{expr: '1', eval_time: 0, exp_samples: [{value: 1}]}]}
- {name: two, promql_expr_test: [{expr: '1', eval_time: 0, exp_samples: [{value: 2}]}]}
)");
  EXPECT_EQ(Run("/t.yml", {.run = {"^on"}, .ignore_unknown_fields = false}), "ok");
  EXPECT_NE(Run("/t.yml"), "ok");
}

TEST_F(UnitTestRunnerTest, StartTimestampMovesTheClock) {
  Write("/t.yml", R"(tests:
- start_timestamp: 2024-02-29T00:00:00Z
  promql_expr_test: [{expr: time(), eval_time: 1m, exp_samples: [{value: 1709164860}]}]
- start_timestamp: 1000
  promql_expr_test: [{expr: time(), eval_time: 0, exp_samples: [{value: 1000}]}]
- start_timestamp: 1970-01-01T02:00:00+01:00
  promql_expr_test: [{expr: time(), eval_time: 0, exp_samples: [{value: 3600}]}]
)");
  EXPECT_EQ(Run("/t.yml"), "ok");
}

TEST_F(UnitTestRunnerTest, ComparesHistogramsByTheirText) {
  Write("/t.yml", R"(tests:
- input_series: [{series: h, values: '{{schema:1 sum:3 count:22 buckets:[5 10 7]}}'}]
  promql_expr_test:
  - expr: h
    eval_time: 0
    exp_samples: [{labels: h, histogram: '{{schema:1 count:22 sum:3 buckets:[5 10 7]}}'}]
)");
  EXPECT_EQ(Run("/t.yml"), "ok");
}

TEST_F(UnitTestRunnerTest, JunitNamesFilesTestsAndFailures) {
  EXPECT_EQ(JunitXml({{"a.yml", {{"one", {}}, {"two", {"1 < 2"}}}}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "<testsuite name=\"a.yml\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
            "<testcase name=\"one\">\n</testcase>\n<testcase name=\"two\">\n"
            "<failure message=\"1 &lt; 2\"></failure>\n</testcase>\n</testsuite>\n"
            "</testsuites>\n");
}

}  // namespace
}  // namespace sb::rules
