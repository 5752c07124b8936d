// SPDX-License-Identifier: Apache-2.0
#include "store/file/page.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "store/file/manifest.h"

namespace sb::store {
namespace {

using base::StatusCode;

std::span<const uint8_t> AsBytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(PageTest, ComesBackWithTypeAndVersion) {
  std::string file = "head";
  const PageRef first = AppendPage(PageType{1}, 7, "hello", &file);
  const PageRef second = AppendPage(PageType{2}, 8, "", &file);
  EXPECT_EQ(first.offset, 4u);
  const auto page = ReadPage(AsBytes(file), first, PageType{1}, "f");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->payload, "hello");
  EXPECT_EQ(page->version, 7);
  EXPECT_TRUE(ReadPage(AsBytes(file), second, PageType{2}, "f").ok());
  EXPECT_FALSE(ReadPage(AsBytes(file), second, PageType{1}, "f").ok());
}

TEST(PageTest, AnyFlippedBitIsFound) {
  std::string file;
  const PageRef ref = AppendPage(PageType{1}, 1, "some payload", &file);
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string bad = file;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto page = ReadPage(AsBytes(bad), ref, PageType{1}, "the/file");
    ASSERT_EQ(page.status().code(), StatusCode::kDataLoss) << bit;
    EXPECT_NE(page.status().message().find("the/file"), std::string_view::npos);
  }
}

TEST(PageTest, AReferenceOutsideOfTheFileIsRefused) {
  std::string file;
  AppendPage(PageType{1}, 1, "x", &file);
  for (const PageRef ref : {PageRef{100, 13}, PageRef{0, 100}, PageRef{0, 5}, PageRef{~0ULL, 13}}) {
    EXPECT_EQ(ReadPage(AsBytes(file), ref, PageType{1}, "f").status().code(),
              StatusCode::kDataLoss);
  }
}

TEST(ManifestTest, ComesBackAndCountsGenerations) {
  base::SimulatedEnv env(1);
  Manifest manifest;
  manifest.names = {"01ABC", "02 with space"};
  manifest.properties["wal"] = "17=x";
  ASSERT_TRUE(manifest.Save(env.files(), "/m").ok());
  ASSERT_TRUE(manifest.Save(env.files(), "/m").ok());
  const auto back = Manifest::Load(env.files(), "/m");
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(back->generation, 2u);
  EXPECT_EQ(back->names, manifest.names);
  EXPECT_EQ(back->properties, manifest.properties);
  EXPECT_EQ(Manifest::Load(env.files(), "/none").status().code(), StatusCode::kNotFound);
}

TEST(ManifestTest, AnyFlippedBitOrCutIsFound) {
  Manifest manifest;
  manifest.names = {"a", "b"};
  const std::string text = manifest.Encode();
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(Manifest::Decode(bad, "m").ok()) << bit;
  }
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Manifest::Decode(std::string_view(text).substr(0, size), "m").ok());
  }
}

TEST(ManifestTest, PowerLossLeavesTheOldOrTheNewContent) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    base::SimulatedEnv env(seed);
    Manifest old_one;
    old_one.names = {"old"};
    ASSERT_TRUE(old_one.Save(env.files(), "/m").ok());
    Manifest new_one = old_one;
    new_one.names = {"new"};
    env.disk().StopAfterWrites(seed % 8);
    const bool saved = new_one.Save(env.files(), "/m").ok();
    env.disk().StopAfterWrites(~0ULL);
    env.Crash();
    const auto back = Manifest::Load(env.files(), "/m");
    ASSERT_TRUE(back.ok()) << seed << back.status().ToString();
    EXPECT_TRUE(back->names[0] == "new" || (!saved && back->names[0] == "old"));
  }
}

}  // namespace
}  // namespace sb::store
