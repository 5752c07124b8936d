// SPDX-License-Identifier: Apache-2.0
//
// Writers, scans, deletions and the background at once, on a real folder: every scan sees whole
// batches, and everything that was acknowledged before it began.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/env.h"
#include "base/log.h"
#include "base/task_runner.h"
#include "store/events/db/event_db.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::events {
namespace {

constexpr uint32_t kRows = 40;
constexpr uint64_t kBatchesPerWriter = 150;
constexpr int kWriters = 3;

store::EventBatch BatchOf(int writer, uint64_t n) {
  store::EventBatch batch;
  store::EventStreamBuilder builder;
  builder.Add("writer", store::EventValue::Int(writer));
  const uint32_t stream = batch.AddStream(builder.Build());
  for (uint32_t row = 0; row < kRows; ++row) {
    batch.AddRow(stream, static_cast<int64_t>(n * kRows + row) * 1'000'000);
    batch.Set("line", store::EventValue::Text("batch " + std::to_string(n) + " row " +
                                              std::to_string(row) + std::string(100, '.')));
    batch.Set("n", store::EventValue::Int(static_cast<int64_t>(n)));
  }
  return batch;
}

TEST(EventDbConcurrencyTest, ScansSeeWholeBatchesAndAllThatWasAcknowledged) {
  base::ConfigureLog({.level = base::LogLevel::kOff, .sink = nullptr});
  EventDbOptions options;
  options.folder =
      base::JoinPath(testing::TempDir(), "event_db_concurrency_test." + std::to_string(::getpid()));
  options.flush_bytes = 200'000;
  options.group_rows = 500;
  options.maintenance_interval = base::Nanoseconds(2'000'000);
  ASSERT_TRUE(base::Env::Real().files().RemoveAll(options.folder).ok());
  base::Registry registry;
  EventDb::OpenReport report;
  auto db = EventDb::Open(base::Env::Real(), options, registry, &report);
  ASSERT_TRUE(db.ok()) << db.status().ToString();
  base::ThreadPool pool({.name = "background", .threads = 1});
  (*db)->StartBackground(pool);
  std::atomic<uint64_t> acknowledged{0};
  std::atomic<int> writing{kWriters};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (uint64_t n = 0; n < kBatchesPerWriter; ++n) {
        const base::Status status = (*db)->Write(BatchOf(writer, n));
        EXPECT_TRUE(status.ok()) << status.ToString();
        acknowledged.fetch_add(kRows);
      }
      writing.fetch_sub(1);
    });
  }
  const store::PatientContext context;
  int scans = 0;
  do {
    const uint64_t before = acknowledged.load();
    store::EventScanOptions scan_options;
    scan_options.columns = {{"n"}};
    auto scan = (*db)->Scan(context, scan_options);
    ASSERT_TRUE(scan.ok());
    uint64_t rows = 0;
    while (const store::EventBlock* block = (*scan)->Next().value()) {
      rows += block->row_count();
    }
    EXPECT_TRUE((*scan)->warnings().empty());
    EXPECT_EQ(rows % kRows, 0U) << "a batch is seen in part";
    EXPECT_GE(rows, before);
    EXPECT_TRUE((*db)->Delete({}, {model::Matcher::Equal("none", "such")}, {}).ok());
    ++scans;
  } while (writing.load() > 0);
  for (std::thread& thread : threads) {
    thread.join();
  }
  ASSERT_TRUE((*db)->Flush().ok());
  EXPECT_EQ((*db)->Stats().part_rows, kRows * kBatchesPerWriter * kWriters);
  std::printf("scans: %d\n", scans);
  ASSERT_TRUE((*db)->Close().ok());
  db->reset();
  (void)base::Env::Real().files().RemoveAll(options.folder);
  base::ConfigureLog({});
}

}  // namespace
}  // namespace sb::events
