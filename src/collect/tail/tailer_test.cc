// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/tailer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/testing/simulated_env.h"
#include "collect/tail/testing/captured_tail.h"

namespace sb::collect {
namespace {

using testing::ElementsAre;

class TailerTest : public testing::Test {
 protected:
  TailerTest() {
    source_.paths = {"/log/*.log"};
    EXPECT_TRUE(env_.files().CreateFolders("/log").ok());
  }
  void Open() {
    tailer_.reset();
    auto tailer = Tailer::Open(env_, "/data/tail", {source_}, &sink_);
    ASSERT_TRUE(tailer.ok()) << tailer.status().ToString();
    tailer_ = std::move(*tailer);
  }
  void Append(const std::string& path, std::string_view text) {
    auto file = env_.files().OpenForAppend(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append(text).ok());
  }
  void Poll() {
    while (tailer_->Poll()) {
    }
  }
  // Long enough for everything that waits to be complete.
  void Wait() {
    env_.manual_clock().Advance(base::Seconds(20));
    Poll();
  }

  base::SimulatedEnv env_{1};
  CapturedTail sink_;
  TailSource source_;
  std::unique_ptr<Tailer> tailer_;
};

TEST_F(TailerTest, FollowsWhatIsAdded) {
  Append("/log/a.log", "one\ntwo\nthr");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "two"));
  Append("/log/a.log", "ee\n");
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "two", "three"));
}

TEST_F(TailerTest, GoesOnWhereItWasAfterARestart) {
  Append("/log/a.log", "one\ntwo\n");
  Open();
  Poll();
  Append("/log/a.log", "three\n");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(sink_.repeated, 0U);
}

TEST_F(TailerTest, StartsAtTheEndIfToldSo) {
  source_.read_from_head = false;
  Append("/log/a.log", "old\n");
  Open();
  Poll();
  Append("/log/a.log", "new\n");
  Append("/log/b.log", "appeared later\n");
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("new", "appeared later"));
}

TEST_F(TailerTest, FollowsARenamedFileToItsEnd) {
  Append("/log/a.log", "one\n");
  Open();
  Poll();
  auto writer = env_.files().OpenForAppend("/log/a.log");
  ASSERT_TRUE(env_.files().Rename("/log/a.log", "/log/a.log.1").ok());
  Append("/log/a.log", "new file\n");
  ASSERT_TRUE((*writer)->Append("last of the old\nwithout end").ok());
  Poll();
  EXPECT_THAT(sink_.Texts(), testing::UnorderedElementsAre("one", "last of the old", "new file"));
  Wait();
  EXPECT_THAT(sink_.Texts(), testing::Contains("without end"));
  EXPECT_EQ(tailer_->stats().files, 1U);
}

TEST_F(TailerTest, DoesNotReadARenamedFileAgainThatStillMatches) {
  source_.paths = {"/log/a.log*"};
  Append("/log/a.log", "one\n");
  Open();
  Poll();
  ASSERT_TRUE(env_.files().Rename("/log/a.log", "/log/a.log.1").ok());
  Append("/log/a.log", "two\n");
  Poll();
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "two"));
  EXPECT_EQ(sink_.repeated, 0U);
}

TEST_F(TailerTest, ReadsATruncatedFileFromItsBeginning) {
  Append("/log/a.log", "a long first line\nand a second\n");
  Open();
  Poll();
  auto file = env_.files().OpenForAppend("/log/a.log");
  ASSERT_TRUE((*file)->Truncate(0).ok());
  ASSERT_TRUE((*file)->Append("new\n").ok());
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("a long first line", "and a second", "new"));
}

TEST_F(TailerTest, NoticesOtherContentOfTheSameLength) {
  Append("/log/a.log", "one\n");
  Open();
  Poll();
  auto file = env_.files().OpenForAppend("/log/a.log");
  ASSERT_TRUE((*file)->Truncate(0).ok());
  ASSERT_TRUE((*file)->Append("other one\nand more\n").ok());
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "other one", "and more"));
}

