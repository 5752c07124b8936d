// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/remote_read.h"

#include <gtest/gtest.h>

#include <bit>

#include "encoding/protobuf.h"
#include "wire/prometheus/remote_write_v1.h"

namespace sb::wire {
namespace {

TEST(RemoteReadTest, ARequestReadsAsItWasWritten) {
  ReadRequest request;
  request.accepts_streamed_chunks = true;
  ReadQuery& query = request.queries.emplace_back();
  query.start_ms = -5;
  query.end_ms = 1'700'000'000'000;
  for (const model::MatchType type : {model::MatchType::kEqual, model::MatchType::kNotEqual,
                                      model::MatchType::kRegex, model::MatchType::kNotRegex}) {
    query.matchers.push_back(*model::Matcher::Create(type, "job", "a.*"));
  }
  std::string bytes;
  AppendReadRequest(request, &bytes);
  const auto parsed = ParseReadRequest(bytes);
  ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
  EXPECT_TRUE(parsed->accepts_streamed_chunks);
  ASSERT_EQ(parsed->queries.size(), 1U);
  EXPECT_EQ(parsed->queries[0].start_ms, -5);
  EXPECT_EQ(parsed->queries[0].end_ms, 1'700'000'000'000);
  EXPECT_EQ(parsed->queries[0].matchers, query.matchers);
}

TEST(RemoteReadTest, TheFirstKnownTypeThatTheSenderNamesDecides) {
  const auto streams = [](std::string_view bytes) {
    const auto request = ParseReadRequest(bytes);
    return request.ok() && request->accepts_streamed_chunks;
  };
  EXPECT_FALSE(streams(""));
  EXPECT_TRUE(streams("\x10\x01"));
  EXPECT_TRUE(streams(std::string_view("\x10\x09\x10\x01\x10\x00", 6)));
  EXPECT_FALSE(streams(std::string_view("\x10\x00\x10\x01", 4)));
  EXPECT_TRUE(streams(std::string_view("\x12\x02\x01\x00", 4)));  // packed
  EXPECT_EQ(ParseReadRequest("\x10\x09").status().message(),
            "server does not support any of the requested response types");
}

TEST(RemoteReadTest, BadRequestsAreRefused) {
  const auto code = [](std::string_view bytes) { return ParseReadRequest(bytes).status().code(); };
  EXPECT_EQ(code("\x0a\x7f"), base::StatusCode::kInvalidArgument);
  std::string bytes;
  encoding::ProtoWriter out(&bytes);
  size_t query = out.BeginMessage(1);
  size_t matcher = out.BeginMessage(3);
  out.Varint(1, 9);
  out.EndMessage(matcher);
  out.EndMessage(query);
  EXPECT_EQ(ParseReadRequest(bytes).status().message(), "invalid matcher type 9");
  bytes.clear();
  query = out.BeginMessage(1);
  matcher = out.BeginMessage(3);
  out.Varint(1, 2);
  out.Bytes(2, "job");
  out.Bytes(3, "(");
  out.EndMessage(matcher);
  out.EndMessage(query);
  EXPECT_EQ(code(bytes), base::StatusCode::kInvalidArgument);
  bytes.clear();
  for (size_t i = 0; i <= ReadRequest::kQueriesMax; ++i) {
    bytes.append("\x0a\x00", 2);
  }
  EXPECT_EQ(code(bytes), base::StatusCode::kResourceExhausted);
}

TEST(RemoteReadTest, AResponseHoldsSamplesAndHistogramsOfEachQuery) {
  model::SampleColumns samples;
  samples.Append({.time_ms = 1, .value = model::StaleNan(), .histogram = {}});
  auto histogram = std::make_shared<model::Histogram>();
  histogram->count = 1;
  histogram->zero_count = 1;
  histogram->integer_counts = true;
  samples.Append({.time_ms = 2, .histogram = histogram});
  const model::LabelSet labels = model::LabelSet::FromPairs({{"__name__", "up"}, {"job", "a"}});
  std::string bytes;
  ReadResponseWriter out(&bytes);
  out.BeginQuery();
  out.EndQuery();
  out.BeginQuery();
  out.AddSeries(labels, samples);
  out.EndQuery();

  std::vector<std::string_view> results;
  encoding::ProtoReader in(bytes);
  while (in.Next()) {
    ASSERT_EQ(in.field(), 1U);
    results.push_back(in.Bytes());
  }
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(results[0].empty());
  // A QueryResult is made like a WriteRequest: series in field 1.
  WriteRequestV1Reader reader(results[1]);
  ASSERT_TRUE(reader.NextSeries());
  std::vector<model::Label> read;
  ASSERT_TRUE(ReadLabelsV1(reader.label_bytes(), &read).ok());
  EXPECT_EQ(model::LabelSet::FromLabels(read), labels);
  ASSERT_EQ(reader.samples().size(), 1U);
  EXPECT_TRUE(model::IsStaleNan(reader.samples()[0].value));
  ASSERT_EQ(reader.histograms().size(), 1U);
  WriteHistogram back;
  ASSERT_TRUE(ReadWriteHistogram(reader.histograms()[0], &back).ok());
  EXPECT_EQ(back.time_ms, 2);
  EXPECT_TRUE(back.histogram.BitEquals(*histogram));
}

}  // namespace
}  // namespace sb::wire
