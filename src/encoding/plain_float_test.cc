// SPDX-License-Identifier: Apache-2.0
#include "encoding/plain_float.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

namespace sb::encoding {
namespace {

std::string Text(double value) {
  std::string out;
  AppendPlainFloat(value, &out);
  return out;
}

TEST(PlainFloatTest, WritesWhatGoWrites) {
  EXPECT_EQ(Text(0), "0");
  EXPECT_EQ(Text(-0.25), "-0.25");
  EXPECT_EQ(Text(1e-7), "0.0000001");
  EXPECT_EQ(Text(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(Text(1e20), "100000000000000000000");
  EXPECT_EQ(Text(1e23), "100000000000000000000000");
  EXPECT_EQ(Text(-1.5e22), "-15000000000000000000000");
  EXPECT_EQ(Text(123456789012345680.0), "123456789012345680");
  EXPECT_EQ(Text(std::numeric_limits<double>::max()).size(), 309U);
}

TEST(PlainFloatTest, ReadsBackToTheSameBits) {
  constexpr unsigned kSeed = 20261127;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    double value = 0;
    const uint64_t bits = random();
    static_assert(sizeof(bits) == sizeof(value));
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isfinite(value)) {
      ASSERT_EQ(std::strtod(Text(value).c_str(), nullptr), value) << "seed " << kSeed;
    }
  }
}

}  // namespace
}  // namespace sb::encoding
