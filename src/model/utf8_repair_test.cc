// SPDX-License-Identifier: Apache-2.0
#include "model/utf8_repair.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace sb::model
