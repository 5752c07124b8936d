// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/queue_log.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/remote_out/queue_reader.h"
#include "store/file/wal_format.h"

namespace sb::remote_out {
namespace {

constexpr uint64_t kSeed = 7;
const std::string kFolder = "/data/remote_out";

class Collected final : public QueueSink {
 public:
  void BeginSegment() override { names_.clear(); }
  base::Status OnSeries(uint64_t ref, uint32_t count, std::string_view bytes) override {
    std::vector<model::Label> labels;
    if (!tsdb::ReadEncodedLabels(bytes, count, &labels)) {
      return base::DataLoss("labels");
    }
    names_.resize(std::max<size_t>(names_.size(), ref + 1));
    names_[ref] = std::string(labels.at(0).value);
    return base::OkStatus();
  }
  void OnFloat(uint32_t slot, int64_t time, double) override {
    seen.push_back(names_.at(slot) + "@" + std::to_string(time));
  }
  void OnSample(uint32_t slot, const model::Sample& sample) override {
    seen.push_back(names_.at(slot) + "@" + std::to_string(sample.time_ms) + "s");
  }
  void OnExemplar(uint32_t slot, const model::Exemplar&) override {
    seen.push_back(names_.at(slot) + " exemplar");
  }
  void OnMetadata(std::string_view, const model::MetricMetadata&) override {}
  std::vector<std::string> seen;

 private:
  std::vector<std::string> names_;
};

class QueueLogTest : public testing::Test {
 protected:
  std::unique_ptr<QueueLog> Open(uint64_t segment_bytes = 16u << 20,
                                 uint64_t bytes_max = 1u << 30) {
    QueueLog::Options options;
    options.folder = kFolder;
    options.segment_sample_bytes = segment_bytes;
    options.bytes_max = bytes_max;
    options.labels_of = [](store::SeriesRef ref) {
      return model::LabelSet::FromPairs(
          {{"__name__", "m" + std::to_string(static_cast<uint64_t>(ref))}});
    };
    auto log = QueueLog::Open(env_, std::move(options), losses_);
    EXPECT_TRUE(log.ok()) << log.status().ToString();
    return std::move(log).value();
  }
  static void Add(QueueLog& log, uint64_t ref, int64_t time) {
    QueueBatch batch;
    batch.samples.emplace_back(static_cast<store::SeriesRef>(ref),
                               model::Sample{.time_ms = time, .value = 0.1});
    log.Append(batch);
  }
  static std::vector<std::string> ReadAll(QueueReader& reader) {
    Collected sink;
    while (reader.Next(&sink)) {
    }
    return sink.seen;
  }

