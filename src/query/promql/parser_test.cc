// SPDX-License-Identifier: Apache-2.0
#include "query/promql/parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "query/promql/printer.h"
#include "query/promql/testing/random_expr.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

ExprPtr MustParse(std::string_view query) {
  base::Result<ExprPtr> expr = ParseExpr(query);
  EXPECT_TRUE(expr.ok()) << query << "\n" << expr.status().ToString();
  return expr.ok() ? *std::move(expr) : nullptr;
}

std::string Normalised(std::string_view query) {
  const ExprPtr expr = MustParse(query);
  return expr == nullptr ? "" : Print(*expr);
}

std::string ErrorOf(std::string_view query) {
  const base::Result<ExprPtr> expr = ParseExpr(query);
  return expr.ok() ? "parsed: " + Print(**expr) : std::string(expr.status().message());
}

struct Query {
  const char* text;
  const char* printed;  // null: the text itself
};

// Precedence, modifiers and spelling, one row each.
constexpr Query kQueries[] = {
    {"1", nullptr},
    {"+Inf", nullptr},
    {"inf", "+Inf"},
    {"-nan", "NaN"},
    {"0x1F + 017 + 1_000", "31 + 15 + 1000"},
    {"1e21", "1000000000000000000000"},
    {"5m", nullptr},
    {"-5m * 2", nullptr},
    {"1h30m + 90s", "1h30m + 1m30s"},
    {"'a' ", "\"a\""},
    {"`\\d`", "\"\\\\d\""},
    {"1 + 2 * 3 ^ 4", nullptr},
    {"-1 ^ 2", nullptr},
    {"2 ^ 3 ^ 2", nullptr},
    {"Inf ^ 2", nullptr},
    {"-(1)", nullptr},
    {"--x", nullptr},
    {"- - 1", "1"},
    {"x atan2 y % z", nullptr},
    {"a and b unless c or d", nullptr},
    {"a > bool b", nullptr},
    {"1 < bool 2", nullptr},
    {"h </ 5 >/ 1", nullptr},
    {"a*on(x,y)b", "a * on (x, y) b"},
    {"a + on () b", nullptr},
    {"a / ignoring(x) group_left b", "a / ignoring (x) group_left () b"},
    {"a / on(x) group_right(y, 'z.z') b", "a / on (x) group_right (y, \"z.z\") b"},
    {"a + fill(0) b", "a + fill (0) b"},
    {"a > bool on(x) fill_right(1) fill_left(-2) b",
     "a > bool on (x) fill_left (-2) fill_right (1) b"},
    {"a + fill_left(1e21) fill_right(NaN) b", "a + fill_left (1e+21) fill_right (NaN) b"},
    {"a + fill(5m) b", "a + fill (300) b"},
    {"fill + fill(0) fill", "fill + fill (0) fill"},
    {"sum(x)by(job)", "sum by (job) (x)"},
    {"SUM WITHOUT (a, b,) (x)", "sum without (a, b) (x)"},
    {"sum by () (x)", "sum(x)"},
    {"sum without () (x)", nullptr},
    {"sum by (sum, by, on, bool, offset, atan2, start) (x)", nullptr},
    {"topk(5, x) by (\"a.b\", `c`)", "topk by (\"a.b\", c) (5, x)"},
    {"count_values('v', x)", "count_values(\"v\", x)"},
    {"limit_ratio(-0.5, x)", nullptr},
    {"x{}", "x"},
    {"{a='b', c!=\"d\", e=~'f.*', g!~`h`,}", "{a=\"b\",c!=\"d\",e=~\"f.*\",g!~\"h\"}"},
    {"x{b='1',a='2'}", "x{a=\"2\",b=\"1\"}"},
    {"{'a.b', 'l.x'='y'}", "{\"l.x\"=\"y\",__name__=\"a.b\"}"},
    {"{__name__='up'}", "{__name__=\"up\"}"},
    {"sum", nullptr},
    {"by{a='b'} + offset - and", "by{a=\"b\"} + offset - and"},
    {"start{} + end + step + range + min_of + anchored",
     "start + end + step + range + min_of + anchored"},
    {"start() + end() + step() + range()", nullptr},
    {"min_of(1, max_of(2, 3))", nullptr},
    {"a:b:c[5m]", nullptr},
    {"x[1800]", "x[30m]"},
    {"x[1.5]", "x[1s500ms]"},
    {"x[ 5m ] offset -1h @ 10", "x[5m] @ 10.000 offset -1h"},
    {"x @ 1.23456 offset 90", "x @ 1.235 offset 1m30s"},
    {"x offset 5m @ start()", "x @ start() offset 5m"},
    {"x @ -5m", "x @ -300.000"},
    {"x @ end()", nullptr},
    {"x anchored offset 5m", nullptr},
    {"rate(x[5m] smoothed @ 5)", "rate(x[5m] smoothed @ 5.000)"},
    {"x[5m:]", nullptr},
    {"x[5m:30s] offset 1w @ end()", "x[5m:30s] @ end() offset 1w"},
    {"rate(x[1m])[1h:1m] @ 3", "rate(x[1m])[1h:1m] @ 3.000"},
    {"x[5m+step()*2]", "x[5m + step() * 2]"},
    {"x[(5)]", nullptr},
    {"x[-(2^2)+1h:min_of(step(),1m)]", "x[-(2 ^ 2) + 1h:min_of(step(), 1m)]"},
    {"x[STEP():range()]", "x[step():range()]"},
    {"x offset (1h-30m)", "x offset (1h - 30m)"},
    {"x offset 5m + 1", nullptr},
    {"x offset -2 ^ 2", "x offset -2s ^ 2"},
    {"x offset -(2) * 3", nullptr},
    {"x offset (2) * 3", nullptr},
    {"x offset step() * 0", nullptr},
    {"x offset +step()", "x offset step()"},
    {"x offset -max_of(step(), 1s) + 8", nullptr},
    {"x offset --5m * 2", "x offset (5m * 2)"},
    {"x offset +-2 ^ 2", "x offset (-2 ^ 2)"},
    {"x offset --step()", nullptr},
    {"x offset (5m) @ 5 / y", "x offset (5m) @ 5.000 / y"},
    {"rate(x[5m] smoothed offset (5m))", "rate(x[5m] offset (5m) smoothed)"},
    {"info(x)", nullptr},
    {"info(x, {})", nullptr},
    {"info(x, {a=~'.+'})", "info(x, {a=~\".+\"})"},
    {"label_join(x, 'd', ',')", "label_join(x, \"d\", \",\")"},
    {"histogram_quantiles(x, 'q', 0.5, 0.9)", "histogram_quantiles(x, \"q\", 0.5, 0.9)"},
    {"x # comment\n + # another\n y", "x + y"},
};

