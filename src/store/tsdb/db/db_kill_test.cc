// SPDX-License-Identifier: Apache-2.0
//
// A real process is killed at random moments, while its background cuts, compacts and makes
// snapshots; after each death every acknowledged batch must be there, bit for bit.
#include <gtest/gtest.h>
#include <unistd.h>

#include "store/file/testing/kill_suite.h"
#include "store/tsdb/db/testing/crash_subject.h"
#include "store/tsdb/db/testing/crash_workload.h"

namespace sb::tsdb {
namespace {

base::Result<std::unique_ptr<store::CrashSubject>> Open(base::Env& env, const std::string& folder) {
  DbOptions options;
  options.folder = folder;
  options.head.block_range = base::Minutes(1);
  options.head.past_max = base::Seconds(30);
  options.head.out_of_order_window = base::Minutes(1);
  options.head.future_max = base::DurationMs(0);
  options.head.wal_segment_bytes = 32 * 1024;
  options.head.wal_sync_interval = base::Nanoseconds(20'000'000);
  options.checkpoint_wal_bytes = 24 * 1024;
  options.compaction_ranges = {base::Minutes(1), base::Minutes(3), base::Minutes(9)};
  options.maintenance_interval = base::Nanoseconds(2'000'000);
  options.downsample_rules = {CrashWorkload::SparseRule()};
  return OpenCrashSubject(env, options, true);
}

TEST(DbKillTest, EveryAcknowledgedBatchSurvivesSigkill) {
  const std::string folder =
      base::JoinPath(testing::TempDir(), "db_kill_test." + std::to_string(::getpid()));
  EXPECT_EQ(store::KillWhileWriting(Open, folder), base::OkStatus());
}

}  // namespace
}  // namespace sb::tsdb
