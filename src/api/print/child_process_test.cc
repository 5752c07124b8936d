// SPDX-License-Identifier: Apache-2.0
#include "api/print/child_process.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "base/testing/temp_folder.h"

namespace sb::print {
namespace {

// A program that is a script of the shell.
class ChildTest : public ::testing::Test {
 protected:
  ChildTest() {
    order_.program = folder_.Path("program");
    order_.timeout_ms = 20'000;
    order_.output_bytes_max = 1 << 20;
  }
  ChildResult Run(const std::string& script) {
    std::ofstream(order_.program) << "#!/bin/sh\n" << script << "\n";
    chmod(order_.program.c_str(), 0755);
    return RunChild(order_);
  }
  const base::TempFolder folder_{"child"};
  ChildOrder order_;
};

TEST_F(ChildTest, GivesInputAndTakesOutputLargerThanAPipe) {
  order_.input = std::string(300'000, 'x');
  const ChildResult got = Run("cat; echo spoken >&2");
  EXPECT_EQ(got.end, ChildEnd::kExited);
  EXPECT_EQ(got.code, 0);
  EXPECT_EQ(got.output, order_.input);
  EXPECT_EQ(got.errors, "spoken\n");
}

TEST_F(ChildTest, TellsExitCodeAndSignal) {
  EXPECT_EQ(Run("exit 7").code, 7);
  const ChildResult killed = Run("kill -9 $$");
  EXPECT_EQ(killed.end, ChildEnd::kSignalled);
  EXPECT_EQ(killed.code, SIGKILL);
}

TEST_F(ChildTest, KillsWhatTakesTooLong) {
  order_.timeout_ms = 200;
  EXPECT_EQ(Run("exec sleep 60").end, ChildEnd::kTimedOut);
}

TEST_F(ChildTest, KillsWhatSaysTooMuch) {
  order_.output_bytes_max = 1000;
  EXPECT_EQ(Run("exec yes").end, ChildEnd::kTooLong);
}

TEST_F(ChildTest, KillsWhatNobodyWaitsFor) {
  const std::atomic<bool> cancelled = true;
  order_.cancelled = &cancelled;
  EXPECT_EQ(Run("exec sleep 60").end, ChildEnd::kCancelled);
}

TEST_F(ChildTest, SurvivesAChildThatReadsNothing) {
  order_.input = std::string(1 << 20, 'x');
  const ChildResult got = Run("exit 0");
  EXPECT_EQ(got.end, ChildEnd::kExited);
}

TEST_F(ChildTest, PassesOnNoOpenFiles) {
  const int opened = dup(STDERR_FILENO);                     // Not closed by exec.
  EXPECT_EQ(Run("ls /proc/self/fd | wc -l").output, "4\n");  // The three, and ls' own.
  close(opened);
}

TEST_F(ChildTest, SaysThatAProgramIsMissing) {
  const ChildResult got = RunChild(order_);
  EXPECT_EQ(got.end, ChildEnd::kNotStarted);
  EXPECT_EQ(got.code, ENOENT);
}

}  // namespace
}  // namespace sb::print
