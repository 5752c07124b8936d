// SPDX-License-Identifier: Apache-2.0
#include "store/file/wal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/testing/simulated_env.h"
#include "store/file/wal_format.h"
#include "store/file/wal_reader.h"

namespace sb::store {
namespace {

using base::SimulatedEnv;
using base::StatusCode;

const std::string kFolder = "/data/wal";

std::string Record(uint64_t number) {
  std::string text = "record " + std::to_string(number) + " ";
  text.append(number * 37 % 200, static_cast<char>('a' + number % 26));
  return text;
}

std::unique_ptr<Wal> MustOpen(base::Env& env, const Wal::Options& options = {},
                              Wal::OpenReport* report = nullptr) {
  Wal::OpenReport ignored;
  auto wal = Wal::Open(env, kFolder, options, report != nullptr ? report : &ignored);
  EXPECT_TRUE(wal.ok()) << wal.status().ToString();
  return std::move(wal).value();
}

struct Replay {
  std::vector<std::string> records;
  std::vector<WalLoss> losses;
};

Replay ReadAll(base::Env& env) {
  Replay replay;
  WalReader reader(env.files(), kFolder);
  WalRecord record;
  while (reader.Next(&record)) {
    replay.records.emplace_back(record.bytes);
  }
  replay.losses = reader.losses();
  return replay;
}

std::string SegmentPath(uint64_t segment) {
  return base::JoinPath(kFolder, WalSegmentName(segment));
}

void Overwrite(base::Env& env, const std::string& path, std::string_view bytes) {
  auto file = env.files().Create(path);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append(bytes).ok());
  ASSERT_TRUE((*file)->Close().ok());
}

TEST(WalTest, ReplaysEveryRecordInOrderOverSegmentsAndReopening) {
  SimulatedEnv env(1);
  const Wal::Options options{.segment_bytes = 500};
  std::vector<std::string> written;
  for (int session = 0; session < 3; ++session) {
    auto wal = MustOpen(env, options);
    for (int i = 0; i < 20; ++i) {
      written.push_back(Record(written.size()));
      ASSERT_TRUE(wal->Append(written.back()).ok());
    }
    EXPECT_EQ(wal->next_sequence(), written.size() + 1);
    EXPECT_GT(wal->current_segment(), 3u);
  }
  const Replay replay = ReadAll(env);
  EXPECT_EQ(replay.records, written);
  EXPECT_TRUE(replay.losses.empty());
}

TEST(WalTest, AnEmptyRecordAndAnEmptyLogAreFine) {
  SimulatedEnv env(1);
  EXPECT_TRUE(ReadAll(env).records.empty());
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append("").ok());
  EXPECT_EQ(ReadAll(env).records, std::vector<std::string>{""});
}

TEST(WalTest, ATornEndIsCutOffAtOpenAndReported) {
  SimulatedEnv env(1);
  {
    auto wal = MustOpen(env);
    for (uint64_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(wal->Append(Record(i)).ok());
    }
  }
  const std::string whole = *env.files().ReadFile(SegmentPath(1));
  const size_t last_begin = whole.size() - Record(2).size() - kWalRecordHeaderBytes;
  for (size_t size = last_begin; size < whole.size(); ++size) {
    Overwrite(env, SegmentPath(1), whole.substr(0, size));
    Wal::OpenReport report;
    auto wal = MustOpen(env, {}, &report);
    EXPECT_EQ(report.torn_bytes_cut, size - last_begin);
    ASSERT_TRUE(wal->Append("after").ok());
    const Replay replay = ReadAll(env);
    EXPECT_EQ(replay.records, (std::vector<std::string>{Record(0), Record(1), "after"}));
    EXPECT_TRUE(replay.losses.empty());
  }
}

TEST(WalTest, ASegmentWithoutAWholeHeaderIsBegunAgainWithoutReusingSequenceNumbers) {
  SimulatedEnv env(1);
  {
    auto wal = MustOpen(env);
    ASSERT_TRUE(wal->Append(Record(0)).ok());
    ASSERT_TRUE(wal->CutSegment().ok());
  }
  Overwrite(env, SegmentPath(2), "SBWAL");
  auto wal = MustOpen(env);
  EXPECT_EQ(wal->next_sequence(), 2u);
  ASSERT_TRUE(wal->Append(Record(1)).ok());
  const Replay replay = ReadAll(env);
  EXPECT_EQ(replay.records, (std::vector<std::string>{Record(0), Record(1)}));
  EXPECT_TRUE(replay.losses.empty());
}

