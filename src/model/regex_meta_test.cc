// SPDX-License-Identifier: Apache-2.0
#include "model/regex_meta.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace sb::model {
namespace {

TEST(RegexMetaTest, QuotesWhatGoQuotes) {
  EXPECT_EQ(QuoteRegexMeta("a.b+c"), "a\\.b\\+c");
  EXPECT_EQ(QuoteRegexMeta("{}/{job=\"x\"}"), "\\{\\}/\\{job=\"x\"\\}");
  EXPECT_EQ(QuoteRegexMeta("a-b_c é"), "a-b_c é");
}

TEST(RegexMetaTest, WhatIsQuotedMatchesItselfAlone) {
  for (int i = 1; i < 128; ++i) {
    const std::string text = {'x', static_cast<char>(i), 'x'};
    const RE2 regex(QuoteRegexMeta(text));
    EXPECT_TRUE(RE2::FullMatch(text, regex)) << i;
    EXPECT_FALSE(RE2::FullMatch("xx", regex)) << i;
    EXPECT_EQ(IsRegexMeta(static_cast<char>(i)), QuoteRegexMeta(text) != text) << i;
  }
}

// The list is complete: any other printable character is a literal as it stands.
TEST(RegexMetaTest, OtherCharactersNeedNoBackslash) {
  for (char c = ' '; c <= '~'; ++c) {
    if (!IsRegexMeta(c)) {
      const std::string text = {'x', c, 'x'};
      EXPECT_TRUE(RE2::FullMatch(text, RE2(text))) << c;
    }
  }
}

}  // namespace
}  // namespace sb::model
