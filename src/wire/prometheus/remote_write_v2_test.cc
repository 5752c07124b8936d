// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_write_v2.h"

#include <gtest/gtest.h>

#include "wire/prometheus/remote_write_v1.h"

namespace sb::wire {
namespace {

using encoding::ProtoWriter;

model::LabelSet Up(std::string_view job) {
  return model::LabelSet::FromPairs({{"__name__", "up"}, {"job", job}});
}

TEST(RemoteWriteV2Test, WhatIsWrittenIsRead) {
  const WriteSample samples[] = {{1000, 1.5, 500}, {2000, model::StaleNan(), 0}};
  model::Histogram custom;
  custom.schema = model::kCustomBucketsSchema;
  custom.integer_counts = true;
  custom.count = 3;
  custom.sum = 4;
  custom.positive_spans = {{0, 2}};
  custom.positive_buckets = {1, 2};
  custom.custom_values = {0.5, 1};
  const WriteHistogram histograms[] = {{5, 4, custom}};
  const model::Exemplar exemplars[] = {
      {model::LabelSet::FromPairs({{"trace_id", "abc"}}), 7, 99, true}};
  const WriteMetadata metadata{"", model::MetricType::kCounter, "Help.", "seconds"};
  WriteRequestV2Writer writer;
  writer.AddSeries(Up("a"), samples, histograms, exemplars, &metadata);
  writer.AddSeries(Up("b"), {samples, 1});
  std::string bytes;
  writer.Finish(&bytes);

  WriteRequestV2Reader reader(bytes);
  ASSERT_FALSE(reader.symbols().empty());
  EXPECT_EQ(reader.symbols()[0], "");
  ASSERT_TRUE(reader.NextSeries());
  std::vector<model::Label> labels;
  ASSERT_TRUE(reader.ReadLabels(reader.label_refs(), &labels).ok());
  EXPECT_EQ(model::LabelSet::FromLabels(labels), Up("a"));
  ASSERT_EQ(reader.samples().size(), 2U);
  EXPECT_EQ(reader.samples()[0], samples[0]);
  EXPECT_TRUE(model::IsStaleNan(reader.samples()[1].value));
  WriteHistogram histogram;
  ASSERT_EQ(reader.histograms().size(), 1U);
  ASSERT_TRUE(reader.ReadHistogram(reader.histograms()[0], &histogram).ok());
  EXPECT_TRUE(histogram.histogram.BitEquals(custom));
  EXPECT_EQ(histogram.start_time_ms, 4);
  model::Exemplar exemplar;
  ASSERT_TRUE(reader.ReadExemplar(reader.exemplars()[0], &exemplar).ok());
  EXPECT_EQ(exemplar, exemplars[0]);
  ASSERT_NE(reader.metadata(), nullptr);
  EXPECT_EQ(reader.metadata()->type, model::MetricType::kCounter);
  EXPECT_EQ(reader.metadata()->help, "Help.");
  EXPECT_EQ(reader.metadata()->unit, "seconds");
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.metadata(), nullptr);
  EXPECT_FALSE(reader.NextSeries());
  EXPECT_TRUE(reader.status().ok());
}

TEST(RemoteWriteV2Test, TheCreatedTimestampOfASeriesIsThatOfItsSamples) {
  std::string series;
  AppendWriteSample(2, {10, 1, 0}, &series);
  AppendWriteSample(2, {20, 1, 7}, &series);
  ProtoWriter(&series).Int64(6, 5);
  std::string bytes;
  ProtoWriter(&bytes).Bytes(5, series);
  WriteRequestV2Reader reader(bytes);
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.samples()[0].start_time_ms, 5);
  EXPECT_EQ(reader.samples()[1].start_time_ms, 7);
}

TEST(RemoteWriteV2Test, UnpackedReferencesAndLateSymbolsAreRead) {
  std::string series;
  ProtoWriter writer(&series);
  writer.Varint(1, 0);
  writer.Varint(1, 1);
  std::string bytes;
  ProtoWriter out(&bytes);
  out.Bytes(5, series);
  out.Bytes(4, "__name__");
  out.Bytes(4, "up");
  WriteRequestV2Reader reader(bytes);
  ASSERT_TRUE(reader.NextSeries());
  std::vector<model::Label> labels;
  ASSERT_TRUE(reader.ReadLabels(reader.label_refs(), &labels).ok());
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].value, "up");
}

TEST(RemoteWriteV2Test, BadReferencesAreRefusedPerSeries) {
  const auto read = [](std::initializer_list<uint64_t> refs) {
    std::string series;
    ProtoWriter writer(&series);
    const size_t mark = writer.BeginMessage(1);
    for (const uint64_t ref : refs) {
      writer.AppendPackedVarint(ref);
    }
    writer.EndMessage(mark);
    std::string bytes;
    ProtoWriter out(&bytes);
    out.Bytes(4, "");
    out.Bytes(5, series);
    WriteRequestV2Reader reader(bytes);
    EXPECT_TRUE(reader.NextSeries());
    std::vector<model::Label> labels;
    return std::string(reader.ReadLabels(reader.label_refs(), &labels).message());
  };
  EXPECT_EQ(read({0, 1}), "symbol reference is out of range, there are 1 symbols: 1");
  EXPECT_EQ(read({0}), "label references are not pairs, their count is 1");
  // 2^32 must not wrap around to symbol 0.
  EXPECT_EQ(read({uint64_t{1} << 32, 0}),
            "symbol reference is out of range, there are 1 symbols: 4294967295");
}

TEST(RemoteWriteV2Test, ARequestOfVersionOneReadsAsEmpty) {
  std::string bytes;
  const WriteSample sample{1, 2, 0};
  WriteRequestV1Writer(&bytes).AddSeries(Up("a"), {&sample, 1});
  WriteRequestV2Reader reader(bytes);
  EXPECT_FALSE(reader.NextSeries());
  EXPECT_TRUE(reader.status().ok());
}

TEST(RemoteWriteV2Test, SymbolsAreLimited) {
  std::string bytes;
  bytes.reserve((WriteRequestV2Reader::kSymbolsMax + 1) * 2);
  for (size_t i = 0; i <= WriteRequestV2Reader::kSymbolsMax; ++i) {
    bytes.append("\x22\0", 2);
  }
  WriteRequestV2Reader reader(bytes);
  EXPECT_EQ(reader.status().code(), base::StatusCode::kResourceExhausted);
  EXPECT_FALSE(reader.NextSeries());
}

TEST(RemoteWriteV2Test, EveryTruncationIsNoticed) {
  WriteRequestV2Writer writer;
  const WriteSample sample{1700000000000, 2.5, 3};
  const WriteMetadata metadata{"", model::MetricType::kGauge, "h", "u"};
  writer.AddSeries(Up("a"), {&sample, 1}, {}, {}, &metadata);
  std::string bytes;
  writer.Finish(&bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    WriteRequestV2Reader reader(std::string_view(bytes).substr(0, size));
    size_t series = 0;
    while (reader.NextSeries()) {
      ++series;
    }
    EXPECT_TRUE(series == 0) << size;
  }
}

}  // namespace
}  // namespace sb::wire
