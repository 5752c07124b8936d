// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <gtest/gtest.h>

namespace sb::base {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) {
    return InvalidArgument("odd number: " + std::to_string(n));
  }
  return n / 2;
}

Result<int> Quarter(int n) {
  SB_ASSIGN_OR_RETURN(const int half, Half(n));
  return Half(half);
}

TEST(StatusTest, OkIsEmptyAndEqualsItself) {
  EXPECT_TRUE(OkStatus().ok());
  EXPECT_EQ(OkStatus().ToString(), "OK");
  EXPECT_EQ(OkStatus().WithPrefix("x"), OkStatus());
}

TEST(StatusTest, CopiesKeepCodeAndMessage) {
  const Status status = NotFound("series: 7");
  Status copy = status;
  EXPECT_EQ(copy, status);
  EXPECT_EQ(copy.ToString(), "NOT_FOUND: series: 7");
  EXPECT_EQ(copy.WithPrefix("head").message(), "head: series: 7");
  copy = OkStatus();
  EXPECT_TRUE(copy.ok());
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
}

TEST(ResultTest, PropagatesTheFirstError) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(6).status().message(), "odd number: 3");
  EXPECT_EQ(Quarter(5).status().message(), "odd number: 5");
}

TEST(ResultDeathTest, ReadingTheValueOfAnErrorDies) {
  EXPECT_DEATH((void)*Half(3), "odd number: 3");
}

}  // namespace
}  // namespace sb::base
