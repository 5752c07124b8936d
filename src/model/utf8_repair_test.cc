// SPDX-License-Identifier: Apache-2.0
#include "model/utf8_repair.h"

#include <gtest/gtest.h>

#include "model/label_name.h"

namespace sb::model {
namespace {

TEST(Utf8RepairTest, ValidTextIsNotCopied) {
  std::string scratch;
  for (const std::string_view text : {"", "GET /cart", "größe 日本 \xF0\x9F\x9A\x82"}) {
    EXPECT_EQ(ValidUtf8(text, &scratch).data(), text.data());
  }
}

TEST(Utf8RepairTest, EachBadByteIsReplaced) {
  std::string scratch;
  EXPECT_EQ(ValidUtf8("a\xFF\xC3(b", &scratch), "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
  EXPECT_EQ(ValidUtf8("gr\xC3\xB6\xC3", &scratch), "gr\xC3\xB6\xEF\xBF\xBD");
}

TEST(Utf8RepairTest, AgreesWithTheReaderOfRunes) {
  // All beginnings of two bytes, with the third and fourth at the edges of what they may be.
  for (int first = 0; first < 0x100; ++first) {
    for (int second = 0; second < 0x100; ++second) {
      for (const int next : {0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xFF}) {
        const char bytes[] = {static_cast<char>(first), static_cast<char>(second),
                              static_cast<char>(next), '\xBF', 'x'};
        for (size_t n = 1; n <= sizeof(bytes); ++n) {
          const std::string_view text(bytes, n);
          ASSERT_EQ(IsUtf8Text(text), IsValidUtf8(text)) << first << " " << second << " " << n;
          const std::string longer = "eight by" + std::string(text) + "tes more";
          ASSERT_EQ(IsUtf8Text(longer), IsValidUtf8(longer)) << first << " " << second << " " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace sb::model
