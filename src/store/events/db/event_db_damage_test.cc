// SPDX-License-Identifier: Apache-2.0
//
// Flipped bits in every file of a store: it opens, says what is missing, never shows a wrong row,
// and deletes nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/env.h"
#include "base/log.h"
#include "base/testing/simulated_env.h"
#include "store/events/db/event_db.h"
#include "store/events/db/testing/crash_workload.h"
#include "store/events/db/testing/event_maker.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::events {
namespace {

constexpr uint64_t kBatches = 30;

class EventDbDamageTest : public testing::Test {
 protected:
  EventDbDamageTest() { base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr}); }
  ~EventDbDamageTest() override { base::ConfigureLog({}); }

  static base::Result<std::unique_ptr<EventDb>> Open(base::SimulatedEnv& env,
                                                     EventDb::OpenReport* report) {
    static base::Registry registry;
    EventDbOptions options;
    options.folder = "/data";
    options.group_rows = 60;
    return EventDb::Open(env, options, registry, report);
  }

  // Parts, some deleted rows, and a log.
  static void Fill(base::SimulatedEnv& env) {
    EventDb::OpenReport report;
    auto db = Open(env, &report);
    ASSERT_TRUE(db.ok());
    for (uint64_t n = 0; n < kBatches; ++n) {
      ASSERT_TRUE(CrashWorkload::Write(**db, n).ok());
      if (n == 12) {
        ASSERT_TRUE((*db)->Flush().ok());
      }
      if (n == 20) {
        ASSERT_TRUE((*db)->Delete({}, {model::Matcher::Equal("app", "app1")}, {}).ok());
      }
    }
    ASSERT_TRUE((*db)->Sync().ok());
    env.KillProcess();
  }

  static std::vector<std::string> Read(const EventDb& db, std::vector<std::string>* warnings) {
    const store::PatientContext context;
    store::EventScanOptions options;
    options.columns = {{"*"}};
    auto scan = db.Scan(context, options);
    EXPECT_TRUE(scan.ok());
    std::string problem;
    std::vector<std::string> rows = RowsOf(**scan, options, &problem);
    EXPECT_EQ(problem, "");
    *warnings = (*scan)->warnings();
    return rows;
  }

  static std::vector<std::string> FilesBelow(base::SimulatedEnv& env, const std::string& folder) {
    std::vector<std::string> files;
    const auto names = env.files().List(folder);
    for (const std::string& name : *names) {
      const std::string path = base::JoinPath(folder, name);
      if (env.files().Stat(path)->is_directory) {
        const std::vector<std::string> below = FilesBelow(env, path);
        files.insert(files.end(), below.begin(), below.end());
      } else if (name != "lock") {
        files.push_back(path);
      }
    }
    return files;
  }
};

TEST_F(EventDbDamageTest, FlippedBitsCostRowsButNeverTellWrongOnes) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  base::SimulatedEnv whole(1);
  Fill(whole);
  EventDb::OpenReport report;
  auto db = Open(whole, &report);
  ASSERT_TRUE(db.ok());
  std::vector<std::string> warnings;
  const std::vector<std::string> expected = Read(**db, &warnings);
  EXPECT_TRUE(warnings.empty());
  ASSERT_GT(expected.size(), 50U);
  size_t told = 0;
  for (int round = 0; round < 60; ++round) {
    base::SimulatedEnv env(1);
    Fill(env);
    const std::vector<std::string> files = FilesBelow(env, "/data");
    ASSERT_GE(files.size(), 4U);
    const std::string path = files[static_cast<size_t>(round) % files.size()];
    const uint64_t bits = env.files().Stat(path)->size_bytes * 8;
    const uint64_t bit = random() % bits;
    env.disk().FlipBit(path, bit);
    const std::string where = path + " bit " + std::to_string(bit);
    EventDb::OpenReport damaged;
    auto again = Open(env, &damaged);
    ASSERT_TRUE(again.ok()) << where << ": " << again.status().ToString();
    const std::vector<std::string> rows = Read(**again, &warnings);
    // Without its manifest a store does not know what was deleted, nor what of the log is in parts.
    if (!damaged.manifest_lost) {
      ASSERT_TRUE(std::includes(expected.begin(), expected.end(), rows.begin(), rows.end()))
          << where;
    }
    const bool said = !warnings.empty() || !damaged.quarantined.empty() ||
                      !damaged.wal_losses.empty() || damaged.wal_torn_bytes > 0 ||
                      damaged.manifest_lost;
    told += said ? 1 : 0;
    ASSERT_TRUE(rows.size() >= expected.size() || said) << where << " was lost without a word";
    ASSERT_TRUE((*again)->Flush().ok()) << where;  // damaged parts are left alone
    std::vector<std::string> later;
    ASSERT_EQ(Read(**again, &later), rows) << where;
    again->reset();
  }
  std::printf("damage noticed in %zu of 60 files\n", told);
  EXPECT_GT(told, 30U);
}

}  // namespace
}  // namespace sb::events
