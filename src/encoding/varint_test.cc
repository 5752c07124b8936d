// SPDX-License-Identifier: Apache-2.0
#include "encoding/varint.h"

#include <gtest/gtest.h>

#include <limits>

#include "encoding/bytes.h"
#include "encoding/varint_word.h"

namespace sb::encoding {
namespace {

TEST(VarintTest, EveryLengthComesBack) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1, ~uint64_t{0}}) {
      std::string bytes;
      AppendVarint(&bytes, value);
      EXPECT_EQ(bytes.size(), VarintBytes(value));
      ByteReader in(bytes);
      EXPECT_EQ(in.Varint(), value);
      EXPECT_TRUE(in.ok() && in.empty());
    }
  }
}

TEST(VarintTest, WordsHaveTheSameBytes) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1, ~uint64_t{0} >> bit,
                                 uint64_t{0x5a5a5a5a5a5a5a5a} >> bit}) {
      std::string bytes;
      AppendVarint(&bytes, value);
      std::string words(kVarintBytesMax, '\xff');
      const char* const end = WriteVarintWord(words.data(), value);
      EXPECT_EQ(words.substr(0, static_cast<size_t>(end - words.data())), bytes);
      uint64_t read = 0;
      const char* const after = ReadVarintWord(words.data(), &read);
      if (bytes.size() > kVarintWordBytes) {
        EXPECT_EQ(after, nullptr);
      } else {
        EXPECT_EQ(after, end);
        EXPECT_EQ(read, value);
      }
    }
  }
}

TEST(VarintTest, ZigZagKeepsSmallNumbersSmall) {
  EXPECT_EQ(ZigZagEncode(0), 0u);
  EXPECT_EQ(ZigZagEncode(-1), 1u);
  EXPECT_EQ(ZigZagEncode(1), 2u);
  for (const int64_t value : {std::numeric_limits<int64_t>::min(), int64_t{-77}, int64_t{0},
                              std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(ZigZagDecode(ZigZagEncode(value)), value);
  }
}

TEST(ByteReaderTest, StaysFailedAndGivesZeroAfterItsEnd) {
  ByteReader in("ab");
  EXPECT_EQ(in.Fixed32(), 0u);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.Byte(), 0u);
  EXPECT_FALSE(in.ok());
  ByteReader cut("\xff\xff");
  EXPECT_EQ(cut.Varint(), 0u);
  EXPECT_FALSE(cut.ok());
  ByteReader length(
      "\xff\xff\x7f"
      "abc");
  EXPECT_EQ(length.LengthPrefixed(), "");
  EXPECT_FALSE(length.ok());
}

}  // namespace
}  // namespace sb::encoding
