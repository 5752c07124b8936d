// SPDX-License-Identifier: Apache-2.0
//
// What comparing the engine with the oracle (testing/oracle.h) on random queries has found, one
// test each.
#include <gtest/gtest.h>

#include "query/promql/testing/script_runner.h"

namespace sb::promql {
namespace {

void RunScript(std::string_view text, const EngineOptions& options = EngineOptions()) {
  const auto script = ReadTestScript(text, CombineForScript);
  ASSERT_TRUE(script.ok()) << script.status().ToString();
  ScriptRunner runner("script", options);
  runner.Run(*script);
  for (const std::string& failure : runner.failures()) {
    ADD_FAILURE() << failure;
  }
  EXPECT_GT(runner.counts().evals.total, 0);
}

TEST(PromqlRegressionsTest, NegationMakesNoPointsWhereThereAreNone) {
  RunScript(R"script(
load 1m
  x 1 _ _ _ _ _ _ _ 2

eval range from 0 to 8m step 2m -x
  {} -1 -1 -1 _ -2
)script");
}

TEST(PromqlRegressionsTest, SumTellsOfFloatsBeforeIncompatibleHistograms) {
  RunScript(R"script(
load 1m
  a {{schema:0 sum:5 count:4 buckets:[1 2 1]}}
  b 1
  c {{schema:-53 sum:1 count:1 custom_values:[5] buckets:[1]}}
  d {{schema:-53 sum:1 count:1 custom_values:[5] buckets:[1]}}

eval instant at 0 sum({__name__=~"a|b|c|d"})
  expect warn regex: exponential and custom buckets schemas for metric name "c" \(1:5\)
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)
)script");
}

TEST(PromqlRegressionsTest, ClampKeepsThePositiveZeroOfItsBound) {
  RunScript(R"script(
load 1m
  x 0

eval instant at 0 1 / clamp(-x, 0, 15)
  {} +Inf

eval instant at 0 1 / clamp_max(x, -0)
  {} -Inf
)script");
}

TEST(PromqlRegressionsTest, PairsStandInTheOrderOfTheirSidesNotOfTheSteps) {
  RunScript(R"script(
load 1m
  a{i="1"} 1 1
  a{i="2"} 2 2
  b{i="1",v="x"} _ 5

eval range from 0 to 1m step 1m limitk(1, a * on(i) group_left(v) fill_right(1) b)
  {i="1"} 1 _
  {i="1",v="x"} _ 5
)script");
}

TEST(PromqlRegressionsTest, ARowOfTwoPartsDropsItsNameAsTheEarlierDoes) {
  EngineOptions options;
  options.delayed_name_removal = true;
  RunScript(R"script(
load 1m
  x 1 _ _ 4

eval range from 0 to 8m step 8m x or -(x @ 180)
  x 1 -4

clear
load 1m
  x _ _ _ 4

eval range from 0 to 4m step 4m x or -(x @ 180)
  {} -4 4
)script",
            options);
}

TEST(PromqlRegressionsTest, TrimmingANumberFails) {
  RunScript(R"script(
eval instant at 0 1 </ 2
  expect fail msg: operator "</" not allowed for Scalar operations

eval instant at 0 vector(1 >/ 2)
  expect fail msg: operator ">/" not allowed for Scalar operations
)script");
}

TEST(PromqlRegressionsTest, TheSameQuantileTwiceIsADuplicate) {
  RunScript(R"script(
load 1m
  x {{schema:0 sum:5 count:4 buckets:[1 2 1]}}x5

eval instant at 0 histogram_quantiles(x, "q", 0.5, 0.9, 0.5)
  expect fail msg: vector cannot contain metrics with the same labelset

eval range from 0 to 2m step 1m histogram_quantiles(x, "q", 0.5, 0.9, 0.5)
  expect fail msg: vector cannot contain metrics with the same labelset
)script");
}

TEST(PromqlRegressionsTest, CountValuesHasTheFewestDigitsOfLargeNumbers) {
  RunScript(R"script(
load 1m
  x{i="0"} 5.72957795130829184e17
  x{i="1"} -1e23
  x{i="2"} 1234567.25
  x{i="3"} 0.00001

eval instant at 0 count_values("v", x)
  {v="572957795130829200"} 1
  {v="-100000000000000000000000"} 1
  {v="1234567.25"} 1
  {v="0.00001"} 1
)script");
}

TEST(PromqlRegressionsTest, BoolDropsANameTakenOverByGroupRight) {
  RunScript(R"script(
load 1m
  x{i="0"} 1
  y{i="0"} 2

eval instant at 0 x >= bool on (i) group_right (__name__) y
  {i="0"} 0

eval instant at 0 x + on (i) group_right (__name__) y
  x{i="0"} 3
)script");
}

// The argument's samples end before the evaluation time, up to which info series are looked for.
TEST(PromqlRegressionsTest, InfoOfASubqueryReadsBeyondIt) {
  RunScript(R"script(
load 1m
  x{job="a",instance="0"} 1x60
  target_info{job="a",instance="0",version="7"} 1x60

eval instant at 20m30s info(sum_over_time(x[40s:]))
  {job="a",instance="0",version="7"} 1
)script");
}

}  // namespace
}  // namespace sb::promql
