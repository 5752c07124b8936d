// SPDX-License-Identifier: Apache-2.0
#include "query/promql/ast.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/promql/ast_json.h"
#include "query/promql/parser.h"
#include "query/promql/used_names.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

std::string Json(std::string_view query) {
  const base::Result<ExprPtr> expr = ParseExpr(query);
  return expr.ok() ? AstToJson(**expr) : std::string(expr.status().message());
}

TEST(FunctionTest, AllNamesAreFound) {
  EXPECT_EQ(AllFunctions().size(), 90U);
  for (const Function& function : AllFunctions()) {
    EXPECT_EQ(FindFunction(function.name), &function);
  }
  EXPECT_EQ(FindFunction("Rate"), nullptr);
  EXPECT_EQ(FindFunction(""), nullptr);
  EXPECT_EQ(FindFunction("zzz"), nullptr);
}

TEST(ExprTest, TypesFollowFromTheOperands) {
  const auto type = [](std::string_view query) { return (*ParseExpr(query))->type(); };
  EXPECT_EQ(type("1 + 2"), ValueType::kScalar);
  EXPECT_EQ(type("1 + x"), ValueType::kVector);
  EXPECT_EQ(type("(-time())"), ValueType::kScalar);
  EXPECT_EQ(type("x[5m]"), ValueType::kMatrix);
  EXPECT_EQ(type("x[5m:]"), ValueType::kMatrix);
  EXPECT_EQ(type("'x'"), ValueType::kString);
  EXPECT_EQ(type("sum(x)"), ValueType::kVector);
}

TEST(WalkTest, ParentsComeBeforeChildrenAndPathsLeadFromTheRoot) {
  const ExprPtr expr = *ParseExpr("topk(2, rate(x[5m]) + (y))");
  std::vector<ExprKind> kinds;
  size_t deepest = 0;
  Inspect(*expr, [&](const Expr& node, const ExprPath& path) {
    kinds.push_back(node.kind);
    deepest = std::max(deepest, path.size());
    EXPECT_TRUE(path.empty() || path.front() == expr.get());
  });
  EXPECT_EQ(kinds, (std::vector<ExprKind>{ExprKind::kAggregate, ExprKind::kBinary, ExprKind::kCall,
                                          ExprKind::kMatrixSelector, ExprKind::kVectorSelector,
                                          ExprKind::kParen, ExprKind::kVectorSelector,
                                          ExprKind::kNumberLiteral}));
  EXPECT_EQ(deepest, 4U);
}

TEST(WalkTest, MutationReachesEverySelector) {
  ExprPtr expr = *ParseExpr("a + rate(b[5m])");
  InspectMutable(*expr, [](Expr& node) {
    if (auto* selector = TryAs<VectorSelector>(&node)) {
      selector->time.at_ms = 7;
    }
  });
  for (const VectorSelector* selector : Selectors(*expr)) {
    EXPECT_EQ(selector->time.at_ms, 7);
  }
  EXPECT_EQ(Selectors(*expr).size(), 2U);
}

TEST(WalkTest, SameTreeSeesEachDifference) {
  const std::vector<std::string> queries = {"x",
                                            "y",
                                            "x{a='b'}",
                                            "x offset 5m",
                                            "x @ 5",
                                            "x @ end()",
                                            "x anchored",
                                            "x smoothed",
                                            "x[5m]",
                                            "x[6m]",
                                            "x[5m:]",
                                            "x[5m:1m]",
                                            "x[5m+1m]",
                                            "x[5m-1m]",
                                            "x[(5m+1m)]",
                                            "sum(x)",
                                            "avg(x)",
                                            "sum by (a) (x)",
                                            "sum without (a) (x)",
                                            "x + y",
                                            "x - y",
                                            "x + on (a) y",
                                            "x + ignoring (a) y",
                                            "x + on (a) group_left () y",
                                            "x + fill (0) y",
                                            "x + fill (1) y",
                                            "x > y",
                                            "x > bool y",
                                            "-x",
                                            "+x",
                                            "(x)",
                                            "abs(x)",
                                            "ceil(x)",
                                            "5m",
                                            "300",
                                            "'a'",
                                            "'b'",
                                            "round(x)",
                                            "round(x, 1)",
                                            "topk(1, x)",
                                            "topk(2, x)"};
  for (size_t i = 0; i < queries.size(); ++i) {
    for (size_t j = 0; j < queries.size(); ++j) {
      EXPECT_EQ(SameTree(**ParseExpr(queries[i]), **ParseExpr(queries[j])), i == j)
          << queries[i] << " and " << queries[j];
    }
  }
  EXPECT_TRUE(SameTree(**ParseExpr("x{a='1',b='2'}"), **ParseExpr("x{b='2',a='1'}")));
}

