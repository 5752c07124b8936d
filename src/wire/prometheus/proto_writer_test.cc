// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/proto_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "wire/prometheus/exposition_format.h"
#include "wire/prometheus/proto_parser.h"
#include "wire/prometheus/testing/parsed_exposition.h"

namespace sb::wire {
namespace {

using ::testing::ElementsAre;

const std::vector<model::Label> kLabels = {{"__name__", "x"}, {"a.b", "1"}, {"instance", ""}};

model::Histogram Exponential() {
  model::Histogram h;
  h.schema = 1;
  h.zero_threshold = 0.5;
  h.zero_count = 2;
  h.count = 9;
  h.sum = 12.5;
  h.positive_spans = {{0, 2}, {3, 1}};
  h.positive_buckets = {1, 2, 3};
  h.negative_spans = {{-1, 1}};
  h.negative_buckets = {1};
  return h;
}

std::vector<model::HistogramPtr> HistogramsOf(std::string_view body) {
  std::vector<model::HistogramPtr> out;
  ProtoParser parser(body, {});
  for (EntryKind kind = parser.Next(); kind != EntryKind::kEnd; kind = parser.Next()) {
    if (kind == EntryKind::kInvalid) {
      ADD_FAILURE() << parser.status().ToString();
      break;
    }
    if (kind == EntryKind::kHistogram) {
      out.push_back(parser.histogram());
    }
  }
  return out;
}

TEST(ProtoWriterTest, HistogramsComeBackAsTheyWere) {
  std::string body;
  FamilyWriter out(EscapingScheme::kNone, &body);
  out.BeginFamily("x", model::MetricType::kHistogram);
  out.AddHistogram(kLabels, Exponential(), 1500);
  model::Histogram empty;
  empty.schema = 3;
  out.AddHistogram(kLabels, empty, 1500);
  out.Finish();
  const std::vector<model::HistogramPtr> read = HistogramsOf(body);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_TRUE(read[0]->BitEquals(Exponential()));
  EXPECT_EQ(read[1]->schema, 3);
  EXPECT_EQ(read[1]->count, 0);
}

TEST(ProtoWriterTest, TypesOfOneNameAreFamiliesOfTheirOwn) {
  std::string body;
  FamilyWriter out(EscapingScheme::kUnderscores, &body);
  out.BeginFamily("x.y", model::MetricType::kUnknown);
  out.AddValue(kLabels, 2.5, 1500);
  out.BeginFamily("x.y", model::MetricType::kGaugeHistogram);
  out.AddHistogram(kLabels, Exponential(), 1500);
  out.Finish();
  const ParsedExposition read = ParseAll(ExpositionFormat::kProtobuf, body);
  ASSERT_TRUE(read.status.ok()) << read.status.ToString();
  EXPECT_THAT(
      read.entries,
      ElementsAre("help x_y ", "type x_y unknown", "series x_y{a_b=\"1\"} 2.5 @1500", "help x_y ",
                  "type x_y gaugehistogram",
                  ::testing::StartsWith("histogram x_y{a_b=\"1\"} float schema=1 count=9")));
  EXPECT_EQ(HistogramsOf(body).at(0)->counter_reset_hint, model::CounterResetHint::kGauge);
}

TEST(ProtoWriterTest, CustomBucketsAreAClassicHistogram) {
  model::Histogram h;
  h.schema = model::kCustomBucketsSchema;
  h.custom_values = {1, 2.5, 10};
  h.positive_spans = {{0, 1}, {1, 2}};
  h.positive_buckets = {1, 4, 2};
  h.count = 7;
  h.sum = 30;
  std::string body;
  FamilyWriter out(EscapingScheme::kNone, &body);
  out.BeginFamily("x", model::MetricType::kHistogram);
  out.AddHistogram({}, h, 1500);
  out.Finish();
  const ParsedExposition read = ParseAll(ExpositionFormat::kProtobuf, body);
  ASSERT_TRUE(read.status.ok()) << read.status.ToString();
  EXPECT_THAT(
      read.entries,
      ElementsAre("help x ", "type x histogram", "series x_count 7 @1500", "series x_sum 30 @1500",
                  "series x_bucket{le=\"1.0\"} 1 @1500", "series x_bucket{le=\"2.5\"} 1 @1500",
                  "series x_bucket{le=\"10.0\"} 5 @1500", "series x_bucket{le=\"+Inf\"} 7 @1500"));
}

TEST(ProtoWriterTest, OnlyReadersThatAskForItGetProtobuf) {
  const std::string accept = ScrapeAcceptHeader(DefaultNativeHistogramScrapeProtocols());
  const ExpositionTarget chosen = NegotiateFormat(accept, WritableFormats::kTextAndProtobuf);
  EXPECT_EQ(chosen.protocol, ScrapeProtocol::kPrometheusProto);
  EXPECT_EQ(SelectFormat(chosen.ContentType(), std::nullopt)->format, ExpositionFormat::kProtobuf);
  EXPECT_EQ(NegotiateFormat(accept).protocol, ScrapeProtocol::kOpenMetricsText1_0_0);
  EXPECT_EQ(NegotiateFormat("*/*", WritableFormats::kTextAndProtobuf).protocol,
            ScrapeProtocol::kPrometheusText0_0_4);
}

}  // namespace
}  // namespace sb::wire