TEST(WalTest, ASegmentPutBackFromElsewhereDoesNotHideNewRecords) {
  SimulatedEnv env(1);
  {
    auto wal = MustOpen(env);
    for (uint64_t i = 0; i < 5; ++i) {
      ASSERT_TRUE(wal->Append(Record(i)).ok());
    }
  }
  // The second segment begins with numbers that the first has used.
  std::string stray = EncodeWalSegmentHeader({.segment = 2, .first_sequence = 1});
  AppendWalRecord(1, "stray", &stray);
  Overwrite(env, SegmentPath(2), stray);
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append("new").ok());
  const Replay replay = ReadAll(env);
  ASSERT_EQ(replay.records.size(), 6u);
  EXPECT_EQ(replay.records.back(), "new");
  EXPECT_FALSE(replay.losses.empty());
}

// Every byte of every segment is changed, one at a time: each other record is still read, and what
// is missing is reported with the number of records.
TEST(WalTest, AnyFlippedByteCostsAtMostOneRecordAndIsReported) {
  SimulatedEnv env(1);
  std::vector<std::string> written;
  {
    auto wal = MustOpen(env, {.segment_bytes = 400});
    for (uint64_t i = 0; i < 8; ++i) {
      written.push_back(Record(i));
      ASSERT_TRUE(wal->Append(written.back()).ok());
    }
  }
  const auto segments = ListWalSegments(env.files(), kFolder);
  for (const uint64_t segment : *segments) {
    const std::string good = *env.files().ReadFile(SegmentPath(segment));
    for (size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
      Overwrite(env, SegmentPath(segment), bad);
      const Replay replay = ReadAll(env);
      ASSERT_GE(replay.records.size() + 1, written.size()) << segment << ":" << i;
      ASSERT_FALSE(replay.losses.empty()) << segment << ":" << i;
      // What was read is what was written, in order.
      size_t next = 0;
      for (const std::string& record : replay.records) {
        next = static_cast<size_t>(
            std::find(written.begin() + static_cast<ptrdiff_t>(next), written.end(), record) -
            written.begin());
        ASSERT_LT(next, written.size()) << "a record that was never written";
        ++next;
      }
      const bool lost_in_the_middle =
          replay.records.size() < written.size() && replay.records.back() == written.back();
      if (lost_in_the_middle) {
        EXPECT_EQ(replay.losses.front().records_lost, 1u);
        EXPECT_FALSE(replay.losses.front().at_end);
      }
      EXPECT_EQ(replay.losses.front().ToStatus().code(), StatusCode::kDataLoss);
    }
    Overwrite(env, SegmentPath(segment), good);
  }
}

TEST(WalTest, AMissingSegmentIsReportedAndTheOthersAreRead) {
  SimulatedEnv env(1);
  {
    auto wal = MustOpen(env);
    for (uint64_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(wal->Append(Record(i)).ok());
      ASSERT_TRUE(wal->CutSegment().ok());
    }
  }
  ASSERT_TRUE(env.files().Remove(SegmentPath(2)).ok());
  const Replay replay = ReadAll(env);
  EXPECT_EQ(replay.records, (std::vector<std::string>{Record(0), Record(2)}));
  ASSERT_EQ(replay.losses.size(), 1u);
  EXPECT_EQ(replay.losses[0].records_lost, 1u);
}

TEST(WalTest, AFullDiskRefusesTheRecordAndTheLogWorksAgainWhenThereIsSpace) {
  SimulatedEnv env(1);
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append(Record(0)).ok());
  env.disk().SetSpace(env.disk().UsedBytes() + 30);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(wal->Append(std::string(1000, 'x')).code(), StatusCode::kResourceExhausted);
  }
  const Replay full = ReadAll(env);
  EXPECT_EQ(full.records, std::vector<std::string>{Record(0)});
  EXPECT_TRUE(full.losses.empty());
  env.disk().SetSpace(~0ULL);
  ASSERT_TRUE(wal->Append(Record(1)).ok());
  ASSERT_TRUE(wal->Sync().ok());
  env.Crash();
  EXPECT_EQ(ReadAll(env).records, (std::vector<std::string>{Record(0), Record(1)}));
}