TEST(WalkTest, CloneIsEqualAndKeepsPositions) {
  const ExprPtr expr = *ParseExpr("sum by (a) (rate(x[5m:step()] @ 5 offset -(1))) + fill (1) -y");
  const ExprPtr copy = Clone(*expr);
  EXPECT_TRUE(SameTree(*expr, *copy));
  EXPECT_EQ(AstToJson(*expr), AstToJson(*copy));
  EXPECT_EQ(As<BinaryExpr>(*copy).rhs->range, As<BinaryExpr>(*expr).rhs->range);
  EXPECT_EQ(copy->height, expr->height);
}

TEST(WalkTest, UnwrappedLooksThroughParentheses) {
  const ExprPtr expr = *ParseExpr("((x))");
  EXPECT_EQ(Unwrapped(*expr).kind, ExprKind::kVectorSelector);
}

TEST(AstJsonTest, HasTheShapeOfTheReference) {
  EXPECT_EQ(Json("rate(x{a=~'b'}[5m] offset 1m)"),
            R"({"args":[{"anchored":false,"matchers":[{"name":"a","type":"=~","value":"b"},)"
            R"({"name":"__name__","type":"=","value":"x"}],"name":"x","offset":60000,)"
            R"("offsetExpr":null,"range":300000,"rangeExpr":null,"smoothed":false,)"
            R"("startOrEnd":null,"timestamp":null,"type":"matrixSelector"}],)"
            R"("func":{"argTypes":["matrix"],"name":"rate","returnType":"vector","variadic":0},)"
            R"("type":"call"})");
  EXPECT_EQ(Json("1 + 2.5"),
            R"({"bool":false,"lhs":{"type":"numberLiteral","val":"1"},"matching":null,"op":"+",)"
            R"("rhs":{"type":"numberLiteral","val":"2.5"},"type":"binaryExpr"})");
  EXPECT_EQ(Json("time() ^ -pi()").find("\"type\":\"unaryExpr\"") != std::string::npos, true);
}

TEST(AstJsonTest, WritesMatchingAndFillValues) {
  const std::string json = Json("a + on (x) group_left (y) fill_left (1e21) b");
  EXPECT_NE(json.find(R"("matching":{"card":"many-to-one","fillValues":{"lhs":1e+21,"rhs":null},)"
                      R"("include":["y"],"labels":["x"],"on":true})"),
            std::string::npos)
      << json;
}

TEST(AstJsonTest, WritesDurationExpressions) {
  const std::string json = Json("x[5m + step():1m] @ start() offset (-5)");
  EXPECT_NE(json.find(R"("rangeExpr":{"lhs":{"duration":true,"type":"numberLiteral","val":"300"},)"
                      R"("op":"+","rhs":{"lhs":null,"op":"step","rhs":null,)"
                      R"("type":"durationExpr","wrapped":false},"type":"durationExpr",)"
                      R"("wrapped":false},"startOrEnd":"start","step":60000,"stepExpr":null)"),
            std::string::npos)
      << json;
}

TEST(AstJsonTest, EscapesStrings) {
  EXPECT_EQ(Json(R"("a\"\\\n\u00fc\xff")"),
            "{\"type\":\"stringLiteral\",\"val\":\"a\\\"\\\\\\u000a\xc3\xbc\\ufffd\"}");
}

TEST(UsedNamesTest, FindsMetricsAndLabelsOnce) {
  const ExprPtr expr = *ParseExpr(
      "sum by (job) (rate(x{a='1'}[5m])) / on (job, b) group_left (c) ({__name__='y',a!='2'} + x)");
  const UsedNames used = FindUsedNames(*expr);
  EXPECT_EQ(used.metrics, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(used.labels, (std::vector<std::string>{"a", "b", "c", "job"}));
}

TEST(StartPositionTest, CountsLinesAndBytes) {
  EXPECT_EQ(StartPosition({0, 1}, "ab"), "1:1");
  EXPECT_EQ(StartPosition({5, 6}, "ab\n\ncd"), "3:2");
  EXPECT_EQ(StartPosition({2, 2}, "ab"), "1:3");
  EXPECT_EQ(StartPosition({3, 3}, "ab"), "invalid position");
  EXPECT_EQ(StartPosition({0, 0}, ""), "unknown position");
}

}  // namespace
}  // namespace sb::promql
