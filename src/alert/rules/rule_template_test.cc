// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_template.h"

#include <gtest/gtest.h>

namespace sb::rules {
namespace {

class RuleTemplateTest : public testing::Test {
 protected:
  RuleTemplateTest() {
    environment_.external_url = "http://example.com/prom";
    environment_.external_labels = {{"dc", "east"}};
    environment_.query = [](const std::string& query,
                            int64_t) -> base::Result<query::InstantVector> {
      query::InstantVector rows(2);
      rows[0].labels = model::LabelSet::FromPairs({{"__name__", query}, {"instance", "b"}});
      rows[0].value = 21;
      rows[1].labels = model::LabelSet::FromPairs({{"__name__", query}, {"instance", "a"}});
      rows[1].value = 11;
      return rows;
    };
  }
  std::string Expand(const std::string& text, double value = 1.5) {
    const auto labels = model::LabelSet::FromPairs({{"__name__", "up"}, {"job", "api"}});
    return RuleTemplate("__alert_X", text)
        .Expand(environment_, {labels, value, nullptr, 1'435'065'584'128});
  }
  TemplateEnvironment environment_;
};

TEST_F(RuleTemplateTest, VariablesOfTheAlert) {
  EXPECT_EQ(Expand("{{ $labels.job }} {{ $value }} {{ $labels.missing }}|{{ .Labels.job }}"),
            "api 1.5 |api");
  EXPECT_EQ(Expand("{{ $externalLabels.dc }} {{ $externalURL }} {{ externalURL }}{{ pathPrefix }}"),
            "east http://example.com/prom http://example.com/prom/prom");
}

TEST_F(RuleTemplateTest, QueryAndItsFriends) {
  EXPECT_EQ(Expand("{{ query \"m\" | first | value }}"), "21");
  EXPECT_EQ(Expand("{{ query \"m\" | first | label \"instance\" }}"), "b");
  EXPECT_EQ(Expand("{{ range query \"m\" | sortByLabel \"instance\" }}{{ .Labels.instance }}:"
                   "{{ .Value }} {{ end }}"),
            "a:11 b:21 ");
}

TEST_F(RuleTemplateTest, Humanize) {
  EXPECT_EQ(Expand("{{ humanize 1234567.0 }} {{ humanize 0.0215 }} {{ humanize 0.0 }}"),
            "1.235M 21.5m 0");
  EXPECT_EQ(Expand("{{ humanize1024 1048576.0 }} {{ humanizePercentage 0.1234567 }}"),
            "1Mi 12.35%");
  EXPECT_EQ(Expand("{{ humanizeDuration 899.99 }} {{ humanizeDuration 90061.0 }} "
                   "{{ humanizeDuration 0.001 }} {{ humanizeDuration 1.5 }}"),
            "14m 59s 1d 1h 1m 1s 1ms 1.5s");
  EXPECT_EQ(Expand("{{ humanizeTimestamp 1435065584.128 }}"), "2015-06-23 13:19:44.128 +0000 UTC");
  EXPECT_EQ(Expand("{{ \"1h30m\" | parseDuration }} {{ $value | humanize }}", 2e9), "5400 2G");
}

TEST_F(RuleTemplateTest, Texts) {
  EXPECT_EQ(Expand("{{ \"aa bb\" | title }} {{ toUpper \"x\" }} {{ reReplaceAll \"(a+)\" \"<$1>\" "
                   "\"caab\" }} {{ match \"^c\" \"cab\" }}"),
            "Aa Bb X c<aa>b true");
  EXPECT_EQ(Expand("{{ stripPort \"h.x:80\" }} {{ stripDomain \"h.x.org:80\" }} {{ tableLink "
                   "\"up\" }}"),
            "h.x h:80 /graph?g0.expr=up&g0.tab=1");
  EXPECT_EQ(Expand("{{ with args 1 \"b\" }}{{ .arg0 }}{{ .arg1 }}{{ end }}"), "1b");
  EXPECT_EQ(Expand("{{ define \"t\" }}[{{ . }}]{{ end }}{{ tmpl \"t\" 3 }}"), "[3]");
}

TEST_F(RuleTemplateTest, AnErrorBecomesText) {
  EXPECT_EQ(Expand("{{ humanize \"x\" }}").substr(0, 33), "<error expanding template: error ");
  EXPECT_EQ(Expand("{{ nonsense").substr(0, 26), "<error expanding template:");
}

TEST_F(RuleTemplateTest, CheckFindsWhatDoesNotParseAsTheReference) {
  RuleSpec rule;
  rule.alert = "X";
  rule.annotations = {{"good", "{{ query \"up\" | first | value }}"},
                      {"short", "{{ slice $labels.id 0 8 }}"},
                      {"strange", "{{ .Nothing }}"},
                      {"bad", "{{ $nothing }}"}};
  const auto errors = CheckTemplates(rule);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].message().find("bad"), std::string::npos);
}

}  // namespace
}  // namespace sb::rules
