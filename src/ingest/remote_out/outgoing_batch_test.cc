// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_out/outgoing_batch.h"

#include <gtest/gtest.h>

#include "encoding/compress.h"
#include "wire/prometheus/remote_write_v1.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::remote_out {
namespace {

model::LabelSet Named(std::string_view name) {
  return model::LabelSet::FromPairs({{"__name__", name}, {"job", "x"}});
}

OutgoingItem Float(std::string_view name, int64_t time, double value) {
  return {Named(name), model::Sample{.time_ms = time, .start_time_ms = 7, .value = value}};
}

std::string Raw(const std::string& body) {
  std::string raw;
  EXPECT_TRUE(encoding::Decompress(encoding::Compression::kSnappyBlock, body, 1 << 20, &raw).ok());
  return raw;
}

std::vector<OutgoingItem> Items() {
  std::vector<OutgoingItem> items = {Float("a_bucket", 1, 1), Float("b", 1, 2),
                                     Float("a_bucket", 2, 3)};
  OutgoingItem exemplar{Named("b"), {}};
  exemplar.exemplar = std::make_shared<const model::Exemplar>(
      model::Exemplar{model::LabelSet::FromPairs({{"trace_id", "t"}}), 5, 1, true});
  items.push_back(exemplar);
  return items;
}

TEST(OutgoingBatchTest, SamplesOfASeriesStandTogetherInTheirOrder) {
  const std::string raw = Raw(EncodeItems(Items(), WriteProtocol::kV1, nullptr));
  wire::WriteRequestV1Reader reader(raw);
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.samples(), (std::vector<wire::WriteSample>{{1, 1, 0}, {2, 3, 0}}));
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.samples(), (std::vector<wire::WriteSample>{{1, 2, 0}}));
  ASSERT_EQ(reader.exemplars().size(), 1U);
  model::Exemplar exemplar;
  ASSERT_TRUE(wire::ReadExemplarV1(reader.exemplars()[0], &exemplar).ok());
  EXPECT_EQ(exemplar.value, 5);
  EXPECT_FALSE(reader.NextSeries());
  EXPECT_TRUE(reader.status().ok());
}

TEST(OutgoingBatchTest, VersionTwoCarriesStartTimesAndTheFamilysMetadata) {
  const MetadataByName metadata = {{"a", {model::MetricType::kHistogram, "s", "help"}}};
  const std::string raw = Raw(EncodeItems(Items(), WriteProtocol::kV2, &metadata));
  wire::WriteRequestV2Reader reader(raw);
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.samples().at(0), (wire::WriteSample{1, 1, 7}));
  ASSERT_NE(reader.metadata(), nullptr);
  EXPECT_EQ(reader.metadata()->type, model::MetricType::kHistogram);
  EXPECT_EQ(reader.metadata()->help, "help");
  ASSERT_TRUE(reader.NextSeries());
  EXPECT_EQ(reader.metadata(), nullptr);
}

TEST(OutgoingBatchTest, CountsByKind) {
  const ItemCounts counts = CountItems(Items());
  EXPECT_EQ(counts.samples, 3U);
  EXPECT_EQ(counts.exemplars, 1U);
  EXPECT_EQ(counts.newest_time_ms, 2);
}

}  // namespace
}  // namespace sb::remote_out
