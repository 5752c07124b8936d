// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/head/head_record.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "encoding/crc32c.h"

namespace sb::tsdb {
namespace {

// What a record says, as text.
class Printer final : public RecordSink {
 public:
  base::Status OnSeries(uint64_t ref, uint32_t count, std::string_view bytes) override {
    std::vector<model::Label> labels;
    EXPECT_TRUE(ReadEncodedLabels(bytes, count, &labels));
    text += "series " + std::to_string(ref) + " " +
            model::LabelSet::FromSorted(labels.data(), labels.size()).ToString() + "\n";
    return base::OkStatus();
  }
  void OnFloat(uint32_t slot, int64_t time, double value) override {
    text += "float " + std::to_string(slot) + " " + std::to_string(time) + " " +
            std::to_string(std::bit_cast<uint64_t>(value)) + "\n";
  }
  void OnSample(uint32_t slot, const model::Sample& sample) override {
    text += "sample " + std::to_string(slot) + " " + std::to_string(sample.time_ms) + " " +
            std::to_string(sample.start_time_ms) + (sample.histogram ? " h" : " f") + "\n";
    samples.push_back(sample);
  }
  void OnExemplar(uint32_t slot, const model::Exemplar& exemplar) override {
    text += "exemplar " + std::to_string(slot) + " " + exemplar.labels.ToString() + " " +
            std::to_string(exemplar.time_ms) + (exemplar.has_time ? " own" : "") + "\n";
  }
  void OnMetadata(std::string_view metric, const model::MetricMetadata& metadata) override {
    text += "metadata " + std::string(metric) + " " + metadata.unit + " " + metadata.help + "\n";
  }
  std::string text;
  std::vector<model::Sample> samples;
};

std::string Print(std::string_view record) {
  Printer printer;
  const base::Status status = ReadRecord(record, &printer);
  return status.ok() ? printer.text : status.ToString();
}

TEST(HeadRecordTest, EverySectionComesBack) {
  RecordWriter writer;
  const auto labels = model::LabelSet::FromPairs({{"__name__", "up"}, {"job", "x"}});
  writer.AddSeries((uint64_t{3} << 32) | 7, 2, labels.Encoded());
  writer.AddSeries((uint64_t{1} << 32) | 2, 2, labels.Encoded());
  writer.AddFloat(7, 1000, 1.5);
  writer.AddFloat(2, 1000, -0.0);
  writer.AddExemplar(9, {model::LabelSet::FromPairs({{"t", "1"}}), 2.5, 77, true});
  writer.AddMetadata("up", {model::MetricType::kGauge, "s", "Help."});
  EXPECT_EQ(Print(writer.Finish()),
            "series 12884901895 up{job=\"x\"}\n"
            "series 4294967298 up{job=\"x\"}\n"
            "float 7 1000 4609434218613702656\n"
            "float 2 1000 9223372036854775808\n"
            "exemplar 9 {t=\"1\"} 77 own\n"
            "metadata up s Help.\n");
  writer.Clear();
  EXPECT_TRUE(writer.empty());
}

TEST(HeadRecordTest, FloatsKeepEveryBitAndTime) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  RecordWriter writer;
  Printer expected;
  for (int i = 0; i < 5000; ++i) {
    const auto slot = static_cast<uint32_t>(random() % 3 == 0 ? random() : random() % 100);
    const auto time = static_cast<int64_t>(random() % 2 == 0 ? random() : random() % 10);
    const double value =
        random() % 2 == 0 ? static_cast<double>(random() % 100) : std::bit_cast<double>(random());
    writer.AddFloat(slot, time, value);
    expected.OnFloat(slot, time, value);
  }
  EXPECT_EQ(Print(writer.Finish()), expected.text);
}

// Logs of older versions are read by newer ones and the other way round.
TEST(HeadRecordTest, BytesOfFloatsStayWhatTheyAre) {
  std::mt19937_64 random(7);  // the same numbers everywhere
  RecordWriter writer;
  std::string all;
  for (int record = 0; record < 3; ++record) {
    writer.Clear();
    for (int i = 0; i < 1000; ++i) {
      const uint64_t bits = random();
      const auto slot = static_cast<uint32_t>(bits % 5 == 0 ? bits >> 40 : 17 + i / 60);
      const int64_t time = record == 0 ? 5000 : 1'700'000'000'000 + i % 60 * 15'000;
      const auto whole = static_cast<int64_t>(random()) >> (bits % 64);
      const double value =
          bits % 3 == 0 ? std::bit_cast<double>(random()) : static_cast<double>(whole);
      writer.AddFloat(slot, time, value);
    }
    all.append(writer.Finish());
  }
  EXPECT_EQ(all.size(), 30'398u);
  EXPECT_EQ(encoding::Crc32c(all), 212'425'028u);
}

TEST(HeadRecordTest, HistogramsKeepEveryBit) {
  auto exponential = std::make_shared<model::Histogram>();
  exponential->schema = -4;
  exponential->counter_reset_hint = model::CounterResetHint::kGauge;
  exponential->count = 7.25;
  exponential->sum = model::StaleNan();
  exponential->positive_spans = {{-7, 2}, {1000, 1}};
  exponential->negative_spans = {{0, 1}};
  exponential->positive_buckets = {1.5, -0.0, 3};
  exponential->negative_buckets = {2};
  auto custom = std::make_shared<model::Histogram>();
  custom->schema = model::kCustomBucketsSchema;
  custom->integer_counts = true;
  custom->counter_reset_hint = model::CounterResetHint::kReset;
  custom->positive_spans = {{0, 3}};
  custom->positive_buckets = {5, 3, 9};
  custom->custom_values = {0.1, 1, 10};
  RecordWriter writer;
  for (const auto& histogram : {exponential, custom}) {
    model::Sample sample;
    sample.time_ms = -5;
    sample.start_time_ms = -9;
    sample.histogram = histogram;
    writer.AddSample(1, sample);
  }
  Printer printer;
  ASSERT_TRUE(ReadRecord(writer.Finish(), &printer).ok());
  ASSERT_EQ(printer.samples.size(), 2u);
  EXPECT_TRUE(printer.samples[0].histogram->BitEquals(*exponential));
  EXPECT_TRUE(printer.samples[1].histogram->BitEquals(*custom));
  EXPECT_EQ(printer.samples[1].start_time_ms, -9);
}

TEST(HeadRecordTest, LargeSectionsAreCompressed) {
  RecordWriter writer;
  size_t raw = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    const auto labels = model::LabelSet::FromPairs(
        {{"__name__", "http_requests_total"}, {"instance", "host-" + std::to_string(i)}});
    writer.AddSeries((uint64_t{1} << 32) | i, 2, labels.Encoded());
    raw += labels.Encoded().size();
  }
  const std::string_view record = writer.Finish();
  EXPECT_LT(record.size(), raw / 2);
  EXPECT_NE(Print(record).find("host-99"), std::string::npos);
}

TEST(HeadRecordTest, MalformedBytesAreRefusedWithoutHarm) {
  RecordWriter writer;
  const auto labels = model::LabelSet::FromPairs({{"__name__", "up"}});
  writer.AddSeries((uint64_t{1} << 32) | 1, 1, labels.Encoded());
  writer.AddFloat(1, 1000, 1.5);
  writer.AddMetadata("up", {model::MetricType::kGauge, "", "Help."});
  const std::string record(writer.Finish());
  for (size_t size = 0; size < record.size(); ++size) {
    Printer printer;
    (void)ReadRecord(std::string_view(record).substr(0, size), &printer);
  }
  std::mt19937_64 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = record;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    // Labels may be malformed now: the sink is told to look.
    class Quiet final : public RecordSink {
     public:
      base::Status OnSeries(uint64_t, uint32_t count, std::string_view bytes) override {
        std::vector<model::Label> read;
        return ReadEncodedLabels(bytes, count, &read) ? base::OkStatus() : base::DataLoss("labels");
      }
      void OnFloat(uint32_t, int64_t, double) override {}
      void OnSample(uint32_t, const model::Sample&) override {}
      void OnExemplar(uint32_t, const model::Exemplar&) override {}
      void OnMetadata(std::string_view, const model::MetricMetadata&) override {}
    } sink;
    const base::Status status = ReadRecord(damaged, &sink);
    EXPECT_TRUE(status.ok() || status.code() == base::StatusCode::kDataLoss) << status.ToString();
  }
}

}  // namespace
}  // namespace sb::tsdb
