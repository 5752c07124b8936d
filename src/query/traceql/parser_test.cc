// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/parser.h"

#include <gtest/gtest.h>

#include "query/traceql/printer.h"
#include "query/traceql/validate.h"

namespace sb::traceql {
namespace {

std::string Printed(std::string_view text) {
  const base::Result<Query> query = Parse(text);
  return query.ok() ? Print(*query) : std::string(query.status().message());
}

TEST(TraceqlParserTest, AndAndOrAreOneLevel) {
  EXPECT_EQ(Printed("{ .a || .b && .c }"), "{ (.a || .b) && .c }");
  EXPECT_EQ(Printed("{ .a } || { .b } && { .c }"), "({ .a } || { .b }) && { .c }");
}

TEST(TraceqlParserTest, ComparisonsBindStrongerThanAnd) {
  EXPECT_EQ(Printed("{ .a = 1 && .b != 2 }"), "{ (.a = 1) && (.b != 2) }");
  EXPECT_EQ(Printed("{ .a } > { .b } && { .c }"), "({ .a } > { .b }) && { .c }");
  EXPECT_EQ(Printed("{ .a } && { .b } >> { .c }"), "{ .a } && ({ .b } >> { .c })");
  EXPECT_EQ(Printed("{ .a } > { .b } << { .c }"), "({ .a } > { .b }) << { .c }");
}

TEST(TraceqlParserTest, NotStandsBetweenPlusAndTimes) {
  EXPECT_EQ(Printed("{ !.a = .b }"), "{ (!.a) = .b }");
  EXPECT_EQ(Printed("{ !.a + .b }"), "{ (!.a) + .b }");
  EXPECT_EQ(Printed("{ !.a * .b }"), "{ !(.a * .b) }");
}

TEST(TraceqlParserTest, PowerGoesToTheRightAndMinusIsStrongest) {
  EXPECT_EQ(Printed("{ .a ^ .b ^ .c = 1 }"), "{ (.a ^ (.b ^ .c)) = 1 }");
  EXPECT_EQ(Printed("{ -.a ^ 2 = 1 }"), "{ ((-.a) ^ 2) = 1 }");
  EXPECT_EQ(Printed("{ .a - .b - 1 * 2 = 1 }"), "{ ((.a - .b) - (1 * 2)) = 1 }");
}

TEST(TraceqlParserTest, AttributeNamesRunToABlank) {
  EXPECT_EQ(Printed("{.a-b=1}"), "{ .a-b = 1 }");
  EXPECT_EQ(Printed("{ .foo/bar = 1 }"), "{ .foo/bar = 1 }");
  const base::Result<Query> one = Parse("{ .a+.b = 1 }");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->pipeline.stages[0].spanset->filter->lhs->attribute.name, "a+.b");
}

TEST(TraceqlParserTest, QuotedAttributeNames) {
  const base::Result<Query> query = Parse(R"({ span."a b".c = 1 })");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->pipeline.stages[0].spanset->filter->lhs->attribute.name, "a b.c");
  EXPECT_EQ(Print(*query), R"({ span."a b.c" = 1 })");
}

TEST(TraceqlParserTest, Durations) {
  const auto ns = [](std::string_view text) { return ParseDurationNs(text).value_or(-1); };
  EXPECT_EQ(ns("1d"), 86'400'000'000'000);
  EXPECT_EQ(ns("2w"), 14 * ns("1d"));
  EXPECT_EQ(ns("1y"), 365 * ns("1d"));
  EXPECT_EQ(ns("1h30m"), 5'400'000'000'000);
  EXPECT_EQ(ns("1.5s"), 1'500'000'000);
  EXPECT_EQ(ns("20µs"), 20'000);
  EXPECT_EQ(ns("300y"), -1);
  EXPECT_EQ(ns("1x"), -1);
  EXPECT_EQ(DurationText(5'400'000'000'000), "1h30m0s");
  EXPECT_EQ(DurationText(1'500'000), "1.5ms");
}

TEST(TraceqlParserTest, DoubleEqualIsAnErrorWithItsPlace) {
  EXPECT_EQ(Printed("{ .a ==\n 1 }"),
            "parse error at line 1, col 7: unexpected \"=\", expected an attribute or a value");
  EXPECT_EQ(Printed("{\n  foo = 1 }"),
            "parse error at line 2, col 3: unexpected \"foo\", expected a value");
}

TEST(TraceqlParserTest, NestingIsBounded) {
  const std::string deep(10'000, '(');
  EXPECT_NE(Printed("{ " + deep).find("nested too deeply"), std::string::npos);
  EXPECT_NE(Printed(deep).find("nested too deeply"), std::string::npos);
  EXPECT_NE(Printed("{ " + std::string(10'000, '!')).find("nested too deeply"), std::string::npos);
}

TEST(TraceqlParserTest, CommentsAreSkipped) {
  EXPECT_EQ(Printed("{ .a /* b */ = 1 // c\n }"), "{ .a = 1 }");
}

TEST(TraceqlParserTest, CompareTakesItsArguments) {
  EXPECT_EQ(Printed("{} | compare({ status = error }, 5, 10, 20)"),
            "{ } | compare({ status = error }, 5, 10, 20)");
  EXPECT_EQ(Printed("{} | compare({ status = error })"), "{ } | compare({ status = error }, 10)");
}

TEST(TraceqlParserTest, EqualityConditionsOfUnfinishedText) {
  const auto names = [](std::string_view text) {
    std::string out;
    for (const auto& [attribute, literal] : EqualityConditions(text)) {
      out += attribute.Text() + "=" + Print(literal) + ";";
    }
    return out;
  };
  EXPECT_EQ(names("{ resource.cluster = }"), "");
  EXPECT_EQ(names("{ resource.cluster = \"a\" && span.x = }"), "resource.cluster=\"a\";");
  EXPECT_EQ(names("{ span.x = 1 && status = error && name"), "span.x=1;status=error;");
  EXPECT_EQ(names("{ span.x = 1 && span.y > 2 }"), "span.x=1;");
  EXPECT_EQ(names("{ span.x = 1 || span.y = 2 }"), "");
  EXPECT_EQ(names("{ span.x = 1 ||"), "");
}

TEST(TraceqlParserTest, TagNames) {
  EXPECT_EQ(ParseTagName("resource.service.name").Text(), "resource.service.name");
  EXPECT_EQ(ParseTagName(".foo").Text(), ".foo");
  EXPECT_EQ(ParseTagName("service.name").Text(), ".service.name");
  EXPECT_EQ(ParseTagName("name").intrinsic, Intrinsic::kName);
  EXPECT_EQ(ParseTagName("span:status").intrinsic, Intrinsic::kStatus);
  EXPECT_EQ(ParseTagName("span.\"a b\"").name, "a b");
}

}  // namespace
}  // namespace sb::traceql
