// SPDX-License-Identifier: Apache-2.0
#include "config/byte_size.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

TEST(ByteSizeTest, ReadsBothSpellingsAsPowersOf1024) {
  const std::pair<const char*, int64_t> cases[] = {
      {"0", 0},
      {"1B", 1},
      {"1KB", 1024},
      {"1KiB", 1024},
      {"15MB", 15 << 20},
      {"1.5GB", 3LL << 29},
      {"1GB512MB", 3LL << 29},
      {"2EB", 2LL << 60},
      {"-1MB", -(1 << 20)},
  };
  for (const auto& [text, bytes] : cases) {
    const auto size = ParseByteSize(text);
    ASSERT_TRUE(size.ok()) << text << ": " << size.status().ToString();
    EXPECT_EQ(size->bytes, bytes) << text;
  }
}

TEST(ByteSizeTest, RefusesWithTheReferencesWords) {
  EXPECT_EQ(ParseByteSize("100").status().message(), "units: unknown unit  in 100");
  EXPECT_EQ(ParseByteSize("1XB").status().message(), "units: unknown unit XB in 1XB");
  EXPECT_EQ(ParseByteSize("1mb").status().message(), "units: unknown unit mb in 1mb");
  EXPECT_EQ(ParseByteSize("1..2MB").status().message(), "units: invalid 1..2MB");
  EXPECT_EQ(ParseByteSize("").status().message(), "units: invalid ");
  EXPECT_EQ(ParseByteSize("MB").status().message(), "units: invalid MB");
  EXPECT_EQ(ParseByteSize("9EB").status().message(), "units: overflow parsing unit in 9EB");
}

TEST(ByteSizeTest, PrintsWhatItReads) {
  for (const char* text : {"0B", "15MiB", "1GiB512MiB", "1023B", "7EiB"}) {
    EXPECT_EQ(FormatByteSize(ParseByteSize(text).value()), text);
  }
}

}  // namespace
}  // namespace sb::config