TEST(WalTest, AFailedWriteLeavesNoTrace) {
  for (uint64_t nth = 0; nth < 4; ++nth) {
    SimulatedEnv env(nth);
    auto wal = MustOpen(env);
    ASSERT_TRUE(wal->Append(Record(0)).ok());
    env.disk().FailWrite(nth);
    std::vector<std::string> written = {Record(0)};
    for (uint64_t i = 1; i < 6; ++i) {
      if (wal->Append(Record(i)).ok()) {
        written.push_back(Record(i));
      }
    }
    const Replay replay = ReadAll(env);
    EXPECT_EQ(replay.records, written);
    EXPECT_TRUE(replay.losses.empty());
  }
}

TEST(WalTest, AFailedSyncPoisonsTheLog) {
  SimulatedEnv env(1);
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append(Record(0)).ok());
  env.disk().FailSyncs(true);
  EXPECT_FALSE(wal->Sync().ok());
  env.disk().FailSyncs(false);
  EXPECT_FALSE(wal->Append(Record(1)).ok());
  EXPECT_FALSE(wal->Sync().ok());
  EXPECT_FALSE(wal->CutSegment().ok());
}

TEST(WalTest, SyncIfDueWaitsForTheInterval) {
  SimulatedEnv env(1);
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append(Record(0)).ok());
  ASSERT_TRUE(wal->SyncIfDue().ok());
  EXPECT_TRUE(wal->HasUnsynced());
  env.manual_clock().Advance(base::Milliseconds(249));
  ASSERT_TRUE(wal->SyncIfDue().ok());
  EXPECT_TRUE(wal->HasUnsynced());
  env.manual_clock().Advance(base::Milliseconds(1));
  ASSERT_TRUE(wal->SyncIfDue().ok());
  EXPECT_FALSE(wal->HasUnsynced());
}

TEST(WalTest, RecordsAfterACutAreInTheNewSegmentAndOldSegmentsCanBeRemoved) {
  SimulatedEnv env(1);
  auto wal = MustOpen(env);
  ASSERT_TRUE(wal->Append(Record(0)).ok());
  const auto cut = wal->CutSegment();
  ASSERT_TRUE(cut.ok());
  ASSERT_TRUE(wal->Append(Record(1)).ok());
  const uint64_t before = wal->total_bytes();
  ASSERT_TRUE(wal->RemoveSegmentsBefore(*cut).ok());
  EXPECT_LT(wal->total_bytes(), before);
  const Replay replay = ReadAll(env);
  EXPECT_EQ(replay.records, std::vector<std::string>{Record(1)});
  EXPECT_TRUE(replay.losses.empty());
  ASSERT_TRUE(wal->RemoveSegmentsBefore(~0ULL).ok());
  ASSERT_TRUE(wal->Append(Record(2)).ok());
  EXPECT_EQ(ReadAll(env).records.size(), 2u);
}

TEST(WalTest, ATooLargeRecordIsRefused) {
  SimulatedEnv env(1);
  auto wal = MustOpen(env, {.record_bytes_max = 100});
  EXPECT_EQ(wal->Append(std::string(101, 'x')).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(wal->Append(std::string(100, 'x')).ok());
}

// The power goes off at every write in turn: what was synced is there, and nothing that was not
// written.
TEST(WalTest, PowerLossAtAnyWriteKeepsWhatWasSynced) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    for (uint64_t stop = 0; stop < 40; stop += 1 + seed % 3) {
      SimulatedEnv env(seed);
      env.disk().StopAfterWrites(stop);
      uint64_t synced = 0;
      uint64_t tried = 0;
      Wal::OpenReport report;
      auto wal = Wal::Open(env, kFolder, {.segment_bytes = 600}, &report);
      for (; wal.ok() && tried < 20; ++tried) {
        const bool ok = (*wal)->Append(Record(tried)).ok();
        if (ok && tried % 3 == 2 && (*wal)->Sync().ok()) {
          synced = tried + 1;
        }
        if (!ok) {
          break;
        }
      }
      if (wal.ok()) {
        wal->reset();
      }
      env.disk().StopAfterWrites(~0ULL);
      env.Crash();
      auto again = MustOpen(env);
      ASSERT_TRUE(again->Append("new").ok());
      const Replay replay = ReadAll(env);
      ASSERT_GE(replay.records.size(), synced + 1) << "seed " << seed << " stop " << stop;
      for (uint64_t i = 0; i < synced; ++i) {
        ASSERT_EQ(replay.records[i], Record(i)) << "seed " << seed << " stop " << stop;
      }
      EXPECT_EQ(replay.records.back(), "new");
    }
  }
}

}  // namespace
}  // namespace sb::store
