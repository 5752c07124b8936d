// SPDX-License-Identifier: Apache-2.0
#include "slo/native_spec.h"

#include <gtest/gtest.h>

#include "alert/rules/rule_file.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"
#include "slo/slo_loader.h"

namespace sb::slo {
namespace {

base::Result<std::vector<Objective>> Read(std::string_view text) {
  const auto node = config::ParseYaml(text, "s.yml");
  EXPECT_TRUE(node.ok());
  return ReadNative(**node, "s.yml");
}
std::string Mistakes(std::string_view text) {
  return std::string(Read(text).status().message());
}

TEST(NativeSpecTest, NamesThePlaceOfMistakes) {
  EXPECT_EQ(Mistakes("slos: [{name: a, service: b, objective: 101, sli: {ratio: {errors: e, total: "
                     "t}}}]\n"),
            "s.yml:1:41: objective must be above 0 and below 100: 101");
  EXPECT_NE(Mistakes("slos: [{nam: a}]\n").find("field nam not found in type slo"),
            std::string::npos);
  EXPECT_EQ(Mistakes("slos: [{name: a, service: b, objective: 99, sli: {}}]\n"),
            "s.yml:1:50: sli must have one of ratio, latency and query");
}

TEST(NativeSpecTest, NamesAllMistakesEachAtItsOwnPlace) {
  EXPECT_EQ(Mistakes(R"(slos:
- name: ""
  service: b
  objective: 0
  window: 3h
  group_by: [a-b]
  labels:
    "x y": "1"
  sli:
    ratio:
      errors: 'x{'
      total: '{a="b"}'
  alerting:
    windows:
      page_quick:
        long: 1h
        short: 2h
)"),
            "s.yml:2:9: an SLO needs name and service\n"
            "s.yml:4:14: objective must be above 0 and below 100: 0\n"
            "s.yml:5:11: window must be at least 1d\n"
            "s.yml:6:13: invalid label name: a-b\n"
            "s.yml:8:5: invalid label name: x y\n"
            "s.yml:11:15: 1:3: parse error: unexpected end of input inside braces\n"
            "s.yml:12:14: a metric needs a name: {a=\"b\"}\n"
            "s.yml:17:16: the short window must be at least 1m and shorter than the long one");
  EXPECT_EQ(Mistakes("slos: [{name: a, service: b, objective: 9, sli: {latency: {histogram: h, "
                     "threshold: 1s, unit: h}}}]\n"),
            "s.yml:1:95: unit must be s or ms: h");
  EXPECT_EQ(Mistakes("slos: [{name: a, service: b, objective: 9, sli: {query: {errors: "
                     "'x[{{.window}}]', total: 'sum(y)'}}}]\n"),
            "s.yml:1:91: query must contain the window {{.window}}: sum(y)");
}

TEST(NativeSpecTest, HistogramsMayBeInMilliseconds) {
  const auto read = [](const char* more) {
    return Read(std::string("slos: [{name: a, service: b, objective: 9, sli: {latency: {histogram: "
                            "'h{x=\"y\"}', threshold: 1500ms") +
                more + "}}}]\n")
        ->at(0);
  };
  EXPECT_EQ(read("").bucket, "h_bucket{x=\"y\",le=\"1.5\"}");
  EXPECT_EQ(read(", unit: ms").bucket, "h_bucket{x=\"y\",le=~\"1500|1500\\\\.0\"}");
}

TEST(NativeSpecTest, WindowsOfAlertsMayBeOthers) {
  const auto objectives = Read(R"(slos:
- name: a
  service: b
  objective: 99
  sli: {ratio: {errors: e, total: t}}
  alerting:
    windows:
      page_quick: {burn_rate: 10, long: 2h, short: 10m}
      page_slow: {disabled: true}
      ticket_quick: {disabled: true}
      ticket_slow: {disabled: true}
)");
  ASSERT_TRUE(objectives.ok()) << objectives.status().ToString();
  const auto groups = RulesOf(objectives->at(0));
  ASSERT_EQ(groups.size(), 3u);
  ASSERT_EQ(groups[2].rules.size(), 1u);  // no ticket
  const std::string& expr = groups[2].rules[0].expr;
  EXPECT_NE(expr.find("slo:sli_error:ratio_rate2h"), std::string::npos) << expr;
  EXPECT_NE(expr.find("slo:sli_error:ratio_rate10m"), std::string::npos) << expr;
  EXPECT_NE(expr.find("> (10 * 0.01)"), std::string::npos) << expr;
  EXPECT_EQ(expr.find("or\n"), std::string::npos) << expr;
  // What the whole period is summed from is recorded although no alert watches it.
  EXPECT_EQ(groups[0].rules[0].record, "slo:sli_error:ratio_rate5m");
}

TEST(NativeSpecTest, WhatIsReadIsWrittenAgain) {
  const std::string text = R"(slos:
- name: a
  service: b
  objective: 99.95
  window: 30d
  sli:
    latency:
      histogram: h{x="y"}
      threshold: 500ms
  group_by:
  - region
  labels:
    team: shop
  alerting:
    ticket:
      disabled: true
    windows:
      page_quick:
        burn_rate: 10
)";
  const auto node = config::ParseYaml(text, "s.yml");
  const auto file = ReadNativeFile(**node, "s.yml");
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_EQ(config::WriteYaml(*config::Codec<NativeFile>::Write(*file)), text);
}

}  // namespace
}  // namespace sb::slo
