// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/painless.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace sb::api {
namespace {

double Calculate(std::string_view text) {
  static const double kValues[] = {1, 2, 4, 9};
  const auto script = Painless::Parse(text);
  EXPECT_TRUE(script.ok()) << text << ": " << script.status().ToString();
  return script.ok() ? script->Evaluate({{{"a", 6}, {"b", 4}, {"my var", 1}}, kValues}) : 0;
}

TEST(PainlessTest, CalculatesAsTheReferenceDoes) {
  EXPECT_EQ(Calculate("params.a / params.b * 100"), 150);
  EXPECT_EQ(Calculate("return (params.a - params['my var']) % 3;"), 2);
  EXPECT_EQ(Calculate("-params.a + 2 * 3"), 0);
  EXPECT_EQ(Calculate("params.a > params.b && !(params.b == 4) ? 1 : 1.5e1"), 15);
  EXPECT_EQ(Calculate("Math.max(params.a, Math.abs(-7)) + Math.pow(2, 3)"), 15);
  EXPECT_EQ(Calculate("MovingFunctions.max(values) - MovingFunctions.min(values)"), 8);
  EXPECT_EQ(Calculate("MovingFunctions.sum(values)"), 16);
  EXPECT_EQ(Calculate("MovingFunctions.unweightedAvg(values)"), 4);
  EXPECT_DOUBLE_EQ(
      Calculate("MovingFunctions.stdDev(values, MovingFunctions.unweightedAvg(values))"),
      std::sqrt(9.5));
  EXPECT_DOUBLE_EQ(Calculate("MovingFunctions.linearWeightedAvg(values)"), 53.0 / 11);
  EXPECT_DOUBLE_EQ(Calculate("MovingFunctions.ewma(values, 0.5)"), 5.875);
  EXPECT_DOUBLE_EQ(Calculate("MovingFunctions.holt(values, 0.5, 0.5)"), 6.34375);
  EXPECT_TRUE(std::isnan(Calculate("params.none + 1")));
  EXPECT_TRUE(std::isinf(Calculate("1 / 0")));
}

TEST(PainlessTest, RefusesWhatIsNoExpression) {
  const std::string deep(200, '(');
  for (const std::string& text :
       {std::string("doc['x'].value"), std::string("params.a +"), std::string("1 2"),
        std::string("for (;;) {}"), std::string(""), std::string("Math.sin(1)"),
        std::string("MovingFunctions.max(other)"), std::string("params['a"), deep,
        std::string(200, '-') + "1", std::string(5000, ' ') + "1"}) {
    EXPECT_EQ(Painless::Parse(text).status().code(), base::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace sb::api
