// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_write_v1.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace sb::wire {
namespace {

using encoding::ProtoWriter;

model::LabelSet Up(std::string_view job) {
  return model::LabelSet::FromPairs({{"__name__", "up"}, {"job", job}});
}

model::Histogram SomeHistogram(bool integer) {
  model::Histogram h;
  h.integer_counts = integer;
  h.schema = 2;
  h.count = integer ? 12 : 12.5;
  h.sum = 3.25;
  h.zero_threshold = 0.001;
  h.zero_count = 2;
  h.positive_spans = {{-3, 2}, {4, 1}};
  h.positive_buckets = {1, 5, 2};
  h.negative_spans = {{0, 1}};
  h.negative_buckets = {2};
  h.counter_reset_hint = model::CounterResetHint::kNotReset;
  return h;
}

TEST(RemoteWriteV1Test, WhatIsWrittenIsRead) {
  std::string bytes;
  WriteRequestV1Writer writer(&bytes);
  const WriteSample samples[] = {{1000, 1.5, 0}, {-2000, -0.0, 0}, {0, 0, 0}};
  const WriteHistogram histograms[] = {{5, 0, SomeHistogram(true)}, {6, 0, SomeHistogram(false)}};
  const model::Exemplar exemplars[] = {
      {model::LabelSet::FromPairs({{"trace_id", "abc"}}), 7, 99, true}};
  writer.AddSeries(Up("a"), samples, histograms, exemplars);
  writer.AddMetadata({"up", model::MetricType::kGauge, "Is it up?", "bool"});
  writer.AddSeries(Up("b"), {});

  WriteRequestV1Reader reader(bytes);
  ASSERT_TRUE(reader.NextSeries());
  ASSERT_EQ(reader.samples().size(), 3U);
  EXPECT_EQ(reader.samples()[0], samples[0]);
  EXPECT_EQ(reader.samples()[1].time_ms, -2000);
  EXPECT_TRUE(std::signbit(reader.samples()[1].value));
  std::vector<model::Label> labels;
  ASSERT_TRUE(ReadLabelsV1(reader.label_bytes(), &labels).ok());
  EXPECT_EQ(model::LabelSet::FromLabels(labels), Up("a"));
  ASSERT_EQ(reader.histograms().size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    WriteHistogram histogram;
    ASSERT_TRUE(ReadWriteHistogram(reader.histograms()[i], &histogram).ok());
    EXPECT_EQ(histogram.time_ms, histograms[i].time_ms);
    EXPECT_TRUE(histogram.histogram.BitEquals(histograms[i].histogram));
  }
  ASSERT_EQ(reader.exemplars().size(), 1U);
  model::Exemplar exemplar;
  ASSERT_TRUE(ReadExemplarV1(reader.exemplars()[0], &exemplar).ok());
  EXPECT_EQ(exemplar, exemplars[0]);

  ASSERT_TRUE(reader.NextSeries());
  EXPECT_TRUE(reader.samples().empty());
  EXPECT_FALSE(reader.NextSeries());
  EXPECT_TRUE(reader.status().ok());
  ASSERT_EQ(reader.metadata().size(), 1U);
  EXPECT_EQ(reader.metadata()[0].metric, "up");
  EXPECT_EQ(reader.metadata()[0].type, model::MetricType::kGauge);
  EXPECT_EQ(reader.metadata()[0].help, "Is it up?");
  EXPECT_EQ(reader.metadata()[0].unit, "bool");
}

TEST(RemoteWriteV1Test, NanPayloadsAreKeptBitForBit) {
  for (const uint64_t bits :
       {model::kStaleNanBits, model::kNormalNanBits, uint64_t{0x7ff8dead0000beef},
        uint64_t{0xfff0000000000001}, std::bit_cast<uint64_t>(-0.0)}) {
    std::string bytes;
    const WriteSample sample{1, std::bit_cast<double>(bits), 0};
    WriteRequestV1Writer(&bytes).AddSeries(Up("a"), {&sample, 1});
    WriteRequestV1Reader reader(bytes);
    ASSERT_TRUE(reader.NextSeries());
    EXPECT_EQ(std::bit_cast<uint64_t>(reader.samples()[0].value), bits);
  }
}

TEST(RemoteWriteV1Test, TheSameSeriesHasTheSameLabelBytes) {
  std::string first;
  std::string second;
  const WriteSample sample{1, 2, 0};
  WriteRequestV1Writer(&first).AddSeries(Up("a"), {&sample, 1});
  WriteRequestV1Writer(&second).AddSeries(Up("a"), {});
  WriteRequestV1Reader a(first);
  WriteRequestV1Reader b(second);
  ASSERT_TRUE(a.NextSeries());
  ASSERT_TRUE(b.NextSeries());
  EXPECT_EQ(a.label_bytes(), b.label_bytes());
}

TEST(RemoteWriteV1Test, LabelsAfterSamplesAreFoundToo) {
  std::string series;
  ProtoWriter writer(&series);
  const auto add_label = [&](std::string_view name, std::string_view value) {
    const size_t mark = writer.BeginMessage(1);
    writer.Bytes(1, name);
    writer.Bytes(2, value);
    writer.EndMessage(mark);
  };
  add_label("__name__", "up");
  AppendWriteSample(2, {7, 8, 0}, &series);
  add_label("job", "a");
  AppendWriteSample(2, {9, 10, 0}, &series);
  add_label("instance", "i");
  std::string bytes;
  ProtoWriter(&bytes).Bytes(1, series);
  WriteRequestV1Reader reader(bytes);
  ASSERT_TRUE(reader.NextSeries());
  std::vector<model::Label> labels;
  ASSERT_TRUE(ReadLabelsV1(reader.label_bytes(), &labels).ok());
  EXPECT_EQ(model::LabelSet::FromLabels(labels).ToString(), "up{instance=\"i\", job=\"a\"}");
  EXPECT_EQ(reader.samples().size(), 2U);
}

TEST(RemoteWriteV1Test, EveryTruncationStopsWithAnErrorAtAFieldBoundaryOrNot) {
  std::string bytes;
  const WriteSample sample{1700000000000, 2.5, 0};
  WriteRequestV1Writer writer(&bytes);
  writer.AddSeries(Up("a"), {&sample, 1});
  const size_t boundary = bytes.size();
  writer.AddSeries(Up("b"), {&sample, 1});
  for (size_t size = 1; size < bytes.size(); ++size) {
    WriteRequestV1Reader reader(std::string_view(bytes).substr(0, size));
    while (reader.NextSeries()) {
    }
    EXPECT_EQ(reader.status().ok(), size == boundary) << size;
  }
}

TEST(RemoteWriteV1Test, HugeLengthsAndVarintsAreRefused) {
  for (const std::string_view bytes :
       {std::string_view("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
        std::string_view("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        std::string_view("\x0a\x02\x0a\x7f"), std::string_view("\x0a\x02\x12\x05"),
        std::string_view("\x0a\x03\x12\x01\x09"), std::string_view("\x0f\x01")}) {
    WriteRequestV1Reader reader(bytes);
    while (reader.NextSeries()) {
    }
    EXPECT_EQ(reader.status().code(), base::StatusCode::kInvalidArgument);
  }
}

TEST(RemoteWriteV1Test, HostileHistogramDeltasDoNotOverflow) {
  std::string bytes;
  ProtoWriter writer(&bytes);
  writer.Varint(1, 1);
  const size_t mark = writer.BeginMessage(12);
  for (int i = 0; i < 4; ++i) {
    writer.AppendPackedVarint(encoding::ZigZagEncode(std::numeric_limits<int64_t>::max()));
  }
  writer.EndMessage(mark);
  WriteHistogram histogram;
  ASSERT_TRUE(ReadWriteHistogram(bytes, &histogram).ok());
  EXPECT_EQ(histogram.histogram.positive_buckets.size(), 4U);
  EXPECT_FALSE(histogram.histogram.Validate().ok());
}

}  // namespace
}  // namespace sb::wire
