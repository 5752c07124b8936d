// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/math_expression.h"

#include <gtest/gtest.h>

namespace sb::provisioning {
namespace {

Frame Of(std::initializer_list<std::pair<std::string_view, std::string_view>> labels,
         double value) {
  Frame frame;
  frame.labels = model::LabelSet::FromPairs(labels);
  frame.value = frame.shown = value;
  return frame;
}

double Number(std::string_view text, const FramesByRef& inputs = {}) {
  const auto expression = MathExpression::Parse(text);
  EXPECT_TRUE(expression.ok()) << expression.status().ToString();
  const auto frames = (*expression)->Evaluate(inputs);
  EXPECT_TRUE(frames.ok() && frames->size() == 1) << text;
  return frames.ok() && frames->size() == 1 ? (*frames)[0].value : -1;
}

TEST(MathExpressionTest, BindsAsUsual) {
  EXPECT_EQ(Number("1 + 2 * 3 ** 2"), 19);
  EXPECT_EQ(Number("(1 + 2) * 3 - 7 % 4"), 6);
  EXPECT_EQ(Number("1 < 2 && 3 >= 4 || 5 == 5"), 1);
  EXPECT_EQ(Number("!1 + -2"), -2);
  EXPECT_EQ(Number("abs(-2) + round(1.5) + floor(1.9) + is_nan(nan())"), 6);
}

TEST(MathExpressionTest, ComputesPairsWithFittingLabels) {
  const FramesByRef inputs = {{"A", {Of({{"job", "x"}}, 10), Of({{"job", "y"}}, 20)}},
                              {"B", {Of({{"job", "x"}, {"host", "1"}}, 2)}}};
  const auto expression = MathExpression::Parse("$A / ${B} > 4");
  ASSERT_TRUE(expression.ok());
  const auto frames = (*expression)->Evaluate(inputs);
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_EQ((*frames)[0].value, 1);
  EXPECT_EQ((*frames)[0].shown, 5);
  EXPECT_EQ((*frames)[0].labels.Get("host"), "1");
}

TEST(MathExpressionTest, NamesWhatItDoesNotUnderstand) {
  for (const char* text : {"", "1 +", "$A $B", "foo(1)", "(1", "${A", "1 ? 2"}) {
    EXPECT_FALSE(MathExpression::Parse(text).ok()) << text;
  }
  EXPECT_FALSE(MathExpression::Parse(std::string(5000, '(')).ok());
  EXPECT_FALSE(MathExpression::Parse(std::string(5000, '-')).ok());
  EXPECT_FALSE((*MathExpression::Parse("$X"))->Evaluate({}).ok());
}

}  // namespace
}  // namespace sb::provisioning
