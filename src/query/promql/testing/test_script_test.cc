// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/test_script.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sb::promql {
namespace {

base::Result<model::HistogramPtr> KeepFirst(const model::Histogram& a, const model::Histogram&,
                                            HistogramStep) {
  return std::make_shared<const model::Histogram>(a);
}

TestScript MustRead(std::string_view text) {
  base::Result<TestScript> script = ReadTestScript(text, KeepFirst);
  EXPECT_TRUE(script.ok()) << script.status().ToString();
  return script.ok() ? *std::move(script) : TestScript();
}

std::string ErrorOf(std::string_view text) {
  const base::Result<TestScript> script = ReadTestScript(text, KeepFirst);
  return script.ok() ? "read" : std::string(script.status().message());
}

TEST(TestScriptTest, ReadsCommandsInOrder) {
  const TestScript script = MustRead(
      "# comment\n"
      "load 5m\n"
      "  up{a=\"1\"} 0+1x2\n"
      "  down 1\n"
      "\n"
      "eval instant at 50m sum(up)\n"
      "  {} 3\n"
      "\n"
      "CLEAR\n"
      "load_with_nhcb 1m30s\n"
      "  x 1\n");
  ASSERT_EQ(script.commands.size(), 4U);
  const auto& load = std::get<LoadCommand>(script.commands[0]);
  EXPECT_EQ(load.line, 2);
  EXPECT_EQ(load.step_ms, 300'000);
  EXPECT_FALSE(load.with_nhcb);
  ASSERT_EQ(load.series.size(), 2U);
  EXPECT_EQ(load.series[0].values.size(), 3U);
  EXPECT_EQ(load.series[1].line, 4);
  EXPECT_EQ(std::get<ClearCommand>(script.commands[2]).line, 9);
  EXPECT_TRUE(std::get<LoadCommand>(script.commands[3]).with_nhcb);
  EXPECT_EQ(std::get<LoadCommand>(script.commands[3]).step_ms, 90'000);
}

TEST(TestScriptTest, CommentEndsACommand) {
  const TestScript script = MustRead(
      "eval instant at 0 up\n"
      "  up 1\n"
      "  # the next line is no expectation\n"
      "clear\n");
  EXPECT_EQ(std::get<EvalCommand>(script.commands[0]).series.size(), 1U);
}

TEST(TestScriptTest, ReadsTimesOfBothKindsOfQueries) {
  const TestScript script = MustRead(
      "eval instant at 1m up\n"
      "\n"
      "eval  range from 0 to 1h\tstep 30s rate(up[5m]) + 1");
  ASSERT_EQ(script.commands.size(), 2U);
  const auto& instant = std::get<EvalCommand>(script.commands[0]);
  EXPECT_FALSE(instant.range);
  EXPECT_EQ(instant.start_ms, 60'000);
  EXPECT_EQ(instant.end_ms, 60'000);
  const auto& range = std::get<EvalCommand>(script.commands[1]);
  EXPECT_TRUE(range.range);
  EXPECT_EQ(range.start_ms, 0);
  EXPECT_EQ(range.end_ms, 3'600'000);
  EXPECT_EQ(range.step_ms, 30'000);
  EXPECT_EQ(range.query, "rate(up[5m]) + 1");
  EXPECT_EQ(range.expr->kind, ExprKind::kBinary);
}

TEST(TestScriptTest, ReadsMessagesResultsAndOrder) {
  const TestScript script = MustRead(
      "eval instant at 0 up\n"
      "  expect warn msg: PromQL warning: \"x\" \n"
      "  expect info regex:a.*b\n"
      "  expect info\n"
      "  expect ordered\n"
      "  up 1\n"
      "  expect{} 2\n"
      "\n"
      "eval instant at 0 time()\n"
      "  expect no_warn\n"
      "  expect no_info\n"
      "  -0.5e1\n"
      "clear\n"
      "eval instant at 0 'a'\n"
      "  expect string `a`\n"
      "\n"
      "eval_fail instant at 0 up\n"
      "  expected_fail_message  it broke\n"
      "eval instant at 1m up[5m]\n"
      "  expect range vector from 10s to 1m step 10s\n"
      "  up 1 2 3\n");
  ASSERT_EQ(script.commands.size(), 6U);
  const auto& first = std::get<EvalCommand>(script.commands[0]);
  ASSERT_EQ(first.warn.size(), 1U);
  EXPECT_EQ(first.warn[0].kind, MessageExpectation::Kind::kText);
  EXPECT_EQ(first.warn[0].text, "PromQL warning: \"x\"");
  ASSERT_EQ(first.info.size(), 2U);
  EXPECT_EQ(first.info[0].kind, MessageExpectation::Kind::kRegex);
  EXPECT_EQ(first.info[1].kind, MessageExpectation::Kind::kAny);
  EXPECT_TRUE(first.ordered);
  ASSERT_EQ(first.series.size(), 2U);
  EXPECT_EQ(first.series[1].labels.metric_name(), "expect");
  const auto& second = std::get<EvalCommand>(script.commands[1]);
  EXPECT_TRUE(second.no_warn && second.no_info);
  EXPECT_EQ(second.scalar_result, -5);
  EXPECT_EQ(std::get<EvalCommand>(script.commands[3]).string_result, "a");
  EXPECT_EQ(std::get<EvalCommand>(script.commands[4]).fail->text, "it broke");
  const auto& matrix = std::get<EvalCommand>(script.commands[5]);
  EXPECT_EQ(matrix.range_vector->step_ms, 10'000);
  EXPECT_EQ(matrix.start_ms, 60'000);
  EXPECT_EQ(matrix.series[0].values.size(), 3U);
}

TEST(TestScriptTest, StartTimesBelongToTheNextLine) {
  const TestScript script = MustRead(
      "load 1m\n"
      "  x{a=\"1\"}@st _ -1m\n"
      "  x{a=\"1\"}    1 2\n");
  const auto& load = std::get<LoadCommand>(script.commands[0]);
  ASSERT_EQ(load.series.size(), 1U);
  EXPECT_EQ(load.series[0].start_offsets_ms[1], -60'000);
  EXPECT_EQ(ErrorOf("load 1m\n  x@st _\n  y 1\n"),
            "line 3: @st metric does not match the following sample line metric");
  EXPECT_EQ(ErrorOf("load 1m\n  x@st _\n  x 1 2\n"),
            "line 3: @st line has 1 values but sample line has 2");
  EXPECT_EQ(ErrorOf("load 1m\n  x@st _\n"), "line 2: @st line has no following sample line");
}

TEST(TestScriptTest, FaultyLinesFailTheFile) {
  EXPECT_EQ(ErrorOf("\nfoo\n"), "line 2: invalid command \"foo\"");
  EXPECT_EQ(ErrorOf("load\n"), "line 1: empty duration string");
  EXPECT_EQ(ErrorOf("load 5m\n x 1y\n"),
            "line 2: 1:4: parse error: unexpected \"y\" in series values");
  EXPECT_EQ(ErrorOf("eval instant at 5m up +\n"),
            "line 1: 1:5: parse error: unexpected end of input");
  EXPECT_EQ(ErrorOf("eval instant 5m up\n"),
            "line 1: invalid evaluation command, expected \"at\": \"5m\"");
  EXPECT_EQ(ErrorOf("eval_maybe instant at 5m up\n"),
            "line 1: invalid evaluation command \"eval_maybe\"");
  EXPECT_EQ(ErrorOf("eval instant at 5m up\n expect nothing\n"),
            "line 2: invalid expect statement \"nothing\"");
  EXPECT_EQ(ErrorOf("eval instant at 5m up\n expect warn\n expect no_warn\n"),
            "line 3: expect no_warn contradicts an earlier line");
  EXPECT_EQ(ErrorOf("eval instant at 5m up\n expect fail\n expect fail\n"),
            "line 3: expect fail may only be given once");
  EXPECT_NE(ErrorOf("eval instant at 5m up\n up 1 2\n").find("expecting multiple values"),
            std::string::npos);
}

TEST(TestScriptTest, ReadsAllConformanceScripts) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  size_t instants = 0;
  size_t ranges = 0;
  size_t loads = 0;
  size_t clears = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(folder) / "promql")) {
    if (entry.path().extension() != ".test") {
      continue;
    }
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const base::Result<TestScript> script = ReadTestScript(text, KeepFirst);
    ASSERT_TRUE(script.ok()) << entry.path() << ": " << script.status().ToString();
    for (const TestCommand& command : script->commands) {
      const auto* eval = std::get_if<EvalCommand>(&command);
      instants += eval != nullptr && !eval->range ? 1U : 0U;
      ranges += eval != nullptr && eval->range ? 1U : 0U;
      loads += std::holds_alternative<LoadCommand>(command) ? 1U : 0U;
      clears += std::holds_alternative<ClearCommand>(command) ? 1U : 0U;
    }
  }
  EXPECT_EQ(instants + ranges, 2214U);
  EXPECT_EQ(loads, 310U);
  EXPECT_EQ(clears, 231U);
}

}  // namespace
}  // namespace sb::promql
