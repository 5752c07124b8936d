// SPDX-License-Identifier: Apache-2.0
#include "model/label_name.h"

#include <gtest/gtest.h>

namespace sb::model {
namespace {

TEST(LabelNameTest, TellsNamesThatNeedNoQuotes) {
  EXPECT_TRUE(IsLegacyMetricName("node:cpu_1"));
  EXPECT_FALSE(IsLegacyMetricName(""));
  EXPECT_FALSE(IsLegacyMetricName("1a"));
  EXPECT_FALSE(IsLegacyMetricName("a.b"));
  EXPECT_TRUE(IsLegacyLabelName("_a9"));
  EXPECT_FALSE(IsLegacyLabelName("a:b"));
}

TEST(LabelNameTest, RefusesMalformedUtf8) {
  EXPECT_TRUE(IsValidUtf8("gr\xc3\xbc\xc3\x9f \xf0\x9f\x9a\xa6"));
  EXPECT_FALSE(IsValidUtf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(IsValidUtf8("\xe2\x82"));          // cut short
  EXPECT_FALSE(IsValidUtf8("\x80"));
}

TEST(QuoteStringTest, EscapesAsGoDoes) {
  EXPECT_EQ(QuoteString("a\"b\\c\n\t"), "\"a\\\"b\\\\c\\n\\t\"");
  EXPECT_EQ(QuoteString(std::string_view("\0\x7f", 2)), "\"\\x00\\x7f\"");
  EXPECT_EQ(QuoteString("\xff"), "\"\\xff\"");
  EXPECT_EQ(QuoteString("\xc2\xa0"), "\"\\u00a0\"");
  EXPECT_EQ(QuoteString("\xc3\xbc"), "\"\xc3\xbc\"");
}

}  // namespace
}  // namespace sb::model
