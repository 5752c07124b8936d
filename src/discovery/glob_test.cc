// SPDX-License-Identifier: Apache-2.0
#include "discovery/glob.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

namespace sb::discovery {
namespace {

TEST(GlobTest, MatchesStarsQuestionMarksAndSets) {
  EXPECT_TRUE(MatchesGlob("*.json", "a.json"));
  EXPECT_TRUE(MatchesGlob("a*b*c", "a--b-b-c"));
  EXPECT_FALSE(MatchesGlob("a*b*c", "a--b-b-d"));
  EXPECT_TRUE(MatchesGlob("?[a-c][^x]", "zby"));
  EXPECT_FALSE(MatchesGlob("?[a-c][^x]", "zbx"));
  EXPECT_TRUE(MatchesGlob("\\*", "*"));
  EXPECT_FALSE(MatchesGlob("\\*", "a"));
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_FALSE(MatchesGlob("", "a"));
  EXPECT_FALSE(MatchesGlob("[", "x"));
}

TEST(GlobTest, HostilePatternsEnd) {
  std::string pattern;
  for (int i = 0; i < 1'000; ++i) {
    pattern += "a*";
  }
  EXPECT_FALSE(MatchesGlob(pattern + "b", std::string(2'000, 'a')));
}

TEST(GlobTest, FindsFilesSorted) {
  base::SimulatedEnv env(1);
  base::FileSystem& files = env.files();
  ASSERT_TRUE(files.CreateFolders("/t/b").ok());
  ASSERT_TRUE(files.CreateFolders("/t/a").ok());
  for (const char* path : {"/t/b/2.json", "/t/b/1.json", "/t/a/3.json", "/t/a/x.yml"}) {
    ASSERT_TRUE(files.Create(path).ok());
  }
  using Paths = std::vector<std::string>;
  EXPECT_EQ(Glob(files, "/t/b/*.json"), (Paths{"/t/b/1.json", "/t/b/2.json"}));
  EXPECT_EQ(Glob(files, "/t/*/[23].json"), (Paths{"/t/a/3.json", "/t/b/2.json"}));
  EXPECT_EQ(Glob(files, "/t/a/x.yml"), (Paths{"/t/a/x.yml"}));
  EXPECT_TRUE(Glob(files, "/t/a/none.yml").empty());
  EXPECT_TRUE(Glob(files, "/nowhere/*").empty());
}

}  // namespace
}  // namespace sb::discovery