TEST(ParserTest, PrintsQueriesNormalised) {
  for (const Query& query : kQueries) {
    EXPECT_EQ(Normalised(query.text), query.printed == nullptr ? query.text : query.printed);
  }
}

TEST(ParserTest, ParsesWhatItPrintedToTheSameTree) {
  for (const Query& query : kQueries) {
    const ExprPtr expr = MustParse(query.text);
    ASSERT_NE(expr, nullptr);
    const ExprPtr again = MustParse(Print(*expr));
    ASSERT_NE(again, nullptr);
    EXPECT_TRUE(SameTree(*expr, *again)) << query.text << " -> " << Print(*expr);
  }
}

struct BadQuery {
  const char* text;
  const char* error;
};

constexpr BadQuery kBadQueries[] = {
    {"", "unknown position: parse error: no expression found in input"},
    {"# only a comment\n", "1:1: parse error: no expression found in input"},
    {"up +", "1:5: parse error: unexpected end of input"},
    {"up\n  + *", "2:5: parse error: unexpected <op:*>"},
    {"up up", "1:4: parse error: unexpected identifier \"up\""},
    {"rate(x)",
     "1:6: parse error: expected type range vector in call to function \"rate\", got instant "
     "vector"},
    {"foo(x)", "1:1: parse error: unknown function with name \"foo\""},
    {"foo(x) + $", "1:1: parse error: unknown function with name \"foo\""},
    {"rate(x[5m]", "1:11: parse error: unclosed left parenthesis"},
    {"abs(x, y)", "1:1: parse error: expected 1 argument(s) in call to \"abs\", got 2"},
    {"round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0"},
    {"day_of_week(x, y)",
     "1:1: parse error: expected at most 1 argument(s) in call to \"day_of_week\", got 2"},
    {"abs(x,)", "1:6: parse error: trailing commas not allowed in function call args"},
    {"sum()", "1:1: parse error: no arguments for aggregate expression provided"},
    {"topk(x)",
     "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, "
     "got 1"},
    {"sum(1)",
     "1:5: parse error: expected type instant vector in aggregation expression, got scalar"},
    {"topk('a', x)", "1:6: parse error: expected type scalar in aggregation parameter, got string"},
    {"sum(x y)", "1:7: parse error: unexpected identifier \"y\" in aggregation"},
    {"sum by x (y)",
     "1:8: parse error: unexpected identifier \"x\" in grouping opts, expected \"(\""},
    {"sum by (a b) (y)",
     "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""},
    {"sum by (1) (y)",
     "1:9: parse error: unexpected number \"1\" in grouping opts, expected label"},
    {"sum by (\"\") (y)", "1:9: parse error: invalid label name for grouping: \"\""},
    {"sum by (a) (x) without (b)", "1:16: parse error: unexpected <without>"},
    {"{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
    {"x{a}",
     "1:4: parse error: unexpected \"}\" in label matching, expected label matching operator"},
    {"x{a=b}", "1:5: parse error: unexpected identifier \"b\" in label matching, expected string"},
    {"x{a=\"b\" c}",
     "1:9: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\""},
    {"x{=}", "1:3: parse error: unexpected \"=\" in label matching, expected identifier or \"}\""},
    {"x{\"y\"}", "1:1: parse error: metric name must not be set twice: \"x\" or \"y\""},
    {"x[5m", "1:5: parse error: unclosed left bracket"},
    {"x[]",
     "1:3: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, "
     "step(), or range()"},
    {"x[5m 5m]",
     "1:6: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\""},
    {"x[5m:*]",
     "1:6: parse error: unexpected <op:*> in subquery selector, expected number, duration, step(), "
     "range(), or \"]\""},
    {"x[5m:1m 1m]",
     "1:9: parse error: unexpected duration \"1m\" in subquery selector, expected \"]\""},
    {"x[0s]", "1:3: parse error: duration must be greater than 0"},
    {"x[0.0001]", "1:3: parse error: duration must be greater than 0"},
    {"x[5m/0]", "1:5: parse error: division by zero"},
    {"x[300y]", "1:3: parse error: duration out of range"},
    {"x[5m1h]", "1:3: parse error: not a valid duration string: \"5m1h\""},
    {"x[5xm]", "1:3: parse error: bad number or duration syntax: \"5\""},
    {"sum(x)[5m]", "1:7: parse error: ranges only allowed for vector selectors"},
    {"x offset 5m[5m]", "1:12: parse error: no offset modifiers allowed before range"},
    {"x @ 5 [5m]", "1:7: parse error: no @ modifiers allowed before range"},
    {"x offset y",
     "1:10: parse error: unexpected identifier \"y\" in offset, expected number, duration, step(), "
     "or range()"},
    {"x offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"},
    {"sum(x) offset 5m",
     "1:1: parse error: offset modifier must be preceded by an instant vector selector or range "
     "vector selector or a subquery"},
    {"x @ y", "1:5: parse error: unexpected identifier \"y\" in @, expected timestamp"},
    {"x @ NaN", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"},
    {"x @ 5 @ 5", "1:1: parse error: @ <timestamp> may not be set multiple times"},
    {"x anchored smoothed",
     "1:1: parse error: anchored and smoothed modifiers cannot be used together"},
    {"x[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"},
    {"sum(x) smoothed", "1:1: parse error: smoothed modifier not implemented"},
    {"1 > 2", "1:3: parse error: comparisons between scalars must use BOOL modifier"},
    {"a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"},
    {"1 and a", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"},
    {"a and on(x) group_left() b", "1:1: parse error: no grouping allowed for \"and\" operation"},
    {"a or fill(0) b", "1:1: parse error: filling in missing series not allowed for set operators"},
    {"a + fill(0) 1",
     "1:1: parse error: filling in missing series only allowed between instant vectors"},
    {"a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors"},
    {"a + on(x) group_left(x) b",
     "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once"},
    {"a + group_left b", "1:5: parse error: unexpected <group_left>"},
    {"x[5m] + y",
     "1:1: parse error: binary expression must contain only scalar and instant vector types"},
    {"-'a'",
     "1:1: parse error: unary expression only allowed on expressions of type scalar or instant "
     "vector, got \"string\""},
    {"x[5m][1h:]",
     "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"},
    {"info(x, y)", "1:9: parse error: expected label selectors only, got vector selector instead"},
    {"info(x, {a='b'} + 1)", "1:9: parse error: expected label selectors only"},
    {"1e999",
     "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e999\": value out of "
     "range"},
};

TEST(ParserTest, ErrorsHaveTheWordsAndPlaceOfTheReference) {
  for (const BadQuery& query : kBadQueries) {
    EXPECT_EQ(ErrorOf(query.text), query.error) << query.text;
  }
}

TEST(ParserTest, BrokenRegularExpressionIsReportedAtItsMatcher) {
  const std::string error = ErrorOf("x{a=~\"(\"}");
  EXPECT_EQ(error.rfind("1:3: parse error: error parsing regexp", 0), 0U) << error;
}

TEST(ParserTest, PositionsSpanTheText) {
  const ExprPtr expr = MustParse("sum by (a) (rate(x[5m] offset 1m)) + 2 * -y");
  EXPECT_EQ(expr->range, (PositionRange{0, 43}));
  const auto& binary = As<BinaryExpr>(*expr);
  EXPECT_EQ(binary.lhs->range, (PositionRange{0, 34}));
  const auto& call = As<Call>(*As<AggregateExpr>(*binary.lhs).expr);
  EXPECT_EQ(call.range, (PositionRange{12, 33}));
  const auto& matrix = As<MatrixSelector>(*call.args[0]);
  EXPECT_EQ(matrix.range, (PositionRange{17, 32}));
  EXPECT_EQ(matrix.selector->range, (PositionRange{17, 18}));
  const auto& product = As<BinaryExpr>(*binary.rhs);
  EXPECT_EQ(product.rhs->range, (PositionRange{41, 43}));
}

TEST(ParserTest, MatchingIsOnlyKeptBetweenVectors) {
  EXPECT_FALSE(As<BinaryExpr>(*MustParse("a + 1")).matching.has_value());
  EXPECT_EQ(As<BinaryExpr>(*MustParse("a + b")).matching->card, MatchCardinality::kOneToOne);
  EXPECT_EQ(As<BinaryExpr>(*MustParse("a and b")).matching->card, MatchCardinality::kManyToMany);
}

TEST(ParserTest, NestingIsBounded) {
  const auto nested = [](size_t n, std::string_view open, std::string_view close) {
    std::string text;
    for (size_t i = 0; i < n; ++i) {
      text += open;
    }
    text += "x";
    for (size_t i = 0; i < n; ++i) {
      text += close;
    }
    return text;
  };
  EXPECT_TRUE(ParseExpr(nested(900, "(", ")")).ok());
  EXPECT_TRUE(ParseExpr(nested(900, "-", "")).ok());
  for (const std::string& deep :
       {nested(100'000, "(", ")"), nested(100'000, "-", ""), nested(50'000, "abs(", ")"),
        nested(10'000, "", "[5m:]"), nested(10'000, "", " + 1"), nested(10'000, "1 ^ ", ""),
        "x[" + std::string(10'000, '(') + "5m" + std::string(10'000, ')') + "]",
        "x[5m" + nested(10'000, "", "+5m").substr(1) + "]"}) {
    EXPECT_NE(ErrorOf(deep).find("nested too deeply: more than 1000 levels"), std::string::npos)
        << ErrorOf(deep).substr(0, 200);
  }
}

TEST(ParserTest, LengthIsBounded) {
  EXPECT_EQ(ErrorOf(std::string(kQueryBytesMax + 1, ' ')),
            "1:1: parse error: query is too long: more than 1048576 bytes");
}

TEST(ParseMetricSelectorTest, TakesSelectorsOnly) {
  const auto matchers = ParseMetricSelector("up{job='a'}");
  ASSERT_TRUE(matchers.ok());
  ASSERT_EQ(matchers->size(), 2U);
  EXPECT_EQ((*matchers)[0].ToString(), "job=\"a\"");
  EXPECT_EQ((*matchers)[1].ToString(), "__name__=\"up\"");
  EXPECT_TRUE(ParseMetricSelector("{}").ok());
  EXPECT_FALSE(ParseMetricSelector("up[5m]").ok());
  EXPECT_FALSE(ParseMetricSelector("rate(up)").ok());
  EXPECT_FALSE(ParseMetricSelector("up offset 5m").ok());
  EXPECT_FALSE(ParseMetricSelector("").ok());
}

TEST(ParseMetricTest, ReadsLabelSets) {
  EXPECT_EQ(ParseMetric("up{b=\"2\", a='1',}")->ToString(), "up{a=\"1\", b=\"2\"}");
  EXPECT_EQ(ParseMetric("{\"a.b\", \"c.d\"=\"e\"}")->Get("__name__"), "a.b");
  EXPECT_EQ(ParseMetric("sum")->metric_name(), "sum");
  EXPECT_EQ(ParseMetric("x{a=1}").status().message(),
            "1:5: parse error: unexpected character inside braces: '1'");
  EXPECT_EQ(ParseMetric("x{a!='1'}").status().message(),
            "1:4: parse error: unexpected <op:!=> in label set, expected \"=\"");
  EXPECT_FALSE(ParseMetric("x y").ok());
}

TEST(ParserLawTest, RandomTreesSurvivePrintingAndParsing) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    RandomExpr random(seed, {});
    const ExprPtr expr = random.Make(seed % 5 == 0 ? ValueType::kScalar : ValueType::kVector);
    for (const std::string& text : {Print(*expr), PrintPretty(*expr)}) {
      const base::Result<ExprPtr> again = ParseExpr(text);
      ASSERT_TRUE(again.ok()) << "seed " << seed << ": " << text << "\n"
                              << again.status().ToString();
      ASSERT_TRUE(SameTree(*expr, **again)) << "seed " << seed << ": " << text << "\n"
                                            << Print(**again);
    }
  }
}

// The queries of every `eval` line of the conformance scripts.
std::set<std::string> ConformanceQueries(const std::filesystem::path& folder) {
  std::set<std::string> queries;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::string line;
    while (entry.path().extension() == ".test" && std::getline(file, line)) {
      std::istringstream words(line);
      std::string command;
      std::string word;
      words >> command >> word;
      const int skip = word == "range" ? 6 : word == "instant" ? 2 : -1;
      if (command.rfind("eval", 0) != 0 || skip < 0) {
        continue;
      }
      for (int i = 0; i < skip; ++i) {
        words >> word;
      }
      std::string query;
      std::getline(words >> std::ws, query);
      queries.insert(query);
    }
  }
  return queries;
}

TEST(ParserLawTest, ConformanceQueriesSurvivePrintingAndParsing) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const std::set<std::string> queries =
      ConformanceQueries(std::filesystem::path(folder) / "promql");
  EXPECT_GT(queries.size(), 1000U);
  for (const std::string& query : queries) {
    const base::Result<ExprPtr> expr = ParseExpr(query);
    ASSERT_TRUE(expr.ok()) << query << "\n" << expr.status().ToString();
    for (const std::string& text : {Print(**expr), PrintPretty(**expr)}) {
      const base::Result<ExprPtr> again = ParseExpr(text);
      ASSERT_TRUE(again.ok()) << text << "\n" << again.status().ToString();
      EXPECT_TRUE(SameTree(**expr, **again)) << query << "\n" << text;
    }
    EXPECT_TRUE(SameTree(**expr, *Clone(**expr))) << query;
  }
}

}  // namespace
}  // namespace sb::promql
