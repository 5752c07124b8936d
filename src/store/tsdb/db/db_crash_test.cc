// SPDX-License-Identifier: Apache-2.0
//
// Crashes at every write point of a run on the simulated disk.
#include <gtest/gtest.h>

#include "store/file/testing/crash_suite.h"
#include "store/tsdb/db/testing/crash_subject.h"
#include "store/tsdb/db/testing/crash_workload.h"

namespace sb::tsdb {
namespace {

base::Result<std::unique_ptr<store::CrashSubject>> Open(base::Env& env, const std::string& folder) {
  static_cast<base::SimulatedEnv&>(env).manual_clock().Set(
      base::TimestampMs(CrashWorkload::TimeOf(100'000)));
  DbOptions options;
  options.folder = folder;
  options.head.block_range = base::Minutes(1);
  options.head.past_max = base::Seconds(30);
  options.head.out_of_order_window = base::Minutes(1);
  options.head.wal_segment_bytes = 8 * 1024;
  options.checkpoint_wal_bytes = 6 * 1024;
  options.compaction_ranges = {base::Minutes(1), base::Minutes(3)};
  options.downsample_rules = {CrashWorkload::SparseRule()};
  return OpenCrashSubject(env, options, false);
}

TEST(DbCrashTest, KilledProcessKeepsEveryCommitAtEveryWritePoint) {
  EXPECT_EQ(store::CrashSuite(Open).KilledProcess(), base::OkStatus());
}

TEST(DbCrashTest, PowerLossKeepsEverySyncedCommitAtEveryWritePoint) {
  EXPECT_EQ(store::CrashSuite(Open).PowerLoss(), base::OkStatus());
}

TEST(DbCrashTest, ManyCrashesOfOneStoreLoseNothingSynced) {
  EXPECT_EQ(store::CrashSuite(Open).ManyCrashes(), base::OkStatus());
}

TEST(DbCrashTest, OneFailedWriteIsRefusedAndNothingElseHappens) {
  EXPECT_EQ(store::CrashSuite(Open).FailedWrite(), base::OkStatus());
}

}  // namespace
}  // namespace sb::tsdb
