// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_file.h"

#include <gtest/gtest.h>

#include "alert/rules/promql_language.h"
#include "base/env.h"

namespace sb::rules {
namespace {

class RuleFileTest : public testing::Test {
 protected:
  std::string Error(std::string_view text, bool ignore_unknown = false) {
    RuleFileOptions options;
    options.language = &promql_;
    options.ignore_unknown_fields = ignore_unknown;
    const auto file = ParseRuleFile(text, "r.yml", options);
    return file.ok() ? "" : std::string(file.status().message());
  }

  promql::Engine engine_{{}};
  PromqlLanguage promql_{engine_, base::Env::Real().clock()};
};

TEST_F(RuleFileTest, ReadsAllFields) {
  const auto file = ParseRuleFile(R"(groups:
- name: g
  interval: 30s
  query_offset: 1m
  limit: 5
  labels: {team: a}
  rules:
  - alert: Down
    expr: up == 0
    for: 5m
    keep_firing_for: 1m
    labels: {severity: page}
    annotations: {summary: "x"}
  - record: a:b
    expr: 1
)",
                                  "r.yml", {.language = &promql_});
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  const RuleGroupSpec& group = file->groups.at(0);
  EXPECT_EQ(group.interval.Value(), 30'000);
  EXPECT_EQ(group.query_offset->Value(), 60'000);
  EXPECT_EQ(group.limit, 5);
  EXPECT_EQ(group.labels.at("team"), "a");
  EXPECT_EQ(group.rules.at(0).hold.Value(), 300'000);
  EXPECT_EQ(group.rules.at(0).keep_firing_for.Value(), 60'000);
  EXPECT_EQ(group.rules.at(0).position.line, 8);
  EXPECT_EQ(group.rules.at(1).record, "a:b");
}

TEST_F(RuleFileTest, PrintedGroupReadsBack) {
  const char* text = R"(name: g
interval: 30s
rules:
- alert: Down
  expr: up == 0
  for: 5m
  labels: {a: "1"}
)";
  const auto group = ParseRuleGroup(text, "r.yml", {.language = &promql_});
  ASSERT_TRUE(group.ok()) << group.status().ToString();
  const auto again = ParseRuleGroup(PrintRuleGroup(*group), "r.yml", {.language = &promql_});
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_EQ(PrintRuleGroup(*again), PrintRuleGroup(*group));
  EXPECT_EQ(again->rules.at(0).hold.Value(), 300'000);
}

TEST_F(RuleFileTest, NamesGroupRuleAndPlaceOfABadExpression) {
  EXPECT_EQ(Error("groups:\n- name: a\n  rules:\n  - record: x\n    expr: sum(\n"),
            "r.yml:5:11: group \"a\", rule 1, \"x\": could not parse expression: 1:5: parse error: "
            "unclosed left parenthesis");
}

TEST_F(RuleFileTest, RefusesWhatTheReferenceRefuses) {
  const auto rule = [](const std::string& lines) {
    return "groups:\n- name: a\n  rules:\n  - " + lines + "\n";
  };
  EXPECT_EQ(Error(rule("expr: up")),
            "r.yml:4:5: group \"a\", rule 1, \"\": one of 'record' or 'alert' must be set");
  EXPECT_EQ(Error(rule("{record: a, alert: b, expr: up}")),
            "r.yml:4:14: group \"a\", rule 1, \"b\": only one of 'record' and 'alert' must be set");
  EXPECT_EQ(Error(rule("record: a")),
            "r.yml:4:5: group \"a\", rule 1, \"a\": field 'expr' must be set in rule");
  EXPECT_EQ(Error(rule("{record: a, expr: up, for: 1m}")),
            "r.yml:4:32: group \"a\", rule 1, \"a\": invalid field 'for' in recording rule");
  EXPECT_EQ(
      Error(rule("{record: a, expr: up, annotations: {a: b}}")),
      "r.yml:4:40: group \"a\", rule 1, \"a\": invalid field 'annotations' in recording rule");
  EXPECT_EQ(Error(rule("{record: 'a{b=\"c\"}', expr: up}")),
            "r.yml:4:14: group \"a\", rule 1, \"a{b=\\\"c\\\"}\": braces present in the recording "
            "rule name; should it be in expr?: a{b=\"c\"}");
  EXPECT_EQ(Error(rule("{record: a, expr: up, labels: {__name__: b}}")),
            "r.yml:4:35: group \"a\", rule 1, \"a\": invalid label name: __name__");
  EXPECT_EQ(Error("groups:\n- name: a\n- name: a\n"),
            "r.yml:3:3: groupname: \"a\" is repeated in the same file");
  EXPECT_EQ(Error("groups:\n- rules: []\n"), "r.yml:2:3: Groupname must not be empty");
}

TEST_F(RuleFileTest, UnknownFieldIsAnErrorUnlessIgnored) {
  const char* text =
      "groups:\n- name: a\n  partial_response_strategy: abort\n  rules:\n"
      "  - {record: a, expr: up, colour: red}\n";
  EXPECT_NE(Error(text).find("field partial_response_strategy not found in type rulefmt.RuleGroup"),
            std::string::npos)
      << Error(text);
  EXPECT_NE(Error(text).find("field colour not found in type rulefmt.Rule"), std::string::npos);
  EXPECT_EQ(Error(text, true), "");
}

TEST_F(RuleFileTest, EmptyFileHasNoGroups) {
  EXPECT_EQ(Error(""), "");
  EXPECT_EQ(Error("groups:\n"), "");
}

}  // namespace
}  // namespace sb::rules
