// SPDX-License-Identifier: Apache-2.0
#include "base/testing/simulated_env.h"

#include <gtest/gtest.h>

namespace sb::base {
namespace {

Status WriteSynced(FileSystem& files, const std::string& path, std::string_view bytes) {
  SB_ASSIGN_OR_RETURN(auto file, files.Create(path));
  SB_RETURN_IF_ERROR(file->Append(bytes));
  SB_RETURN_IF_ERROR(file->Sync());
  return files.SyncFolder(ParentPath(path));
}

TEST(SimulatedDiskTest, SyncedBytesSurviveEveryCrash) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SimulatedEnv env(seed);
    ASSERT_TRUE(WriteSynced(env.files(), "/a", "synced").ok());
    auto file = env.files().OpenForAppend("/a");
    ASSERT_TRUE((*file)->Append(std::string(2000, 'u')).ok());
    env.Crash();
    const std::string bytes = *env.files().ReadFile("/a");
    EXPECT_TRUE(bytes.starts_with("synced")) << "seed " << seed;
    EXPECT_LE(bytes.size(), 2006u);
    EXPECT_FALSE((*file)->Append("late").ok());
  }
}

TEST(SimulatedDiskTest, UnsyncedBytesAreSometimesDroppedAndSometimesTorn) {
  bool dropped = false;
  bool kept = false;
  bool torn = false;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SimulatedEnv env(seed);
    ASSERT_TRUE(WriteSynced(env.files(), "/a", "").ok());
    auto file = env.files().OpenForAppend("/a");
    ASSERT_TRUE((*file)->Append(std::string(20, 'u')).ok());
    env.Crash();
    const std::string bytes = *env.files().ReadFile("/a");
    dropped |= bytes.size() < 20;
    kept |= bytes == std::string(20, 'u');
    torn |= bytes.find_first_not_of('u') != std::string::npos;
  }
  EXPECT_TRUE(dropped);
  EXPECT_TRUE(kept);
  EXPECT_TRUE(torn);
}

TEST(SimulatedDiskTest, UnsyncedFolderEntryMayVanishAndSyncedStays) {
  bool vanished = false;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SimulatedEnv env(seed);
    ASSERT_TRUE(WriteSynced(env.files(), "/kept", "x").ok());
    auto file = env.files().Create("/new");
    ASSERT_TRUE((*file)->Append("y").ok());
    ASSERT_TRUE((*file)->Sync().ok());
    env.Crash();
    EXPECT_TRUE(env.files().Exists("/kept"));
    vanished |= !env.files().Exists("/new");
  }
  EXPECT_TRUE(vanished);
}

TEST(SimulatedDiskTest, RenameIsAtomic) {
  bool saw_old = false;
  bool saw_new = false;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SimulatedEnv env(seed);
    ASSERT_TRUE(WriteSynced(env.files(), "/f", "old").ok());
    ASSERT_TRUE(WriteSynced(env.files(), "/f.tmp", "new").ok());
    ASSERT_TRUE(env.files().Rename("/f.tmp", "/f").ok());
    env.Crash();
    const std::string bytes = *env.files().ReadFile("/f");
    EXPECT_TRUE(bytes == "old" || bytes == "new");
    EXPECT_EQ(env.files().Exists("/f.tmp"), bytes == "old");
    saw_old |= bytes == "old";
    saw_new |= bytes == "new";
  }
  EXPECT_TRUE(saw_old);
  EXPECT_TRUE(saw_new);
}

TEST(SimulatedDiskTest, WriteFileAtomicallyIsAtomicAtEveryWrite) {
  for (uint64_t stop = 0; stop < 12; ++stop) {
    SimulatedEnv env(stop);
    ASSERT_TRUE(WriteFileAtomically(env.files(), "/f", "old content").ok());
    env.disk().StopAfterWrites(stop);
    const bool written = WriteFileAtomically(env.files(), "/f", "the new content").ok();
    env.Crash();
    const std::string bytes = *env.files().ReadFile("/f");
    EXPECT_TRUE(bytes == "old content" || bytes == "the new content") << bytes;
    if (written) {
      EXPECT_EQ(bytes, "the new content");
    }
  }
}

TEST(SimulatedDiskTest, DiskFullTearsTheWrite) {
  SimulatedEnv env(1);
  env.disk().SetSpace(10);
  auto file = env.files().Create("/a");
  EXPECT_TRUE((*file)->Append("12345678").ok());
  EXPECT_EQ((*file)->Append("12345678").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ((*file)->size(), 10u);
  EXPECT_TRUE((*file)->Truncate(8).ok());
  EXPECT_EQ(env.files().FreeSpace("/")->free_bytes, 2u);
  EXPECT_TRUE(env.files().Remove("/a").ok());
  EXPECT_EQ(env.disk().UsedBytes(), 0u);
}

TEST(SimulatedDiskTest, InjectedErrorHitsOneWriteOnly) {
  SimulatedEnv env(1);
  auto file = env.files().Create("/a");
  env.disk().FailWrite(2);
  EXPECT_TRUE((*file)->Append("a").ok());
  EXPECT_EQ((*file)->Append("b").code(), StatusCode::kUnavailable);
  EXPECT_TRUE((*file)->Append("c").ok());
  env.disk().FailSyncs(true);
  EXPECT_FALSE((*file)->Sync().ok());
}

TEST(SimulatedDiskTest, KilledProcessLosesLocksButNoBytes) {
  SimulatedEnv env(1);
  auto lock = env.files().Lock("/");
  EXPECT_FALSE(env.files().Lock("/").ok());
  auto file = env.files().Create("/a");
  EXPECT_TRUE((*file)->Append("unsynced").ok());
  env.KillProcess();
  EXPECT_EQ(*env.files().ReadFile("/a"), "unsynced");
  auto again = env.files().Lock("/");
  EXPECT_TRUE(again.ok());
  lock->reset();  // the old process's lock must not release the new one's
  EXPECT_FALSE(env.files().Lock("/").ok());
}

TEST(SimulatedDiskTest, SameSeedSameRun) {
  const auto run = [](uint64_t seed) {
    SimulatedEnv env(seed);
    (void)WriteSynced(env.files(), "/a", "");
    auto file = env.files().OpenForAppend("/a");
    (void)(*file)->Append(std::string(5000, 'x'));
    env.Crash();
    return *env.files().ReadFile("/a");
  };
  EXPECT_EQ(run(7), run(7));
}

TEST(SimulatedDiskTest, FlippedBitIsSeen) {
  SimulatedEnv env(1);
  ASSERT_TRUE(WriteSynced(env.files(), "/a", "a").ok());
  env.disk().FlipBit("/a", 1);
  EXPECT_EQ(*env.files().ReadFile("/a"), "c");
}

}  // namespace
}  // namespace sb::base
