// SPDX-License-Identifier: Apache-2.0
#include "encoding/crc32c.h"

#include <gtest/gtest.h>

#include <string>

#include "encoding/hash.h"
#include "encoding/testing/sample_shapes.h"

namespace sb::encoding {
namespace {

TEST(Crc32cTest, GivesTheValuesOfRfc3720) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
}

TEST(Crc32cTest, BothImplementationsAgreeOnEveryLength) {
  TestRandom random(7);
  std::string bytes;
  for (size_t i = 0; i < 10000; ++i) {
    bytes.push_back(static_cast<char>(random.Next()));
  }
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 7) {
    const std::string_view part = std::string_view(bytes).substr(bytes.size() - size);
    EXPECT_EQ(ExtendCrc32c(0, part), ExtendCrc32cPortable(0, part)) << size;
    EXPECT_EQ(ExtendCrc32c(99, part), ExtendCrc32cPortable(99, part)) << size;
  }
}

TEST(Crc32cTest, ExtendingInPartsIsTheSameAsAtOnce) {
  const std::string bytes(5000, 'x');
  for (const size_t cut : {0u, 1u, 7u, 1024u, 3072u, 4999u}) {
    const std::string_view all(bytes);
    EXPECT_EQ(ExtendCrc32c(Crc32c(all.substr(0, cut)), all.substr(cut)), Crc32c(all));
  }
}

TEST(HashTest, ResultsAreFixedForEver) {
  EXPECT_EQ(Hash64Of(""), 0x2d06800538d394c2ULL);
  EXPECT_NE(Hash64Of("a", 1), Hash64Of("a", 2));
  EXPECT_NE(Hash128Of("a").high, Hash128Of("b").high);
}

}  // namespace
}  // namespace sb::encoding
