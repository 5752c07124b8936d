// SPDX-License-Identifier: Apache-2.0
#include "encoding/json_cursor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sb::encoding {
namespace {

TEST(JsonCursorTest, ReadsMembersInOrder) {
  JsonCursor in(R"( {"a":"x","b":[1,-2.5e3,true,null],"c":{"d":{}},"e":"q\"\u00e9\ud83d\ude00"} )");
  std::string scratch;
  std::string text_scratch;
  std::string_view key;
  std::string_view value;
  std::vector<std::string> seen;
  ASSERT_TRUE(in.EnterObject());
  while (in.NextKey(&key, &scratch)) {
    const std::string name(key);
    ASSERT_TRUE(in.ReadAsText(&value, &text_scratch));
    seen.push_back(name + "=" + std::string(value));
  }
  EXPECT_TRUE(in.ExpectEnd());
  EXPECT_EQ(seen, (std::vector<std::string>{"a=x", "b=[1,-2.5e3,true,null]", "c={\"d\":{}}",
                                            "e=q\"\u00e9\U0001F600"}));
}

TEST(JsonCursorTest, RefusesMalformedText) {
  for (const std::string_view text :
       {"",      "{",          "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]",
        "{a:1}", "\"x",        "01",      "1.",       "-",          "1e",   "tru",
        "nul",   "{\"a\":1}}", "[}",      "\"\\q\"",  "\"\\u12\"",  "None"}) {
    JsonCursor in(text);
    std::string scratch;
    std::string_view value;
    const bool is_string = in.Peek() == JsonCursor::Kind::kString;
    const bool ok =
        (is_string ? in.ReadString(&value, &scratch) : in.SkipValue()) && in.ExpectEnd();
    EXPECT_FALSE(ok) << text;
    EXPECT_EQ(in.status().code(), base::StatusCode::kInvalidArgument) << text;
  }
}

TEST(JsonCursorTest, BoundsTheDepth) {
  const std::string too_deep(JsonCursor::kDepthMax + 1, '[');
  JsonCursor deep(too_deep);
  EXPECT_FALSE(deep.SkipValue());
  const std::string most =
      std::string(JsonCursor::kDepthMax, '[') + std::string(JsonCursor::kDepthMax, ']');
  JsonCursor allowed(most);
  EXPECT_TRUE(allowed.SkipValue());
  EXPECT_TRUE(allowed.ExpectEnd());
}

TEST(JsonCursorTest, EmptyContainersAndBackslashesBeforeQuotes) {
  JsonCursor in(R"([[],{},"\\","\\\"",[[]]])");
  std::string_view raw;
  ASSERT_TRUE(in.SkipValue(&raw));
  EXPECT_TRUE(in.ExpectEnd());
  EXPECT_EQ(raw, R"([[],{},"\\","\\\"",[[]]])");
}

TEST(JsonCursorTest, QuotesWhatItUnescapes) {
  const std::string text = "a\"b\\c\n\t\x01\xff";
  std::string quoted;
  AppendJsonQuoted(text, &quoted);
  std::string back;
  ASSERT_TRUE(UnescapeJson(std::string_view(quoted).substr(1, quoted.size() - 2), &back));
  EXPECT_EQ(back, text);
}

}  // namespace
}  // namespace sb::encoding