  base::SimulatedEnv env_{kSeed};
  base::Registry registry_;
  ingest::LossCounters losses_{&registry_};
};

TEST_F(QueueLogTest, ReaderFollowsTheWriterAcrossSegments) {
  auto log = Open(/*segment_bytes=*/64);
  QueueReader reader(*log, log->End(), losses_);
  std::vector<std::string> wanted;
  Collected sink;
  for (int64_t time = 1; time <= 200; ++time) {
    Add(*log, static_cast<uint64_t>(time % 3 + 1), time);
    wanted.push_back("m" + std::to_string(time % 3 + 1) + "@" + std::to_string(time));
    while (time % 7 == 0 && reader.Next(&sink)) {
    }
  }
  while (reader.Next(&sink)) {
  }
  EXPECT_EQ(sink.seen, wanted);
  EXPECT_GT(log->current_segment(), 3U);
}

TEST_F(QueueLogTest, PositionHoldsOverARestart) {
  auto log = Open();
  QueuePosition at = log->End();
  Add(*log, 1, 1);
  Add(*log, 2, 2);
  {
    QueueReader reader(*log, at, losses_);
    Collected sink;
    ASSERT_TRUE(reader.Next(&sink));
    at = reader.position();
  }
  log.reset();
  log = Open();
  Add(*log, 2, 3);  // in a new segment, which defines the series again
  QueueReader reader(*log, at, losses_);
  EXPECT_EQ(ReadAll(reader), (std::vector<std::string>{"m2@2", "m2@3"}));
}

TEST_F(QueueLogTest, SegmentsGoWhenEveryConsumerIsPastThem) {
  auto log = Open(/*segment_bytes=*/64);
  const QueuePosition begin = log->End();
  const auto slow = log->AddConsumer(begin);
  const auto fast = log->AddConsumer(begin);
  for (int64_t time = 1; time <= 100; ++time) {
    Add(*log, 1, time);
  }
  fast->Acknowledge(log->End());
  ASSERT_TRUE(log->RemoveConsumed().ok());
  QueueReader reader(*log, begin, losses_);
  EXPECT_EQ(ReadAll(reader).size(), 100U);
  slow->Acknowledge(log->End());
  ASSERT_TRUE(log->RemoveConsumed().ok());
  EXPECT_EQ(store::ListWalSegments(env_.files(), kFolder)->size(), 1U);
}

TEST_F(QueueLogTest, TheOldestGoesAboveTheLimitAndIsCounted) {
  auto log = Open(/*segment_bytes=*/256, /*bytes_max=*/2'000);
  const QueuePosition begin = log->End();
  const auto consumer = log->AddConsumer(begin);
  for (int64_t time = 1; time <= 100; ++time) {
    Add(*log, 1, time);
  }
  ASSERT_TRUE(log->RemoveConsumed().ok());
  QueueReader reader(*log, begin, losses_);
  const std::vector<std::string> left = ReadAll(reader);
  EXPECT_EQ(left.back(), "m1@100");
  EXPECT_GT(left.size(), 0U);
  EXPECT_EQ(losses_.Get(ingest::LossReason::kRemoteQueueFull), 100 - left.size());
  EXPECT_EQ(losses_.Get(ingest::LossReason::kRemoteQueueDamaged), 0U);
}

TEST_F(QueueLogTest, ADamagedRecordCostsItselfAndIsCounted) {
  auto log = Open();
  const QueuePosition begin = log->End();
  for (int64_t time = 1; time <= 5; ++time) {
    Add(*log, 1, time);
  }
  const std::string path = base::JoinPath(kFolder, store::WalSegmentName(log->current_segment()));
  log.reset();
  std::string bytes = env_.files().ReadFile(path).value();
  store::WalRecordView record;
  size_t at = store::kWalSegmentHeaderBytes;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(store::DecodeWalRecord(std::string_view(bytes).substr(at), &record));
    at += record.size_bytes;
  }
  bytes[at + store::kWalRecordHeaderBytes + 1] ^= 0x40;
  auto file = env_.files().Create(path);
  ASSERT_TRUE(file.ok() && (*file)->Append(bytes).ok() && (*file)->Close().ok());
  log = Open();
  QueueReader reader(*log, begin, losses_);
  EXPECT_EQ(ReadAll(reader), (std::vector<std::string>{"m1@1", "m1@2", "m1@4", "m1@5"}));
  EXPECT_EQ(losses_.Get(ingest::LossReason::kRemoteQueueDamaged), 1U);
}

TEST_F(QueueLogTest, AFailedWriteCostsItsBatchAndIsCounted) {
  auto log = Open();
  const QueuePosition begin = log->End();
  Add(*log, 1, 1);
  env_.disk().FailWrite(1);
  Add(*log, 2, 2);
  env_.disk().FailWrite(~uint64_t{0});
  Add(*log, 2, 3);
  QueueReader reader(*log, begin, losses_);
  EXPECT_EQ(ReadAll(reader), (std::vector<std::string>{"m1@1", "m2@3"}));
  EXPECT_EQ(losses_.Get(ingest::LossReason::kRemoteQueueFailed), 1U);
}

}  // namespace
}  // namespace sb::remote_out
