// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <gtest/gtest.h>

#include "command_line.h"

namespace sb::load {
namespace {

base::Result<TestOptions> Read(std::initializer_list<const char*> layers) {
  rapidjson::Document merged(rapidjson::kObjectType);
  for (const char* text : layers) {
    rapidjson::Document layer;
    layer.Parse(text);
    EXPECT_FALSE(layer.HasParseError()) << text;
    MergeLayer(layer, &merged);
  }
  return ReadOptions(merged);
}

TEST(OptionsTest, ShortcutsMeanScenarios) {
  auto nothing = Read({"{}"});
  EXPECT_EQ(nothing->scenarios[0].kind, ExecutorKind::kPerVuIterations);
  EXPECT_EQ(nothing->scenarios[0].iterations, 1u);
  auto looping = Read({R"({"vus": 3, "duration": "5s"})"});
  EXPECT_EQ(looping->scenarios[0].kind, ExecutorKind::kConstantVus);
  EXPECT_EQ(looping->scenarios[0].vus, 3u);
  auto shared = Read({R"({"vus": 2, "iterations": 10})"});
  EXPECT_EQ(shared->scenarios[0].kind, ExecutorKind::kSharedIterations);
  EXPECT_EQ(shared->scenarios[0].duration, 10 * kMinute);
  auto ramp = Read({R"({"stages": [{"duration": "2s", "target": 5}]})"});
  EXPECT_EQ(ramp->scenarios[0].kind, ExecutorKind::kRampingVus);
  EXPECT_EQ(ramp->scenarios[0].vus, 1u);
}

TEST(OptionsTest, AStrongerLayerReplacesHowTheTestRuns) {
  auto options = Read({R"({"scenarios": {"a": {"executor": "constant-vus", "duration": "1h"}},
                           "tags": {"x": "1"}})",
                       R"({"vus": 7, "duration": "1s", "tags": {"y": "2"}})"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->scenarios[0].name, "default");
  EXPECT_EQ(options->scenarios[0].vus, 7u);
  EXPECT_EQ(options->tags, (Tags{{"x", "1"}, {"y", "2"}}));
}

TEST(OptionsTest, RefusesWhatCannotRunAndSaysWhy) {
  const auto message = [](const char* json) {
    return std::string(Read({json}).status().message());
  };
  EXPECT_NE(message(R"({"duration": "5s", "stages": [{"duration": "1s", "target": 1}]})")
                .find("conflict"),
            std::string::npos);
  EXPECT_NE(message(R"({"scenarios": {"x": {"executor": "externally-controlled"}}})")
                .find("externally-controlled"),
            std::string::npos);
  EXPECT_NE(message(R"({"scenarios": {"x": {"executor": "constant-arrival-rate", "rate": 1,
                        "duration": "1s"}}})").find("preAllocatedVUs"), std::string::npos);
  EXPECT_NE(message(R"({"scenarios": {"x": {"executor": "warp"}}})").find("warp"),
            std::string::npos);
  EXPECT_FALSE(Read({R"({"vus": 0, "duration": "1s"})"}).ok());
  EXPECT_FALSE(Read({R"({"duration": "soon"})"}).ok());
  EXPECT_FALSE(Read({R"({"vus": 1000000, "duration": "1s"})"}).ok());
}

TEST(CommandLineTest, FlagsAreALayer) {
  auto line = ParseCommandLine({"run", "-u5", "--duration=3s", "-e", "A=b=c", "--tag", "t=1",
                                "--stage", "1s:2,3s:4", "-q", "--summary-trend-stats", "avg,p(99)",
                                "script.js"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->script, "script.js");
  EXPECT_EQ(line->env["A"], "b=c");
  EXPECT_TRUE(line->quiet);
  EXPECT_EQ(line->options["vus"].GetDouble(), 5);
  EXPECT_STREQ(line->options["duration"].GetString(), "3s");
  EXPECT_EQ(line->options["stages"].Size(), 2u);
  EXPECT_STREQ(line->options["summaryTrendStats"][1].GetString(), "p(99)");
  EXPECT_FALSE(ParseCommandLine({"run", "--wrong", "x.js"}).ok());
  EXPECT_FALSE(ParseCommandLine({"run"}).ok());
  EXPECT_FALSE(ParseCommandLine({"cloud", "x.js"}).ok());
}

}  // namespace
}  // namespace sb::load
