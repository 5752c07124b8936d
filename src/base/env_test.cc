// SPDX-License-Identifier: Apache-2.0
#include "base/env.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

namespace sb::base {
namespace {

class EnvTest : public testing::Test {
 protected:
  EnvTest() {
    folder_ = JoinPath(testing::TempDir(), "env_test." + std::to_string(::getpid()) + "." +
                                               std::to_string(Env::Real().random().Next64()));
    SB_CHECK(files().CreateFolders(folder_).ok());
  }
  ~EnvTest() override { (void)files().RemoveAll(folder_); }
  static FileSystem& files() { return Env::Real().files(); }
  std::string Path(std::string_view name) const { return JoinPath(folder_, name); }
  std::string folder_;
};

TEST_F(EnvTest, AppendsAreReadBackAndMapped) {
  auto file = files().Create(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_TRUE((*file)->Append("hello ").ok());
  EXPECT_TRUE((*file)->Append("world").ok());
  EXPECT_EQ((*file)->size(), 11u);
  EXPECT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(*files().ReadFile(Path("a")), "hello world");
  auto mapped = files().Map(Path("a"));
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ((*mapped)->bytes().size(), 11u);
  EXPECT_EQ((*mapped)->bytes()[4], 'o');
}

TEST_F(EnvTest, TruncateThenAppendWritesAtTheNewEnd) {
  auto file = files().Create(Path("a"));
  EXPECT_TRUE((*file)->Append("0123456789").ok());
  EXPECT_TRUE((*file)->Truncate(4).ok());
  EXPECT_TRUE((*file)->Append("x").ok());
  EXPECT_EQ(*files().ReadFile(Path("a")), "0123x");
  auto again = files().OpenForAppend(Path("a"));
  EXPECT_EQ((*again)->size(), 5u);
}

TEST_F(EnvTest, EmptyFileMapsToNoBytes) {
  EXPECT_TRUE(files().Create(Path("empty")).ok());
  auto mapped = files().Map(Path("empty"));
  ASSERT_TRUE(mapped.ok());
  EXPECT_TRUE((*mapped)->bytes().empty());
}

TEST_F(EnvTest, MissingFileIsNotFoundWithItsPath) {
  const Status status = files().ReadFile(Path("absent")).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_TRUE(status.message().ends_with("absent")) << status.message();
}

TEST_F(EnvTest, ListIsSortedAndRemoveAllRemovesTheTree) {
  EXPECT_TRUE(files().CreateFolders(Path("d/e/f")).ok());
  EXPECT_TRUE(files().Create(Path("d/z")).ok());
  EXPECT_TRUE(files().Create(Path("d/a")).ok());
  EXPECT_EQ(*files().List(Path("d")), (std::vector<std::string>{"a", "e", "z"}));
  EXPECT_EQ(files().Remove(Path("d")).code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(files().RemoveAll(Path("d")).ok());
  EXPECT_FALSE(files().Exists(Path("d")));
  EXPECT_TRUE(files().RemoveAll(Path("d")).ok());
}

TEST_F(EnvTest, HardLinkSharesTheInode) {
  EXPECT_TRUE(WriteFileAtomically(files(), Path("a"), "x").ok());
  EXPECT_TRUE(files().Link(Path("a"), Path("b")).ok());
  EXPECT_EQ(files().Stat(Path("a"))->inode, files().Stat(Path("b"))->inode);
  EXPECT_EQ(files().Link(Path("a"), Path("b")).code(), StatusCode::kAlreadyExists);
}

TEST_F(EnvTest, SecondLockOfAFolderFails) {
  auto lock = files().Lock(folder_);
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(files().Lock(folder_).status().code(), StatusCode::kFailedPrecondition);
  lock->reset();
  EXPECT_TRUE(files().Lock(folder_).ok());
}

TEST_F(EnvTest, FreeSpaceIsPositive) {
  const auto space = files().FreeSpace(folder_);
  ASSERT_TRUE(space.ok());
  EXPECT_GT(space->total_bytes, 0u);
  EXPECT_LE(space->free_bytes, space->total_bytes);
}

TEST(PathTest, JoinAndParent) {
  EXPECT_EQ(JoinPath("a/b", "c"), "a/b/c");
  EXPECT_EQ(JoinPath("a/b/", "c"), "a/b/c");
  EXPECT_EQ(JoinPath("a", "/c"), "/c");
  EXPECT_EQ(JoinPath("", "c"), "c");
  EXPECT_EQ(ParentPath("a/b/c"), "a/b");
  EXPECT_EQ(ParentPath("/c"), "/");
  EXPECT_EQ(ParentPath("c"), ".");
}

TEST(RandomTest, ValuesDoNotRepeat) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(seen.insert(Env::Real().random().Next64()).second);
  }
}

}  // namespace
}  // namespace sb::base
