// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/anomaly_spec.h"

#include <gtest/gtest.h>

#include "alert/rules/promql_language.h"
#include "alert/rules/rule_file.h"
#include "base/env.h"
#include "config/yaml_reader.h"

namespace sb::anomaly {
namespace {

base::Result<AnomalySpec> Read(const std::string& text) {
  SB_ASSIGN_OR_RETURN(const config::NodePtr node, config::ParseYaml(text, "a.yaml"));
  config::ErrorList errors("a.yaml");
  AnomalySpec spec;
  OptionsOf(&spec).Read(*node, &spec, errors);
  SB_RETURN_IF_ERROR(errors.ToStatus());
  return spec;
}

TEST(AnomalySpecTest, ReadsDefaultsAndNamesMistakes) {
  const auto spec = Read("name: a\nquery: sum(rate(x[5m]))\n");
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->Options().hours_min, 24);
  EXPECT_EQ(spec->Options().season, Season::kWeek);
  for (const auto& [text, complaint] : std::initializer_list<std::pair<const char*, const char*>>{
           {"query: x", "needs name and query"},
           {"{name: a, query: 'sum('}", "invalid query"},
           {"{name: a, query: x, season: month}", "unknown season (week, day, none): month"},
           {"{name: a, query: x, sensitivity: 0}", "sensitivity must be above 0"},
           {"{name: a, query: x, interval: 2h}", "interval must be from 1s to 1h: 2h"},
           {"{name: a, query: x, alert: {direction: up}}", "unknown direction"},
           {"{name: a, query: x, alert: {labels: {a-b: c}}}", "invalid label name: a-b"}}) {
    const auto bad = Read(text);
    ASSERT_FALSE(bad.ok()) << text;
    EXPECT_NE(bad.status().message().find(complaint), std::string::npos) << bad.status().ToString();
  }
}

TEST(AnomalySpecTest, NamesMustDiffer) {
  AnomalySpec a, b;
  a.name = b.name = "x";
  EXPECT_FALSE(CheckNames({a, b}).ok());
  b.name = "y";
  EXPECT_TRUE(CheckNames({a, b}).ok());
}

TEST(AnomalySpecTest, AlertsAreRulesThatHold) {
  AnomalySpec quiet, above, both;
  quiet.alert.direction = "none";
  above.name = "odd \"name\"\\";
  above.alert.direction = "above";
  above.alert.labels["severity"] = "page";
  both.name = "b";
  both.alert.hold = base::Minutes(10);
  EXPECT_EQ(AlertRules({quiet}), "");
  const promql::Engine engine{{}};
  const rules::PromqlLanguage language(engine, base::Env::Real().clock());
  const auto file =
      rules::ParseRuleFile(AlertRules({quiet, above, both}), "a", {.language = &language});
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  ASSERT_EQ(file->groups.size(), 1u);
  ASSERT_EQ(file->groups[0].rules.size(), 2u);
  EXPECT_EQ(file->groups[0].rules[0].labels.at("severity"), "page");
  EXPECT_EQ(file->groups[0].rules[1].labels.at("severity"), "info");
}

}  // namespace
}  // namespace sb::anomaly
