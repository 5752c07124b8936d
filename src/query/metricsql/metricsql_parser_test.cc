// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "query/metricsql/parser.h"

namespace sb::metricsql {
namespace {

ExprPtr Parsed(const std::string& query) {
  base::Result<ExprPtr> expr = ParseExpr(query);
  EXPECT_TRUE(expr.ok()) << query << ": " << expr.status().message();
  return expr.ok() ? *expr : MakeExpr(NumberExpr{-1}, 0);
}

double Number(const std::string& query) {
  const ExprPtr expr = Parsed(query);
  const auto* number = expr->As<NumberExpr>();
  return number == nullptr ? -1 : number->value;
}

TEST(MetricsqlParserTest, NumbersHaveSizes) {
  EXPECT_EQ(Number("2K"), 2000);
  EXPECT_EQ(Number("2Ki"), 2048);
  EXPECT_EQ(Number("1.5MiB"), 1.5 * 1048576);
  EXPECT_EQ(Number("3GB"), 3e9);
  EXPECT_EQ(Number("1e3"), 1000);
  EXPECT_EQ(Number("0x1F"), 31);
  EXPECT_EQ(Number("1_000"), 1000);
}

TEST(MetricsqlParserTest, WindowsAreOptionalAndRelative) {
  const ExprPtr plain = Parsed("rate(x)");
  EXPECT_NE(plain->As<CallExpr>()->args[0]->As<SelectorExpr>(), nullptr);
  const ExprPtr expr = Parsed("x[5i:1h30m] offset -1.5d @ (end() - 5m)");
  const auto* range = expr->As<RollupExpr>();
  ASSERT_NE(range, nullptr);
  EXPECT_EQ(range->window->At(60'000), 300'000);
  EXPECT_EQ(range->step->At(1), 5'400'000);
  EXPECT_EQ(range->offset->At(1), -129'600'000);
  EXPECT_NE(range->at, nullptr);
  EXPECT_EQ(Parsed("(a + b)[1h:]")->As<RollupExpr>()->window->At(1), 3'600'000);
  EXPECT_EQ(Parsed("x[300]")->As<RollupExpr>()->window->At(1), 300'000);
}

TEST(MetricsqlParserTest, SelectorsHaveAlternatives) {
  const ExprPtr expr = Parsed(R"(x{a="1",b="2" or a="3"})");
  const auto* selector = expr->As<SelectorExpr>();
  ASSERT_NE(selector, nullptr);
  ASSERT_EQ(selector->alternatives.size(), 2U);
  EXPECT_EQ(selector->alternatives[0].size(), 3U);
  EXPECT_EQ(selector->alternatives[1].size(), 2U);
}

TEST(MetricsqlParserTest, TemplatesDoNotSeeLaterOnes) {
  EXPECT_FALSE(ParseExpr("WITH (a(m) = m[w], w = 5m) a(x)").ok());
}

TEST(MetricsqlParserTest, TemplatesSeeThoseBeforeThem) {
  const ExprPtr expr = Parsed(
      R"(WITH (w = 5m, common = {job="a", inst=~"x" + "y"}, used(m) = m{common, mode="u"}[w])
         sum(rate(used(cpu))))");
  const auto* sum = expr->As<AggregateExpr>();
  ASSERT_NE(sum, nullptr);
  const auto* range = sum->args[0]->As<CallExpr>()->args[0]->As<RollupExpr>();
  ASSERT_NE(range, nullptr);
  EXPECT_EQ(range->window->At(1), 300'000);
  const auto* selector = range->expr->As<SelectorExpr>();
  ASSERT_EQ(selector->alternatives[0].size(), 4U);
  EXPECT_EQ(selector->alternatives[0][2].value(), "xy");
}

TEST(MetricsqlParserTest, BuiltInTemplates) {
  EXPECT_EQ(Parsed(R"(alias(x, "y"))")->As<CallExpr>()->name, "label_set");
  EXPECT_EQ(Parsed("ttf(x)")->As<CallExpr>()->name, "smooth_exponential");
  EXPECT_EQ(Parsed("range_median(x)")->As<CallExpr>()->name, "range_quantile");
  // A metric may have their names.
  EXPECT_NE(Parsed("ru")->As<SelectorExpr>(), nullptr);
}

TEST(MetricsqlParserTest, PrecedenceOfTheDialect) {
  const ExprPtr expr = Parsed("a + b default c if d > 5");
  const auto* top = expr->As<BinaryExpr>();
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->op, BinaryOp::kDefault);
  EXPECT_EQ(top->rhs->As<BinaryExpr>()->op, BinaryOp::kIf);
  EXPECT_EQ(Parsed("2 ^ 3 ^ 2")->As<BinaryExpr>()->rhs->As<BinaryExpr>()->op, BinaryOp::kPow);
}

TEST(MetricsqlParserTest, ModifiersOfTheDialect) {
  const auto join = Parsed(R"(a * on(i) group_left(*) prefix "x_" b)");
  const auto* binary = join->As<BinaryExpr>();
  EXPECT_EQ(binary->join, Join::kGroupLeft);
  EXPECT_EQ(binary->include, std::vector<std::string>{"*"});
  EXPECT_EQ(binary->prefix, "x_");
  EXPECT_TRUE(Parsed("rate(x) keep_metric_names")->As<CallExpr>()->keep_metric_names);
  EXPECT_TRUE(Parsed("(a / b) keep_metric_names")->As<BinaryExpr>()->keep_metric_names);
  const auto sum = Parsed("sum(a, b) by (x) limit 3");
  EXPECT_EQ(sum->As<AggregateExpr>()->limit, 3);
  EXPECT_EQ(sum->As<AggregateExpr>()->args.size(), 2U);
}

TEST(MetricsqlParserTest, ErrorsNameThePlace) {
  const auto message = [](const std::string& query) {
    const auto expr = ParseExpr(query);
    EXPECT_FALSE(expr.ok()) << query;
    return std::string(expr.status().message());
  };
  EXPECT_EQ(message("sum(x) +"),
            "1:9: parse error: unexpected end of input, expected an expression");
  EXPECT_EQ(message("nope(x)"), "1:1: parse error: unknown function \"nope\"");
  EXPECT_NE(message("{a=\"\"}").find("non-empty matcher"), std::string::npos);
  EXPECT_NE(message("x{a=~\"(\"}").find("1:3"), std::string::npos);
  EXPECT_NE(message("WITH (f(a) = a) f(x, y)").find("takes 1 arguments"), std::string::npos);
  EXPECT_NE(message("WITH (f(a) = f(a)) f(x)").find("unknown function"), std::string::npos);
}

TEST(MetricsqlParserTest, ExpansionIsBounded) {
  std::string query = "WITH (t0 = x";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "t" + std::to_string(i - 1);
    query += ", t" + std::to_string(i) + " = " + before + " + " + before;
  }
  query += ") t59";
  EXPECT_FALSE(ParseExpr(query).ok());
  EXPECT_FALSE(ParseExpr(std::string(5000, '(') + "1" + std::string(5000, ')')).ok());
  std::string deep = "WITH (f0(x) = -(-(-(-x)))";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "f" + std::to_string(i - 1);
    deep += ", f" + std::to_string(i) + "(x) = " + before + "(" + before + "(x))";
  }
  EXPECT_FALSE(ParseExpr(deep + ") f29(y)").ok());
}

}  // namespace
}  // namespace sb::metricsql
