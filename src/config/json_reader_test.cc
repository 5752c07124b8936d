// SPDX-License-Identifier: Apache-2.0
#include "config/json_reader.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

std::string Error(std::string_view text) {
  const auto node = ParseJson(text, "f.json");
  return node.ok() ? "no error" : std::string(node.status().message());
}

TEST(ParseJsonTest, BuildsTheSameTreeAsYaml) {
  const auto root = ParseJson(
      "[{\n  \"targets\": [\"a:1\", \"q\\\"\\ud83d\\ude00\"],\n"
      "  \"n\": -1.5e3, \"t\": true, \"z\": null}]",
      "f.json");
  ASSERT_TRUE(root.ok()) << root.status().ToString();
  const Node& group = *(*root)->items.at(0);
  const Node* targets = group.Find("targets");
  EXPECT_EQ(targets->items[0]->text, "a:1");
  EXPECT_FALSE(targets->items[0]->plain);
  EXPECT_EQ(targets->items[0]->position, (Position{2, 15}));
  EXPECT_EQ(targets->items[1]->text, "q\"\xf0\x9f\x98\x80");
  EXPECT_EQ(targets->items[1]->position, (Position{2, 22}));
  EXPECT_EQ(group.Find("n")->text, "-1.5e3");
  EXPECT_TRUE(group.Find("n")->plain);
  EXPECT_TRUE(group.Find("z")->IsNull());
}

TEST(ParseJsonTest, NamesThePlaceOfAnError) {
  EXPECT_TRUE(Error("[\n  {\"a\" 1}]").starts_with("f.json:2:8: json: "));
  EXPECT_TRUE(Error("").starts_with("f.json:1:1: json: "));
  EXPECT_TRUE(Error("[1] x").starts_with("f.json:1:5: json: "));
  EXPECT_TRUE(Error("[\"\xff\"]").starts_with("f.json:1:"));
}

TEST(ParseJsonTest, RefusesDepth) {
  EXPECT_NE(Error(std::string(1'000'000, '[')).find("nested deeper"), std::string::npos);
}

}  // namespace
}  // namespace sb::config
