// SPDX-License-Identifier: Apache-2.0
#include "model/relabel.h"

#include <gtest/gtest.h>

#include "model/letter_case.h"

namespace sb::model {
namespace {

using Labels = std::vector<std::string>;

struct Case {
  const char* name;
  LabelSet input;
  std::vector<RelabelConfig> rules;
  std::string output;  // ToString(); "dropped"
};

LabelSet Pairs(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  return LabelSet::FromPairs(pairs);
}

std::string Relabel(const LabelSet& input, const std::vector<RelabelConfig>& configs,
                    NameValidation validation = NameValidation::kUtf8) {
  auto rules = RelabelRules::Create(configs, validation);
  if (!rules.ok()) {
    return std::string(rules.status().message());
  }
  LabelSetBuilder builder(input);
  return rules->Apply(&builder) ? builder.Build().ToString() : "dropped";
}

const LabelSet kAbc = Pairs({{"a", "foo"}, {"b", "bar"}, {"c", "baz"}});

std::vector<Case> ReplaceCases() {
  return {
      {"captures",
       kAbc,
       {{.source_labels = Labels{"a"},
         .regex = "f(.*)",
         .target_label = "d",
         .replacement = "ch${1}-ch${1}"}},
       R"({a="foo", b="bar", c="baz", d="choo-choo"})"},
      {"joins sources",
       kAbc,
       {{.source_labels = Labels{"a", "b"},
         .regex = "f(.*);(.*)r",
         .target_label = "a",
         .replacement = "b${1}${2}m"}},
       R"({a="boobam", b="bar", c="baz"})"},
      {"regex is anchored",
       kAbc,
       {{.source_labels = Labels{"a"}, .regex = "o", .target_label = "d", .replacement = "x"}},
       R"({a="foo", b="bar", c="baz"})"},
      {"default copies",
       kAbc,
       {{.source_labels = Labels{"a"}, .target_label = "d"}},
       R"({a="foo", b="bar", c="baz", d="foo"})"},
      {"copy of nothing deletes",
       kAbc,
       {{.source_labels = Labels{"zz"}, .target_label = "a"}},
       R"({b="bar", c="baz"})"},
      {"static",
       kAbc,
       {{.target_label = "a", .replacement = "static"}},
       R"({a="static", b="bar", c="baz"})"},
      {"static with empty regex",
       kAbc,
       {{.regex = "", .target_label = "a", .replacement = "static"}},
       R"({a="static", b="bar", c="baz"})"},
      {"empty replacement deletes",
       kAbc,
       {{.source_labels = Labels{"a"}, .regex = "(f).*", .target_label = "a", .replacement = "$2"}},
       R"({b="bar", c="baz"})"},
      {"variable target",
       kAbc,
       {{.source_labels = Labels{"a"},
         .regex = "(.)(.*)",
         .target_label = "x_$1",
         .replacement = "${2}"}},
       R"({a="foo", b="bar", c="baz", x_f="oo"})"},
      {"target that expands to nothing changes nothing",
       kAbc,
       {{.source_labels = Labels{"a"},
         .regex = "some-([^-]+)-([^,]+)",
         .target_label = "${1}",
         .replacement = "${2}"}},
       R"({a="foo", b="bar", c="baz"})"},
      {"named group",
       kAbc,
       {{.source_labels = Labels{"a"},
         .regex = "(?P<rest>f.)o",
         .target_label = "d",
         .replacement = "<$rest>"}},
       R"({a="foo", b="bar", c="baz", d="<fo>"})"},
      {"longest name wins",
       kAbc,
       {{.source_labels = Labels{"a"},
         .regex = "(.*)",
         .target_label = "d",
         .replacement = "[$1x]"}},
       R"({a="foo", b="bar", c="baz", d="[]"})"},
      {"dollar dollar",
       kAbc,
       {{.source_labels = Labels{"a"}, .target_label = "d", .replacement = "$$1 $ ${"}},
       R"({a="foo", b="bar", c="baz", d="$1 $ ${"})"},
      {"dot matches newline",
       Pairs({{"a", "x\ny"}}),
       {{.source_labels = Labels{"a"}, .regex = "x(.)y", .target_label = "d", .replacement = "ok"}},
       R"({a="x\ny", d="ok"})"},
      {"utf-8 target",
       kAbc,
       {{.source_labels = Labels{"a"}, .target_label = "日本", .replacement = "v"}},
       R"({a="foo", b="bar", c="baz", "日本"="v"})"},
      {"alternation stays anchored",
       Pairs({{"a", "foobar"}}),
       {{.source_labels = Labels{"a"},
         .regex = "foo|bar",
         .target_label = "d",
         .replacement = "x"}},
       R"({a="foobar"})"},
  };
}

std::vector<Case> FilterCases() {
  return {
      {"drop",
       kAbc,
       {{.source_labels = Labels{"a"}, .regex = ".*o.*", .action = RelabelAction::kDrop}},
       "dropped"},
      {"drop not",
       kAbc,
       {{.source_labels = Labels{"a"}, .regex = "no-match", .action = RelabelAction::kDrop}},
       R"({a="foo", b="bar", c="baz"})"},
      {"keep",
       kAbc,
       {{.source_labels = Labels{"a"}, .regex = "f|o", .action = RelabelAction::kKeep}},
       "dropped"},
      {"keep absent",
       kAbc,
       {{.source_labels = Labels{"x"}, .regex = "", .action = RelabelAction::kKeep}},
       R"({a="foo", b="bar", c="baz"})"},
      {"keepequal",
       Pairs({{"a", "1"}, {"b", "1"}}),
       {{.source_labels = Labels{"a"}, .target_label = "b", .action = RelabelAction::kKeepEqual}},
       R"({a="1", b="1"})"},
      {"keepequal differs",
       kAbc,
       {{.source_labels = Labels{"a"}, .target_label = "b", .action = RelabelAction::kKeepEqual}},
       "dropped"},
      {"dropequal",
       Pairs({{"a", "1"}, {"b", "1"}}),
       {{.source_labels = Labels{"a"}, .target_label = "b", .action = RelabelAction::kDropEqual}},
       "dropped"},
      {"a drop ends the list",
       kAbc,
       {{.source_labels = Labels{"a"}, .action = RelabelAction::kDrop},
        {.target_label = "d", .replacement = "x"}},
       "dropped"},
  };
}

std::vector<Case> OtherCases() {
  return {
      {"hashmod",
       kAbc,
       {{.source_labels = Labels{"c"},
         .modulus = 1000,
         .target_label = "d",
         .action = RelabelAction::kHashMod}},
       R"({a="foo", b="bar", c="baz", d="976"})"},
      {"hashmod with newline",
       Pairs({{"a", "foo\nbar"}}),
       {{.source_labels = Labels{"a"},
         .modulus = 1000,
         .target_label = "b",
         .action = RelabelAction::kHashMod}},
       R"({a="foo\nbar", b="734"})"},
      {"labelmap",
       Pairs({{"a", "foo"}, {"b1", "bar"}, {"b2", "baz"}}),
       {{.regex = "(b.*)", .replacement = "bar_${1}", .action = RelabelAction::kLabelMap}},
       R"({a="foo", b1="bar", b2="baz", bar_b1="bar", bar_b2="baz"})"},
      {"labelmap of meta labels",
       Pairs({{"__meta_my_bar", "aaa"}, {"__meta_other", "b"}}),
       {{.regex = "__meta_(my.*)", .action = RelabelAction::kLabelMap}},
       R"({__meta_my_bar="aaa", __meta_other="b", my_bar="aaa"})"},
      {"labeldrop",
       Pairs({{"a", "1"}, {"ab", "2"}, {"b", "3"}}),
       {{.regex = "a.*", .action = RelabelAction::kLabelDrop}},
       R"({b="3"})"},
      {"labelkeep",
       Pairs({{"a", "1"}, {"ab", "2"}, {"b", "3"}}),
       {{.regex = "a.*", .action = RelabelAction::kLabelKeep}},
       R"({a="1", ab="2"})"},
      {"lowercase",
       Pairs({{"foo", "bAr123ÄΣ"}}),
       {{.source_labels = Labels{"foo"}, .target_label = "x", .action = RelabelAction::kLowercase}},
       R"({foo="bAr123ÄΣ", x="bar123äσ"})"},
      {"uppercase",
       Pairs({{"foo", "bAr123äжÿ"}}),
       {{.source_labels = Labels{"foo"}, .target_label = "x", .action = RelabelAction::kUppercase}},
       R"({foo="bAr123äжÿ", x="BAR123ÄЖŸ"})"},
      {"later rules see earlier ones",
       kAbc,
       {{.source_labels = Labels{"a"}, .target_label = "t"},
        {.source_labels = Labels{"t"}, .regex = "foo", .target_label = "u", .replacement = "seen"},
        {.regex = "[abct]", .action = RelabelAction::kLabelDrop}},
       R"({u="seen"})"},
  };
}

TEST(RelabelRulesTest, GivesTheReferencesResult) {
  for (const auto& cases : {ReplaceCases(), FilterCases(), OtherCases()}) {
    for (const Case& c : cases) {
      EXPECT_EQ(Relabel(c.input, c.rules), c.output) << c.name;
    }
  }
}

TEST(RelabelRulesTest, RefusesRulesWithTheReferencesWords) {
  using Action = RelabelAction;
  const std::pair<RelabelConfig, std::string> cases[] = {
      {{}, "relabel configuration for replace action requires 'target_label' value"},
      {{.target_label = "x", .action = Action::kHashMod},
       "relabel configuration for hashmod requires non-zero modulus"},
      {{.modulus = 2, .action = Action::kHashMod},
       "relabel configuration for hashmod action requires 'target_label' value"},
      {{.target_label = "\xff"}, R"("\xff" is invalid 'target_label' for replace action)"},
      {{.target_label = "x", .replacement = "y", .action = Action::kLowercase},
       "'replacement' can not be set for lowercase action"},
      {{.regex = "(.*)", .target_label = "x", .action = Action::kKeepEqual},
       "keepequal action requires only 'source_labels' and `target_label`, and no other fields"},
      {{.source_labels = Labels{}, .action = Action::kLabelDrop},
       "labeldrop action requires only 'regex', and no other fields"},
      {{.replacement = "", .action = Action::kLabelMap},
       R"("" is invalid 'replacement' for labelmap action)"},
  };
  for (const auto& [config, message] : cases) {
    EXPECT_EQ(Relabel(kAbc, {config}), message);
  }
  EXPECT_TRUE(Relabel(kAbc, {{.regex = "a(", .action = Action::kDrop}})
                  .starts_with("error parsing regexp: "));
}

TEST(RelabelRulesTest, LegacyNamesRefuseWhatUtf8Allows) {
  EXPECT_EQ(Relabel(kAbc, {{.target_label = "a.b", .replacement = "v"}}, NameValidation::kLegacy),
            R"("a.b" is invalid 'target_label' for replace action)");
  EXPECT_EQ(
      Relabel(kAbc, {{.target_label = "a_${1}x$1", .replacement = "v"}}, NameValidation::kLegacy),
      R"({a="foo", a_x="v", b="bar", c="baz"})");
  EXPECT_EQ(Relabel(kAbc, {{.target_label = "${1", .replacement = "v"}}, NameValidation::kLegacy),
            R"("${1" is invalid 'target_label' for replace action)");
  // A value that makes no legal name leaves the set alone.
  EXPECT_EQ(Relabel(Pairs({{"a", "x-y"}}), {{.source_labels = Labels{"a"}, .target_label = "$1"}},
                    NameValidation::kLegacy),
            R"({a="x-y"})");
}

TEST(RelabelRulesTest, ShowsOneStepAtATime) {
  const auto rules = RelabelRules::Create(
      {{.target_label = "x", .replacement = "1"},
       {.source_labels = Labels{"x"}, .regex = "1", .action = RelabelAction::kDrop}},
      NameValidation::kUtf8);
  ASSERT_TRUE(rules.ok());
  LabelSetBuilder builder;
  EXPECT_TRUE(rules->ApplyOne(0, &builder));
  EXPECT_EQ(builder.Get("x"), "1");
  EXPECT_FALSE(rules->ApplyOne(1, &builder));
}

TEST(RelabelActionTest, NamesAreReadInAnyCase) {
  EXPECT_EQ(ParseRelabelAction("LabelMap"), RelabelAction::kLabelMap);
  EXPECT_EQ(ParseRelabelAction("nonsense"), std::nullopt);
  EXPECT_EQ(RelabelActionName(RelabelAction::kUppercase), "uppercase");
}

TEST(LetterCaseTest, ReplacesBrokenUtf8) {
  EXPECT_EQ(ToLower("A\xff"
                    "B"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(ToUpper("straße ĺ 中"), "STRAßE Ĺ 中");
}

}  // namespace
}  // namespace sb::model
