// SPDX-License-Identifier: Apache-2.0
#include "query/promql/printer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "query/promql/parser.h"

namespace sb::promql {
namespace {

std::string Pretty(std::string_view query) {
  const base::Result<ExprPtr> expr = ParseExpr(query);
  return expr.ok() ? PrintPretty(**expr) : std::string(expr.status().message());
}

TEST(PrinterTest, DurationsUseTheLargestUnits) {
  EXPECT_EQ(PrintDuration(0), "0s");
  EXPECT_EQ(PrintDuration(1), "1ms");
  EXPECT_EQ(PrintDuration(5'400'000), "1h30m");
  EXPECT_EQ(PrintDuration(7 * 86'400'000LL), "1w");
  EXPECT_EQ(PrintDuration(8 * 86'400'000LL), "8d");
  EXPECT_EQ(PrintDuration(365 * 86'400'000LL), "1y");
  EXPECT_EQ(PrintDuration(-61'001), "-1m1s1ms");
  EXPECT_EQ(PrintDuration(std::numeric_limits<int64_t>::min()).substr(0, 12), "-10675199116");
}

TEST(PrinterTest, NumbersHaveNoExponent) {
  EXPECT_EQ(PrintNumber(0.1), "0.1");
  EXPECT_EQ(PrintNumber(1e21), "1000000000000000000000");
  EXPECT_EQ(PrintNumber(1e23), "100000000000000000000000");  // not …99999999991611392
  EXPECT_EQ(PrintNumber(1e-7), "0.0000001");
  EXPECT_EQ(PrintNumber(-0.0), "-0");
  EXPECT_EQ(PrintNumber(5e-324).size(), 326U);
}

TEST(PrinterTest, ANegativeZeroDurationKeepsItsSign) {
  const ExprPtr expr = ParseExpr("x - --(-0m) * 2", nullptr);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Print(*expr), "x - --(-0s) * 2");
}

TEST(PrinterTest, PrettyKeepsShortQueriesOnOneLine) {
  EXPECT_EQ(Pretty("sum(rate(x[5m]))by(job)"), "sum by (job) (rate(x[5m]))");
}

TEST(PrinterTest, PrettyBreaksLongQueriesByDepth) {
  const std::string selector =
      "http_requests_total{instance=\"a-rather-long-instance\",job=\"a-rather-long-job-name\"}";
  EXPECT_EQ(Pretty("sum by (job) (rate(" + selector + "[5m])) / on(job) group_left topk(3, " +
                   selector + " offset 5m)"),
            "  sum by (job) (\n"
            "    rate(" +
                selector +
                "[5m])\n"
                "  )\n"
                "/ on (job) group_left ()\n"
                "  topk(\n"
                "    3,\n"
                "    " +
                selector +
                " offset 5m\n"
                "  )");
}

TEST(PrinterTest, PrettyBreaksParenthesesSubqueriesAndSigns) {
  const std::string name(60, 'a');
  EXPECT_EQ(Pretty("max_over_time((" + name + " + " + name + ")[5m:1m])"),
            "max_over_time(\n"
            "  (\n"
            "      " +
                name +
                "\n"
                "    +\n"
                "      " +
                name +
                "\n"
                "  )[5m:1m]\n"
                ")");
  EXPECT_EQ(Pretty("-sum(" + name + " + " + name + ")"),
            "-sum(\n"
            "    " +
                name +
                "\n"
                "  +\n"
                "    " +
                name +
                "\n"
                ")");
}

TEST(PrinterTest, PrettyIsNotQuadratic) {
  // 900 levels of 1,000 bytes each: minutes, if every level printed all that is below it.
  std::string query;
  for (int i = 0; i < 900; ++i) {
    query += "abs(";
  }
  query += "{a=\"" + std::string(900'000, 'x') + "\"}" + std::string(900, ')');
  EXPECT_GT(Pretty(query).size(), 900'000U);
}

TEST(PrintShortTest, LeavesTheOperandsOut) {
  const auto brief = [](std::string_view query) { return PrintShort(**ParseExpr(query)); };
  EXPECT_EQ(brief("sum by (a) (x)"), "sum by (a) ");
  EXPECT_EQ(brief("a + on (b) c"), "+ on (b)");
  EXPECT_EQ(brief("x[5m] offset 1m"), "[5m] offset 1m");
  EXPECT_EQ(brief("x[5m:] @ 1"), "[5m:] @ 1.000");
  EXPECT_EQ(brief("rate(x[5m])"), "rate");
  EXPECT_EQ(brief("-x"), "-");
}

}  // namespace
}  // namespace sb::promql
