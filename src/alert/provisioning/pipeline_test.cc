// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/pipeline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "alert/provisioning/alerting_store.h"
#include "alert/rules/memory_store.h"
#include "alert/rules/rule_group.h"
#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"

namespace sb::provisioning {
namespace {

config::NodePtr Yaml(const std::string& text) {
  auto node = config::ParseYaml(text, "t");
  EXPECT_TRUE(node.ok()) << node.status().ToString();
  return *node;
}

TEST(PipelineTest, Reducers) {
  const std::vector<std::pair<int64_t, double>> points = {{1, 4}, {2, 1}, {3, 7}};
  const std::pair<const char*, double> cases[] = {{"last", 7},   {"mean", 4}, {"min", 1},
                                                  {"max", 7},    {"sum", 12}, {"count", 3},
                                                  {"median", 4}, {"diff", 3}};
  for (const auto& [reducer, value] : cases) {
    EXPECT_EQ(*Reduce(reducer, points), value) << reducer;
  }
  EXPECT_TRUE(std::isnan(*Reduce("last", {})));
  EXPECT_FALSE(Reduce("nonsense", points).ok());
}

TEST(PipelineTest, Evaluators) {
  EXPECT_TRUE(*Compare("gt", {1}, 2));
  EXPECT_FALSE(*Compare("within_range", {1, 3}, 3));
  EXPECT_TRUE(*Compare("within_range_included", {1, 3}, 3));
  EXPECT_TRUE(*Compare("outside_range", {3, 1}, 4));
  EXPECT_TRUE(*Compare("no_value", {}, std::nan("")));
  EXPECT_FALSE(Compare("nonsense", {}, 1).ok());
}

class GrafanaRuleTest : public testing::Test {
 protected:
  // The alerts of one rule after one evaluation at 10 minutes.
  std::vector<rules::AlertView> AlertsOf(const std::string& yaml) {
    const auto rule = ReadGrafanaRule(*Yaml(yaml));
    EXPECT_TRUE(rule.ok()) << rule.status().ToString();
    auto definition =
        CompileGrafanaGroup("ops", "g", base::Minutes(1), {*rule}, engine_, env_.clock());
    EXPECT_TRUE(definition.ok()) << definition.status().ToString();
    rules::RuleGroup group(
        std::move(definition).value(), {60'000, 0}, true,
        rules::GroupEnvironment{env_.clock(), store_, store_, nullptr, nullptr, nullptr, {}, {}},
        std::make_shared<rules::TemplateEnvironment>());
    group.Evaluate(600'000);
    return group.View().rules.at(0).alerts;
  }
  void Set(const char* job, int64_t time_ms, double value) {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    ASSERT_TRUE(
        store_.Append(model::LabelSet::FromPairs({{"__name__", "m"}, {"job", job}}), sample).ok());
  }

  base::SimulatedEnv env_{1};
  promql::Engine engine_{{}};
  rules::MemoryStore store_;
};

TEST_F(GrafanaRuleTest, QueryReduceThreshold) {
  for (int64_t minute = 0; minute <= 10; ++minute) {
    Set("a", minute * 60'000, 10);
    Set("b", minute * 60'000, 1);
  }
  const auto alerts = AlertsOf(R"(
title: High
condition: C
labels: {severity: page}
annotations: {summary: '{{ $labels.job }} is {{ $value }}'}
data:
- {refId: A, datasourceUid: prom, relativeTimeRange: {from: 300, to: 0}, model: {expr: m, range: true}}
- {refId: B, datasourceUid: __expr__, model: {type: reduce, expression: A, reducer: mean}}
- {refId: C, datasourceUid: __expr__, model: {type: threshold, expression: B,
   conditions: [{evaluator: {type: gt, params: [5]}}]}}
)");
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(
      alerts[0].labels,
      model::LabelSet::FromPairs(
          {{"alertname", "High"}, {"grafana_folder", "ops"}, {"job", "a"}, {"severity", "page"}}));
  EXPECT_EQ(alerts[0].annotations[0].second, "a is 10");
}

TEST_F(GrafanaRuleTest, ClassicConditionsGiveOneAlert) {
  Set("a", 590'000, 10);
  Set("b", 590'000, 20);
  const auto alerts = AlertsOf(R"(
title: Any
condition: B
data:
- {refId: A, datasourceUid: prom, model: {expr: m, instant: true}}
- {refId: B, datasourceUid: __expr__, model: {type: classic_conditions, conditions: [
   {evaluator: {type: gt, params: [15]}, operator: {type: and}, query: {params: [A]}, reducer: {type: last}}]}}
)");
  EXPECT_EQ(alerts.size(), 1u);
}

TEST_F(GrafanaRuleTest, NoDataAndErrorsAreAlertsOfTheirOwnUnlessOtherwiseAsked) {
  const std::string rule = R"(
title: T
condition: C
data:
- {refId: A, datasourceUid: prom, model: {expr: nothing, instant: true}}
- {refId: C, datasourceUid: __expr__, model: {type: math, expression: '$A > 1'}}
)";
  auto alerts = AlertsOf(rule);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].labels.Get("alertname"), "DatasourceNoData");
  EXPECT_EQ(alerts[0].labels.Get("rulename"), "T");
  EXPECT_TRUE(AlertsOf(rule + "noDataState: OK\n").empty());
  EXPECT_EQ(AlertsOf(rule + "noDataState: Alerting\n").at(0).labels.Get("alertname"), "T");
  Set("a", 590'000, 1);
  alerts = AlertsOf(R"(
title: T
condition: C
data:
- {refId: A, datasourceUid: prom, model: {expr: m * on(x) m, range: true}}
- {refId: C, datasourceUid: __expr__, model: {type: threshold, expression: A,
   conditions: [{evaluator: {type: gt, params: [5]}}]}}
)");
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].labels.Get("alertname"), "DatasourceError");
}

TEST_F(GrafanaRuleTest, FilesAndContactPointsBecomeRoutes) {
  auto catalog = catalog::Catalog::OpenInMemory(env_);
  ASSERT_TRUE(catalog.ok());
  AlertingStore store(env_, **catalog);
  const base::Status set =
      store.SetFiles({{"a.yml", R"(apiVersion: 1
contactPoints:
- name: mail
  receivers: [{uid: u, type: email, settings: {addresses: 'a@x;b@x'}}]
- name: chat
  receivers: [{uid: v, type: slack, settings: {url: $URL, recipient: '#ops'}}]
policies:
- receiver: mail
  group_by: [alertname]
  routes: [{receiver: chat, object_matchers: [[severity, '=', page]], continue: true}]
)"}},
                     [](std::string_view name) { return name == "URL" ? "http://hook" : ""; });
  ASSERT_TRUE(set.ok()) << set.ToString();
  const std::string yaml = store.AlertmanagerYaml();
  for (const char* part : {"to: a@x,b@x", "api_url: http://hook", "receiver: mail",
                           "\"severity\"=\"page\"", "continue: true"}) {
    EXPECT_NE(yaml.find(part), std::string::npos) << part << "\n" << yaml;
  }
}

}  // namespace
}  // namespace sb::provisioning
