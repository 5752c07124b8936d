// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/prometheus_wal.h"

#include <gtest/gtest.h>

#include <bit>

#include "encoding/compress.h"
#include "encoding/crc32c.h"
#include "encoding/varint.h"

namespace sb::wire {
namespace {

constexpr size_t kPage = 32 << 10;

template <typename T>
void AppendBigEndian(T value, std::string* out) {
  for (size_t i = sizeof(T); i-- > 0;) {
    out->push_back(static_cast<char>(value >> (8 * i)));
  }
}

// As the reference writes: a record in fragments that fill pages.
void AppendRecord(std::string record, uint8_t flags, std::string* out) {
  bool is_first = true;
  do {
    const size_t left = kPage - out->size() % kPage;
    if (left <= 7) {
      out->append(left, '\0');
      continue;
    }
    const std::string part = record.substr(0, left - 7);
    record.erase(0, part.size());
    const uint8_t type = record.empty() ? (is_first ? 1 : 4) : (is_first ? 2 : 3);
    out->push_back(static_cast<char>(type | flags));
    AppendBigEndian(static_cast<uint16_t>(part.size()), out);
    AppendBigEndian(encoding::Crc32c(part), out);
    out->append(part);
    is_first = false;
  } while (!record.empty());
}

std::vector<std::string> RecordsOf(std::string_view bytes, base::Status* status) {
  PrometheusWalSegment segment(bytes);
  std::vector<std::string> records;
  std::string record;
  while (segment.Next(&record)) {
    records.push_back(record);
  }
  *status = segment.status();
  return records;
}

TEST(PrometheusWalTest, RecordsAreJoinedFromTheirPages) {
  const std::vector<std::string> records = {"small", std::string(100'000, 'a'), "x",
                                            std::string(kPage - 30, 'b'), "after"};
  std::string bytes;
  for (const std::string& record : records) {
    std::string snappy;
    encoding::Compress(encoding::Compression::kSnappyBlock, record, &snappy);
    AppendRecord(record, 0, &bytes);
    AppendRecord(snappy, 8, &bytes);
    encoding::Compress(encoding::Compression::kZstd, record, &snappy);
    AppendRecord(snappy, 16, &bytes);
  }
  base::Status status;
  const std::vector<std::string> read = RecordsOf(bytes, &status);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(read.size(), 3 * records.size());
  for (size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i], records[i / 3]);
  }
  // The rest of the last page may be there as zeros.
  bytes.resize((bytes.size() / kPage + 1) * kPage);
  EXPECT_EQ(RecordsOf(bytes, &status), read);
}

TEST(PrometheusWalTest, ATornEndIsNoErrorAndAFlippedByteIs) {
  std::string bytes;
  AppendRecord("whole", 0, &bytes);
  const size_t whole = bytes.size();
  AppendRecord(std::string(40'000, 'c'), 0, &bytes);
  base::Status status;
  for (size_t size = whole; size < bytes.size(); size += 997) {
    EXPECT_EQ(RecordsOf(std::string_view(bytes).substr(0, size), &status).size(), 1U);
    EXPECT_TRUE(status.ok()) << size;
  }
  bytes[whole + 100] = 'd';
  RecordsOf(bytes, &status);
  EXPECT_EQ(status.code(), base::StatusCode::kDataLoss);
}

class Written final : public PrometheusWalSink {
 public:
  base::Status Series(uint64_t ref, std::vector<model::Label> labels) override {
    text += std::to_string(ref) + "=" + model::LabelSet::FromLabels(labels).ToString() + "\n";
    return base::OkStatus();
  }
  base::Status Sample(uint64_t ref, const model::Sample& sample) override {
    text += std::to_string(ref) + "@" + std::to_string(sample.time_ms);
    if (sample.histogram != nullptr) {
      histogram = sample.histogram;
      text += " histogram\n";
    } else {
      text += " " + std::to_string(sample.value) + "\n";
    }
    return base::OkStatus();
  }
  base::Status Deleted(uint64_t ref, int64_t first, int64_t last) override {
    text += "-" + std::to_string(ref) + " " + std::to_string(first) + " " + std::to_string(last);
    return base::OkStatus();
  }
  std::string text;
  model::HistogramPtr histogram;
};

void AppendText(std::string_view text, std::string* out) {
  encoding::AppendVarint(out, text.size());
  out->append(text);
}
void AppendFloat(double value, std::string* out) {
  AppendBigEndian(std::bit_cast<uint64_t>(value), out);
}

TEST(PrometheusWalTest, ReadsSeriesSamplesAndTombstones) {
  Written written;
  std::string series("\1");
  AppendBigEndian<uint64_t>(7, &series);
  encoding::AppendVarint(&series, 2);
  for (const char* text : {"__name__", "up", "job", "a"}) {
    AppendText(text, &series);
  }
  ASSERT_TRUE(ReadPrometheusWalRecord(series, &written).ok());
  std::string samples("\2");
  AppendBigEndian<uint64_t>(7, &samples);
  AppendBigEndian<uint64_t>(1'000, &samples);
  for (const int64_t delta : {0, -1}) {
    encoding::AppendZigZag(&samples, -delta);
    encoding::AppendZigZag(&samples, delta * 500);
    AppendFloat(1.5, &samples);
  }
  ASSERT_TRUE(ReadPrometheusWalRecord(samples, &written).ok());
  std::string deleted("\3");
  AppendBigEndian<uint64_t>(7, &deleted);
  encoding::AppendZigZag(&deleted, -5);
  encoding::AppendZigZag(&deleted, 10);
  ASSERT_TRUE(ReadPrometheusWalRecord(deleted, &written).ok());
  EXPECT_EQ(written.text, "7=up{job=\"a\"}\n7@1000 1.500000\n8@500 1.500000\n-7 -5 10");
  for (size_t size = 1; size < samples.size(); ++size) {
    (void)ReadPrometheusWalRecord(std::string_view(samples).substr(0, size), &written);
  }
  EXPECT_FALSE(ReadPrometheusWalRecord(samples.substr(0, samples.size() - 1), &written).ok());
  EXPECT_TRUE(ReadPrometheusWalRecord("\4", &written).ok());
  EXPECT_EQ(ReadPrometheusWalRecord("\x63", &written).code(), base::StatusCode::kInvalidArgument);
}

TEST(PrometheusWalTest, ReadsHistograms) {
  std::string record("\x9");
  AppendBigEndian<uint64_t>(1, &record);
  AppendBigEndian<uint64_t>(60'000, &record);
  encoding::AppendZigZag(&record, 0);
  encoding::AppendZigZag(&record, 0);
  record.push_back(2);
  encoding::AppendZigZag(&record, -53);
  AppendFloat(0, &record);
  encoding::AppendVarint(&record, 0);
  encoding::AppendVarint(&record, 5);
  AppendFloat(7.25, &record);
  encoding::AppendVarint(&record, 1);
  encoding::AppendZigZag(&record, 0);
  encoding::AppendVarint(&record, 2);
  encoding::AppendVarint(&record, 0);
  encoding::AppendVarint(&record, 2);
  encoding::AppendZigZag(&record, 2);
  encoding::AppendZigZag(&record, 1);
  encoding::AppendVarint(&record, 0);
  encoding::AppendVarint(&record, 1);
  AppendFloat(2.5, &record);
  Written written;
  const base::Status status = ReadPrometheusWalRecord(record, &written);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_NE(written.histogram, nullptr);
  EXPECT_EQ(written.histogram->positive_buckets, (std::vector<double>{2, 3}));
  EXPECT_EQ(written.histogram->custom_values, (std::vector<double>{2.5}));
  EXPECT_EQ(written.histogram->sum, 7.25);
  EXPECT_TRUE(written.histogram->integer_counts);
  EXPECT_EQ(written.histogram->counter_reset_hint, model::CounterResetHint::kNotReset);
}

}  // namespace
}  // namespace sb::wire
