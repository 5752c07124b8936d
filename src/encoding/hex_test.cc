// SPDX-License-Identifier: Apache-2.0
#include "encoding/hex.h"

#include <gtest/gtest.h>

namespace sb::encoding {
namespace {

std::string EveryByte(size_t count) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<char>(i * 37 + 11));
  }
  return bytes;
}

// Eight bytes are written at once, the rest one by one.
TEST(HexTest, EveryLengthIsWrittenAndComesBack) {
  for (size_t count = 0; count <= 256; ++count) {
    const std::string bytes = EveryByte(count);
    const std::string hex = HexOf(bytes);
    ASSERT_EQ(hex.size(), 2 * count);
    for (size_t i = 0; i < count; ++i) {
      char expected[3];
      std::snprintf(expected, sizeof expected, "%02x", static_cast<unsigned char>(bytes[i]));
      ASSERT_EQ(hex.substr(2 * i, 2), expected) << i << " of " << count;
    }
    EXPECT_TRUE(IsHex(hex));
    std::string again = "longer than nothing";
    HexEncode(bytes, &again);
    EXPECT_EQ(again, hex);
    std::string back = "old";
    ASSERT_TRUE(HexDecode(hex, &back));
    EXPECT_EQ(back, bytes);
    ASSERT_TRUE(ParseHex(hex, &back));
    EXPECT_EQ(back, bytes);
  }
}

TEST(HexTest, AppendsBehindWhatIsThere) {
  std::string out = "\\x";
  AppendHex(std::string_view("\x0f\xa0", 2), &out);
  EXPECT_EQ(out, "\\x0fa0");
}

TEST(HexTest, KnowsDigitsOfEitherCaseAndNothingElse) {
  const std::string_view lower = "0123456789abcdef";
  const std::string_view upper = "0123456789ABCDEF";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const size_t as_lower = lower.find(c);
    const size_t value = as_lower != std::string_view::npos ? as_lower : upper.find(c);
    EXPECT_EQ(HexDigit(c), value == std::string_view::npos ? kNoHexDigit : value) << i;
    EXPECT_EQ(IsHex({&c, 1}), as_lower != std::string_view::npos) << i;
    const char pair[] = {'0', c};
    std::string bytes;
    EXPECT_EQ(HexDecode({pair, 2}, &bytes), as_lower != std::string_view::npos) << i;
    EXPECT_EQ(ParseHex({pair, 2}, &bytes), value != std::string_view::npos) << i;
  }
}

TEST(HexTest, CaseIsKeptOrNotAsAsked) {
  std::string bytes;
  EXPECT_TRUE(ParseHex("4Bf9", &bytes));
  EXPECT_EQ(bytes, "\x4b\xf9");
  EXPECT_FALSE(HexDecode("4Bf9", &bytes));
  EXPECT_FALSE(IsHex("4Bf9"));
}

TEST(HexTest, AnOddLengthIsRefused) {
  std::string bytes;
  EXPECT_FALSE(HexDecode("abc", &bytes));
  EXPECT_FALSE(ParseHex("abc", &bytes));
  EXPECT_TRUE(ParseHex("", &bytes));
  EXPECT_EQ(bytes, "");
}

}  // namespace
}  // namespace sb::encoding
