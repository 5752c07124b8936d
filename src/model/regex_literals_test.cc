// SPDX-License-Identifier: Apache-2.0
#include "model/regex_literals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RegexLiteralsTest, EnumeratesAlternationsAndGroups) {
  EXPECT_THAT(AnalyseRegex("b|a|a").values, ElementsAre("a", "b"));
  EXPECT_THAT(AnalyseRegex("web-(1|2)").values, ElementsAre("web-1", "web-2"));
  EXPECT_THAT(AnalyseRegex("(?:a|)x(b|c)").values, ElementsAre("axb", "axc", "xb", "xc"));
  EXPECT_THAT(AnalyseRegex("a\\.b").values, ElementsAre("a.b"));
  EXPECT_THAT(AnalyseRegex("").values, ElementsAre(""));
}

TEST(RegexLiteralsTest, FindsThePrefixBeforeTheUnknown) {
  EXPECT_EQ(AnalyseRegex("web-.*").prefix, "web-");
  EXPECT_THAT(AnalyseRegex("web-.*").values, IsEmpty());
  EXPECT_EQ(AnalyseRegex("webs*").prefix, "web");
  EXPECT_EQ(AnalyseRegex("ab+|ac").prefix, "a");
  EXPECT_EQ(AnalyseRegex("node_(cpu|memory).+").prefix, "node_");
  EXPECT_EQ(AnalyseRegex("a[0-9]b|ac").prefix, "a");
  EXPECT_EQ(AnalyseRegex("gr\xc3\xbc?").prefix, "gr");
}

TEST(RegexLiteralsTest, SaysNothingWhereFlagsChangeTheMeaning) {
  for (const char* pattern : {"(?i)abc", "abc(?i:d)", "a|(?i)b", "\\Qa.b\\E", "^a$", "(?P<n>a)"}) {
    const RegexLiterals literals = AnalyseRegex(pattern);
    EXPECT_THAT(literals.values, IsEmpty()) << pattern;
  }
  EXPECT_EQ(AnalyseRegex("(?i)abc").prefix, "");
  EXPECT_EQ(AnalyseRegex("a|(?i)b").prefix, "");
}

TEST(RegexLiteralsTest, GivesUpOnSetsThatGrowTooLarge) {
  std::string pattern;
  for (int i = 0; i < 20; ++i) {
    pattern += "(a|b)";
  }
  EXPECT_THAT(AnalyseRegex(pattern).values, IsEmpty());
}

}  // namespace
}  // namespace sb::model
