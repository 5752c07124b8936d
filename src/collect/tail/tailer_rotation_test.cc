// SPDX-License-Identifier: Apache-2.0
//
// Files that were rotated while nobody looked: between two polls, or while the process was dead. On
// a real file system, since times and inodes matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/tail/rotated_files.h"
#include "collect/tail/testing/tail_on_disk.h"

namespace sb::collect {
namespace {

class TailerRotationTest : public testing::Test, protected TailOnDisk {
 protected:
  void Poll() {
    for (int i = 0; i < 6; ++i) {
      tailer_->Poll();
    }
  }
  void CopyAndTruncate(const std::string& from, const std::string& to) {
    Copy(from, to);
    Truncate(from);
  }
  void ExpectOnce(std::vector<std::string> texts) {
    EXPECT_THAT(sink_.Texts(), testing::UnorderedElementsAreArray(texts));
    EXPECT_TRUE(sink_.gone.empty());
  }
};

TEST(RotatedNameTest, SaysWhatStoodThereBefore) {
  EXPECT_EQ(NameBeforeRotation("app.log.1"), "app.log");
  EXPECT_EQ(NameBeforeRotation("app.log.12"), "app.log");
  EXPECT_EQ(NameBeforeRotation("app.log-20251120"), "app.log");
  EXPECT_EQ(NameBeforeRotation("app.log-20251120-1763632800"), "app.log");
  EXPECT_EQ(NameBeforeRotation("0.log.2025-11-20T10:00:00Z"), "0.log");
  EXPECT_EQ(NameBeforeRotation("app.log.old"), "app.log");
  EXPECT_EQ(NameBeforeRotation("app.log"), "");
  EXPECT_EQ(NameBeforeRotation("app.log.err"), "");
  EXPECT_EQ(NameBeforeRotation("app.log.1.gz"), "");
  EXPECT_EQ(NameBeforeRotation("app.log."), "");
  EXPECT_EQ(NameBeforeRotation(""), "");
}

TEST_F(TailerRotationTest, RenamedWhileDead) {
  Append("a.log", "one\n");
  Open();
  Poll();
  tailer_.reset();
  Append("a.log", "two\nthr");
  Rename("a.log", "a.log.1");
  Append("a.log", "new\n");
  Append("a.log.1", "ee\n");
  Open();
  Poll();
  ExpectOnce({"one", "two", "three", "new"});
}

TEST_F(TailerRotationTest, RenamedSeveralTimesWhileDead) {
  Append("a.log", "one\n");
  Open();
  Poll();
  tailer_.reset();
  Append("a.log", "two\n");
  Rename("a.log", "a.log.1");
  Append("a.log", "middle\n");
  Rename("a.log.1", "a.log.2");
  Rename("a.log", "a.log.1");
  Append("a.log", "new\n");
  Open();
  Poll();
  ExpectOnce({"one", "two", "middle", "new"});
  Open();
  Poll();
  ExpectOnce({"one", "two", "middle", "new"});
}

TEST_F(TailerRotationTest, RenamedSeveralTimesBetweenPolls) {
  Append("a.log", "one\n");
  Append("a.log.err", "not followed\n");
  Open();
  Poll();
  Append("a.log", "two\n");
  Rename("a.log", "a.log.1");
  int number = 20;
  for (const char* text : {"three\n", "four\n", "five\n"}) {
    Append("a.log", text);
    Rename("a.log.1", "a.log." + std::to_string(++number));
    Rename("a.log", "a.log.1");
  }
  Append("a.log.err", "still not\n");
  Append("a.log", "six\n");
  Poll();
  ExpectOnce({"one", "two", "three", "four", "five", "six"});
}

// The first look knows of nothing before it, the second does.
TEST_F(TailerRotationTest, RenamedSeveralTimesAfterTheFirstLook) {
  Append("a.log", "one\n");
  Open();
  tailer_->Poll();
  Append("a.log", "two\n");
  Rename("a.log", "a.log.1");
  Append("a.log", "middle\n");
  Rename("a.log.1", "a.log.2");
  Rename("a.log", "a.log.1");
  Append("a.log", "new\n");
  Poll();
  ExpectOnce({"one", "two", "middle", "new"});
}

TEST_F(TailerRotationTest, CopiedAndTruncatedWithLinesNotYetRead) {
  Append("a.log", "one\ntw");
  Open();
  Poll();
  Append("a.log", "o\nthree\n");
  CopyAndTruncate("a.log", "a.log.1");
  Append("a.log", "new\n");
  Poll();
  ExpectOnce({"one", "two", "three", "new"});
  Append("a.log", "more\n");
  Rename("a.log.1", "a.log.2");
  CopyAndTruncate("a.log", "a.log.1");
  Append("a.log", "middle\n");
  Rename("a.log.2", "a.log.3");
  Rename("a.log.1", "a.log.2");
  CopyAndTruncate("a.log", "a.log.1");
  Append("a.log", "last\n");
  Poll();
  Open();
  Poll();
  ExpectOnce({"one", "two", "three", "new", "more", "middle", "last"});
}

TEST_F(TailerRotationTest, CopiedAndTruncatedWhileDead) {
  Append("a.log", "one\n");
  Open();
  Poll();
  tailer_.reset();
  Append("a.log", "two\n");
  CopyAndTruncate("a.log", "a.log.1");
  Append("a.log", "new\n");
  Open();
  Poll();
  ExpectOnce({"one", "two", "new"});
}

// Copies match the pattern, too.
TEST_F(TailerRotationTest, ACopyThatIsFollowedRepeatsNothing) {
  source_.paths = {Path("a.log*")};
  Append("a.log", "one\ntwo\n");
  Open();
  Poll();
  Append("a.log.1", "one\ntwo\n");  // copied, not yet truncated
  Poll();
  ExpectOnce({"one", "two"});
  Truncate("a.log");
  Append("a.log", "three\n");
  Poll();
  ExpectOnce({"one", "two", "three"});
  tailer_.reset();
  Append("a.log", "four\n");
  Rename("a.log.1", "a.log.2");
  CopyAndTruncate("a.log", "a.log.1");
  Append("a.log", "five\n");
  Open();
  Poll();
  ExpectOnce({"one", "two", "three", "four", "five"});
}

// The store keeps equal rows once; the path is part of a row.
TEST_F(TailerRotationTest, ABatchThatWasBegunKeepsItsPath) {
  source_.paths = {Path("a.log*")};
  Append("a.log", "one\n");
  Open();
  sink_.behaviour = [] { return CapturedTail::Behaviour::kTakeAndFail; };
  tailer_->Poll();
  tailer_.reset();
  Rename("a.log", "a.log.1");
  sink_.behaviour = nullptr;
  Open();
  Poll();
  ExpectOnce({"one"});
  Append("a.log.1", "two\n");
  Poll();
  EXPECT_THAT(sink_.paths, testing::ElementsAre(Path("a.log"), Path("a.log"), Path("a.log.1")));
}

TEST_F(TailerRotationTest, FilesThatBeginAlikeAreTwo) {
  source_.paths = {Path("a.log*")};
  const std::string banner = std::string(300, '=') + "\n";
  Append("a.log.1", banner + "old\n");
  Append("a.log", banner + "new\n");
  Open();
  Poll();
  ExpectOnce({std::string(300, '='), "old", std::string(300, '='), "new"});
}

TEST_F(TailerRotationTest, CompressedFilesAreNotFollowed) {
  source_.paths = {Path("*")};
  Append("a.log", "one\n");
  Append("a.log.2.gz", "\x1f\x8b binary\n");
  Open();
  Poll();
  Append("a.log.3.gz", "");
  Append("a.log.4.zst", "\x28\xb5\n");
  Poll();
  ExpectOnce({"one"});
  EXPECT_EQ(tailer_->stats().files, 1U);
}

TEST_F(TailerRotationTest, PositionsOfFilesThatAreGoneAreForgotten) {
  Append("a.log", "one\n");
  Append("b.log", "other\n");
  Open();
  Poll();
  tailer_.reset();
  ASSERT_TRUE(Files().Remove(Path("a.log")).ok());
  Open();
  Poll();
  const auto notes = Files().ReadFile(folder_.Path("tail/positions.log"));
  EXPECT_THAT(*notes, testing::HasSubstr("\nG "));
  // An empty folder may be a disk that is not there.
  tailer_.reset();
  Rename("b.log", "../b");
  Open();
  Poll();
  tailer_.reset();
  Rename("../b", "b.log");
  Append("b.log", "more\n");
  Open();
  Poll();
  ExpectOnce({"one", "other", "more"});
}

}  // namespace
}  // namespace sb::collect
