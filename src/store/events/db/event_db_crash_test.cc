// SPDX-License-Identifier: Apache-2.0
//
// Crashes at every write point of a run on the simulated disk.
#include <gtest/gtest.h>

#include "store/events/db/testing/crash_subject.h"
#include "store/file/testing/crash_suite.h"

namespace sb::events {
namespace {

base::Result<std::unique_ptr<store::CrashSubject>> Open(base::Env& env, const std::string& folder) {
  EventDbOptions options;
  options.folder = folder;
  options.order = RowOrder::kByTrace;
  options.group_rows = 100;
  options.flush_bytes = 24'000;
  options.wal_segment_bytes = 8 * 1024;
  return OpenCrashSubject(env, options, false);
}

TEST(EventDbCrashTest, KilledProcessKeepsEveryCommitAtEveryWritePoint) {
  EXPECT_EQ(store::CrashSuite(Open).KilledProcess(), base::OkStatus());
}

TEST(EventDbCrashTest, PowerLossKeepsEverySyncedCommitAtEveryWritePoint) {
  EXPECT_EQ(store::CrashSuite(Open).PowerLoss(), base::OkStatus());
}

TEST(EventDbCrashTest, ManyCrashesOfOneStoreLoseNothingSynced) {
  EXPECT_EQ(store::CrashSuite(Open).ManyCrashes(), base::OkStatus());
}

TEST(EventDbCrashTest, OneFailedWriteIsRefusedAndNothingElseHappens) {
  EXPECT_EQ(store::CrashSuite(Open).FailedWrite(), base::OkStatus());
}

}  // namespace
}  // namespace sb::events
