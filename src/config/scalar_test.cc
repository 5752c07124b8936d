// SPDX-License-Identifier: Apache-2.0
#include "config/scalar.h"

#include <gtest/gtest.h>

#include <cmath>

#include "config/quote.h"

namespace sb::config {
namespace {

TEST(ScalarTest, BooleansHaveTheSpellingsOfYaml11) {
  for (const char* text : {"true", "True", "yes", "on", "Y", "y"}) {
    EXPECT_EQ(ParseYamlBool(text), true) << text;
  }
  for (const char* text : {"false", "FALSE", "no", "Off", "n"}) {
    EXPECT_EQ(ParseYamlBool(text), false) << text;
  }
  for (const char* text : {"tRue", "1", "", "yeah"}) {
    EXPECT_EQ(ParseYamlBool(text), std::nullopt) << text;
  }
}

TEST(ScalarTest, IntegersHaveBasesAndUnderscores) {
  EXPECT_EQ(ParseYamlInt("1_000"), 1000);
  EXPECT_EQ(ParseYamlInt("-0x1F"), -31);
  EXPECT_EQ(ParseYamlInt("017"), 15);
  EXPECT_EQ(ParseYamlInt("0b101"), 5);
  EXPECT_EQ(ParseYamlInt("+7"), 7);
  EXPECT_EQ(ParseYamlInt("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(ParseYamlInt("9223372036854775808"), std::nullopt);
  EXPECT_EQ(ParseYamlInt("08"), std::nullopt);
  EXPECT_EQ(ParseYamlInt("1.0"), std::nullopt);
  EXPECT_EQ(ParseYamlInt("-"), std::nullopt);
}

TEST(ScalarTest, FloatsHaveInfinityAndNan) {
  EXPECT_EQ(ParseYamlFloat("1.5e3"), 1500);
  EXPECT_EQ(ParseYamlFloat("-.5"), -0.5);
  EXPECT_EQ(ParseYamlFloat(".inf"), INFINITY);
  EXPECT_EQ(ParseYamlFloat("-.Inf"), -INFINITY);
  EXPECT_TRUE(std::isnan(*ParseYamlFloat(".nan")));
  EXPECT_EQ(ParseYamlFloat("inf"), std::nullopt);
  EXPECT_EQ(ParseYamlFloat("1.2.3"), std::nullopt);
  EXPECT_EQ(ParseYamlFloat("1e"), std::nullopt);
}

TEST(GoQuoteTest, EscapesAsGoDoes) {
  EXPECT_EQ(GoQuote("a\"b\\\n\x01\x7f"), R"("a\"b\\\n\x01\x7f")");
  EXPECT_EQ(GoQuote("\xff\xc3"), R"("\xff\xc3")");
  EXPECT_EQ(GoQuote("é測試\u200b"), "\"é測試\\u200b\"");
  EXPECT_EQ(GoQuote("\xed\xa0\x80"), R"("\xed\xa0\x80")");  // a surrogate
}

}  // namespace
}  // namespace sb::config
