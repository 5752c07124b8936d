// SPDX-License-Identifier: Apache-2.0
#include "template/print.h"

#include <gtest/gtest.h>

#include "template/containers.h"
#include "template/go_json.h"

namespace sb::gotemplate {
namespace {

TEST(PrintTest, FloatsHaveTheFewestDigits) {
  EXPECT_EQ(FormatFloat(0.1, 'g', -1), "0.1");
  EXPECT_EQ(FormatFloat(100000, 'g', -1), "100000");
  EXPECT_EQ(FormatFloat(1e6, 'g', -1), "1e+06");
  EXPECT_EQ(FormatFloat(123456789, 'g', -1), "1.23456789e+08");
  EXPECT_EQ(FormatFloat(-1e-7, 'G', -1), "-1E-07");
}

TEST(PrintTest, HugeWidthIsRefused) {
  const Value one(1);
  EXPECT_LE(Sprintf("%999999999d", {&one, 1}).size(), size_t{kPrintWidthMax});
}

TEST(PrintTest, RunesAreCountedNotBytes) {
  EXPECT_EQ(RuneCount("h\xC3\xA4\xFFh"), 4u);
  EXPECT_EQ(RuneOffset("h\xC3\xA4h", 2), 3u);
}

TEST(PrintTest, NestingIsBounded) {
  Value value = ListObject::Any({});
  for (int i = 0; i < 1000; ++i) {
    value = ListObject::Any({value});
  }
  EXPECT_NE(PrintValue(value).find("..."), std::string::npos);
}

TEST(GoJsonTest, EscapesAsGoDoes) {
  std::string out;
  ASSERT_TRUE(AppendGoJson(MapObject::Any({{"b", Value("<a>&\n\x01\xE2\x80\xA8\xFF\"")},
                                           {"a", ListObject::Any({1, 1.5, true, Value(), 1e-9})}}),
                           &out)
                  .ok());
  EXPECT_EQ(out,
            "{\"a\":[1,1.5,true,null,1e-9],"
            "\"b\":\"\\u003ca\\u003e\\u0026\\n\\u0001\\u2028\\ufffd\\\"\"}");
}

}  // namespace
}  // namespace sb::gotemplate
