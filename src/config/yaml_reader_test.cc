// SPDX-License-Identifier: Apache-2.0
#include "config/yaml_reader.h"

#include <gtest/gtest.h>

namespace sb::config {
namespace {

NodePtr Read(std::string_view text) {
  auto node = ParseYaml(text, "f.yml");
  EXPECT_TRUE(node.ok()) << node.status().ToString();
  return node.ok() ? *node : std::make_shared<const Node>();
}

std::string Error(std::string_view text) {
  const auto node = ParseYaml(text, "f.yml");
  return node.ok() ? "no error" : std::string(node.status().message());
}

TEST(ParseYamlTest, KnowsWhereEachValueStands) {
  const NodePtr root = Read("a: 1\nlist:\n  - x\n  - {b: 'q'}\n");
  EXPECT_EQ(root->Find("a")->position, (Position{1, 4}));
  const Node* list = root->Find("list");
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0]->position, (Position{3, 5}));
  EXPECT_EQ(list->items[1]->Find("b")->position, (Position{4, 9}));
  EXPECT_TRUE(list->items[0]->plain);
  EXPECT_FALSE(list->items[1]->Find("b")->plain);
}

TEST(ParseYamlTest, PlacesAnAbsentValueAtItsKey) {
  const NodePtr root = Read("x:\n  - job_name:\n");
  const Node* job = root->Find("x")->items[0]->Find("job_name");
  EXPECT_TRUE(job->IsNull());
  EXPECT_EQ(job->position, (Position{2, 5}));
}

TEST(ParseYamlTest, ReadsAliasesAndMergeKeys) {
  const NodePtr root = Read(
      "base: &b {k: 1, l: 2}\nother: &o {l: 9, m: 3}\n"
      "both:\n  <<: [*b, *o]\n  k: own\nsame: *b\n");
  const Node* both = root->Find("both");
  EXPECT_EQ(both->Find("k")->text, "own");
  EXPECT_EQ(both->Find("l")->text, "2");
  EXPECT_EQ(both->Find("m")->text, "3");
  EXPECT_EQ(root->Find("same"), root->Find("base"));
  EXPECT_EQ(Error("a: {<<: 7}"),
            "f.yml:1:9: yaml: map merge requires map or sequence of maps as the value");
}

TEST(ParseYamlTest, DecodesBinaryScalars) {
  EXPECT_EQ(Read("!!binary \"/w==\": v")->entries[0].key->text, "\xff");
  EXPECT_EQ(Read("a: !!binary \"aGVsbG8=\"")->Find("a")->text, "hello");
}

TEST(ParseYamlTest, AnEmptyDocumentIsNull) {
  EXPECT_TRUE(Read("")->IsNull());
  EXPECT_TRUE(Read("# only a comment\n")->IsNull());
  EXPECT_TRUE(Read("\xef\xbb\xbf---\n")->IsNull());
}

TEST(ParseYamlTest, RefusesAliasesThatMultiply) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) {
      bomb += previous + ",";
    }
    bomb += "]\n";
  }
  EXPECT_NE(Error(bomb).find("excessive aliasing"), std::string::npos);
  EXPECT_NE(Error("a: &a [*a]").find("contains itself"), std::string::npos);
}

TEST(ParseYamlTest, RefusesDepthBrokenBytesAndBrokenYaml) {
  EXPECT_NE(Error(std::string(300, '[')).find("yaml: "), std::string::npos);
  EXPECT_NE(Error(std::string(100'000, '[')).find("yaml: "), std::string::npos);
  EXPECT_EQ(Error("a: \xc3("), "f.yml:1:4: yaml: invalid UTF-8");
  EXPECT_EQ(Error(std::string_view("a: b\nc: \0", 9)),
            "f.yml:2:4: yaml: control characters are not allowed");
  EXPECT_TRUE(Error("a: [1, 2\nb: 3\n").starts_with("f.yml:"));
  EXPECT_TRUE(Error("a: *nothing\n").starts_with("f.yml:1:"));
}

}  // namespace
}  // namespace sb::config
