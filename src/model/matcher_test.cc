// SPDX-License-Identifier: Apache-2.0
#include "model/matcher.h"

#include <gtest/gtest.h>

namespace sb::model {
namespace {

bool Matches(MatchType type, const std::string& pattern, std::string_view value) {
  base::Result<Matcher> matcher = Matcher::Create(type, "l", pattern);
  EXPECT_TRUE(matcher.ok()) << matcher.status().ToString();
  return matcher.ok() && matcher->Matches(value);
}

TEST(MatcherTest, EqualityAndItsNegation) {
  EXPECT_TRUE(Matches(MatchType::kEqual, "a", "a"));
  EXPECT_FALSE(Matches(MatchType::kEqual, "a", "ab"));
  EXPECT_TRUE(Matches(MatchType::kNotEqual, "a", ""));
}

TEST(MatcherTest, RegexIsAnchoredAndDotMatchesNewline) {
  EXPECT_TRUE(Matches(MatchType::kRegex, "a.c", "a\nc"));
  EXPECT_FALSE(Matches(MatchType::kRegex, "a.c", "xabc"));
  EXPECT_FALSE(Matches(MatchType::kRegex, "a|b.", "bcd"));
  EXPECT_TRUE(Matches(MatchType::kNotRegex, "foo|bar", "baz"));
  EXPECT_FALSE(Matches(MatchType::kNotRegex, "foo|bar", "bar"));
}

TEST(MatcherTest, CaseInsensitiveRegexFoldsUnicode) {
  EXPECT_TRUE(Matches(MatchType::kRegex,
                      "(?i)stra\xc3\x9f"
                      "e",
                      "STRA\xc3\x9f"
                      "E"));
  EXPECT_TRUE(Matches(MatchType::kRegex, "(?i)\xc3\xa4pfel", "\xc3\x84PFEL"));
}

TEST(MatcherTest, KnowsWhetherAbsentLabelsMatch) {
  EXPECT_TRUE(Matcher::Create(MatchType::kRegex, "l", ".*")->MatchesEmpty());
  EXPECT_FALSE(Matcher::Create(MatchType::kRegex, "l", ".+")->MatchesEmpty());
  EXPECT_TRUE(Matcher::Equal("l", "").MatchesEmpty());
  EXPECT_TRUE(Matcher::Create(MatchType::kNotEqual, "l", "x")->MatchesEmpty());
}

TEST(MatcherTest, BrokenRegexIsTheCallersFault) {
  const base::Result<Matcher> matcher = Matcher::Create(MatchType::kRegex, "l", "a(b");
  ASSERT_FALSE(matcher.ok());
  EXPECT_EQ(matcher.status().code(), base::StatusCode::kInvalidArgument);
  EXPECT_NE(matcher.status().message().find("a(b"), std::string_view::npos);
  // Parentheses that only balance inside of our own anchoring are broken too.
  EXPECT_FALSE(Matcher::Create(MatchType::kRegex, "l", "a)|(b").ok());
}

TEST(MatcherTest, PrintsAsPromQl) {
  EXPECT_EQ(Matcher::Create(MatchType::kNotRegex, "l.x", "a\"b")->ToString(),
            "\"l.x\"!~\"a\\\"b\"");
}

}  // namespace
}  // namespace sb::model
