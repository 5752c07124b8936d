// SPDX-License-Identifier: Apache-2.0
//
// A real process is killed at random moments, while its background writes parts and merges them;
// after each death every acknowledged batch must be there, value for value.
#include <gtest/gtest.h>
#include <unistd.h>

#include "store/events/db/testing/crash_subject.h"
#include "store/file/testing/kill_suite.h"

namespace sb::events {
namespace {

base::Result<std::unique_ptr<store::CrashSubject>> Open(base::Env& env, const std::string& folder) {
  EventDbOptions options;
  options.folder = folder;
  options.group_rows = 200;
  options.flush_bytes = 40'000;
  options.wal_segment_bytes = 32 * 1024;
  options.wal_sync_interval = base::Nanoseconds(20'000'000);
  options.maintenance_interval = base::Nanoseconds(2'000'000);
  return OpenCrashSubject(env, options, true);
}

TEST(EventDbKillTest, EveryAcknowledgedBatchSurvivesSigkill) {
  const std::string folder =
      base::JoinPath(testing::TempDir(), "event_db_kill_test." + std::to_string(::getpid()));
  EXPECT_EQ(store::KillWhileWriting(Open, folder), base::OkStatus());
}

}  // namespace
}  // namespace sb::events
