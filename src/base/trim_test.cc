// SPDX-License-Identifier: Apache-2.0
#include "base/trim.h"

#include <gtest/gtest.h>

namespace sb::base {
namespace {

TEST(TrimTest, CutsBothEndsAndKeepsTheMiddle) {
  EXPECT_EQ(Trim(" \ta b\t "), "a b");
  EXPECT_EQ(Trim("a"), "a");
}

TEST(TrimTest, NothingButBlanksIsEmpty) {
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \t "), "");
}

TEST(TrimTest, LineEndsAreBlanksOnlyWhereAsked) {
  EXPECT_EQ(Trim("a\r\n"), "a\r\n");
  EXPECT_EQ(Trim("\v\fa\r\n", kAsciiSpace), "a");
}

TEST(TrimTest, PointsIntoTheText) {
  const std::string_view text = "  x ";
  EXPECT_EQ(Trim(text).data(), text.data() + 2);
}

}  // namespace
}  // namespace sb::base