TEST_F(TailerTest, AnInodeThatIsUsedAgainIsAnotherFile) {
  Append("/log/a.log", "the first file of this inode\n");
  Open();
  Poll();
  tailer_.reset();
  // The same inode, as if the file system had given it out again.
  auto file = env_.files().OpenForAppend("/log/a.log");
  ASSERT_TRUE((*file)->Truncate(0).ok());
  ASSERT_TRUE((*file)->Append("the second one, which is longer than it\n").ok());
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("the first file of this inode",
                                         "the second one, which is longer than it"));
}

TEST_F(TailerTest, WaitsWhenTheStoreRefuses) {
  sink_.behaviour = [] { return CapturedTail::Behaviour::kRefuse; };
  Append("/log/a.log", "one\ntwo\n");
  Open();
  Poll();
  EXPECT_TRUE(sink_.lines.empty());
  Append("/log/a.log", "three\n");
  sink_.behaviour = nullptr;
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(sink_.repeated, 0U);
}

TEST_F(TailerTest, ACrashBetweenWriteAndNoteRepeatsNothing) {
  sink_.behaviour = [] { return CapturedTail::Behaviour::kTakeAndFail; };
  Append("/log/a.log", "same\nsame\nsame\n");
  Open();
  Poll();
  sink_.behaviour = nullptr;
  env_.manual_clock().Advance(base::Seconds(5));
  Append("/log/a.log", "after\n");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("same", "same", "same", "after"));
  EXPECT_EQ(sink_.repeated, 3U);
}

TEST_F(TailerTest, EqualLinesOfEqualTimeAreKept) {
  Append("/log/a.log",
         "2025-11-20T10:00:00Z stdout F x\n2025-11-20T10:00:00Z stdout F x\n"
         "2025-11-20T10:00:00Z stdout F y\n");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("x", "x", "y"));
}

TEST_F(TailerTest, CutsAnEndlessLineAndLosesNothing) {
  source_.line_bytes_max = 1000;
  std::string text(10'500, 'x');
  Append("/log/a.log", text);
  Open();
  Poll();
  EXPECT_EQ(sink_.lines.size(), 10U);
  Append("/log/a.log", "yz\nnext\n");
  Poll();
  std::string all;
  for (const std::string& piece : sink_.Texts()) {
    EXPECT_LE(piece.size(), 1000U);
    all += piece;
  }
  EXPECT_EQ(all, text + "yznext");
}

TEST_F(TailerTest, MultilineRecordsAreCompleteAfterSilence) {
  source_.multiline.start = std::make_shared<re2::RE2>("^[^ ]");
  Append("/log/a.log", "panic\n  at a\n  at b\nnext\n  at c\n");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("panic\n  at a\n  at b"));
  Wait();
  EXPECT_THAT(sink_.Texts(), ElementsAre("panic\n  at a\n  at b", "next\n  at c"));
}

TEST_F(TailerTest, ExcludesFiles) {
  source_.exclude = {"b.log", "/log/c*.log"};
  Append("/log/a.log", "a\n");
  Append("/log/b.log", "b\n");
  Append("/log/c1.log", "c\n");
  Open();
  Poll();
  EXPECT_THAT(sink_.Texts(), ElementsAre("a"));
}

TEST_F(TailerTest, BrokenPositionsCostReadingAgainNothingElse) {
  Append("/log/a.log", "one\n");
  Open();
  Poll();
  tailer_.reset();
  ASSERT_TRUE(base::WriteFileAtomically(env_.files(), "/data/tail/positions.log",
                                        "F x\nD 1\nZ 2 3\nB 99 1 1\nF 1 2 3")
                  .ok());
  Open();
  Poll();
  EXPECT_EQ(sink_.Texts().size() + sink_.repeated, 2U);
}

}  // namespace
}  // namespace sb::collect
