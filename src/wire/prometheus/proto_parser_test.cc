// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/proto_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "wire/prometheus/testing/parsed_exposition.h"

namespace sb::wire {
namespace {

using encoding::ProtoWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Fill = std::function<void(ProtoWriter*)>;

void Nested(ProtoWriter* out, uint32_t field, const Fill& fill) {
  const size_t mark = out->BeginMessage(field);
  fill(out);
  out->EndMessage(mark);
}

void AddLabel(ProtoWriter* out, std::string_view name, std::string_view value) {
  Nested(out, 1, [&](ProtoWriter* pair) {
    pair->Bytes(1, name);
    pair->Bytes(2, value);
  });
}

void AddTime(ProtoWriter* out, uint32_t field, int64_t seconds, int64_t nanos) {
  Nested(out, field, [&](ProtoWriter* time) {
    time->Int64(1, seconds);
    time->Int64(2, nanos);
  });
}

void AddExemplar(ProtoWriter* out, uint32_t field, std::string_view id, bool with_time) {
  Nested(out, field, [&](ProtoWriter* exemplar) {
    AddLabel(exemplar, "id", id);
    exemplar->Double(2, 0.5);
    if (with_time) {
      AddTime(exemplar, 3, 10, 5'000'000);
    }
  });
}

std::string Family(std::string_view name, uint64_t type, const Fill& fill_metric,
                   std::string_view help = "", std::string_view unit = "") {
  std::string message;
  ProtoWriter out(&message);
  out.Bytes(1, name);
  out.Bytes(2, help);
  out.Varint(3, type);
  Nested(&out, 4, fill_metric);
  if (!unit.empty()) {
    out.Bytes(5, unit);
  }
  std::string framed;
  encoding::AppendVarint(&framed, message.size());
  return framed + message;
}

std::string Counter(std::string_view name, std::string_view unit = "") {
  return Family(
      name, 0,
      [](ProtoWriter* metric) {
        AddLabel(metric, "z", "1");
        AddLabel(metric, "a", "2");
        Nested(metric, 3, [](ProtoWriter* counter) {
          counter->Double(1, 42.5);
          AddExemplar(counter, 2, "e1", false);
          AddTime(counter, 3, 1000, 250'000'000);
        });
        metric->Int64(6, 1234);
      },
      "Some help.", unit);
}

void FillHistogram(ProtoWriter* histogram, bool native, bool floats) {
  histogram->Varint(1, 10);
  histogram->Double(2, 12.5);
  for (const double bound : {0.5, 1.0}) {
    Nested(histogram, 3, [&](ProtoWriter* bucket) {
      bucket->Varint(1, 4);
      bucket->Double(2, bound);
      if (bound == 1.0) {
        AddExemplar(bucket, 3, "b1", true);
      }
    });
  }
  if (!native) {
    return;
  }
  if (floats) {
    histogram->Double(4, 10.5);
  }
  histogram->ZigZag(5, 3);
  histogram->Double(6, 0.001);
  histogram->Varint(7, 2);
  Nested(histogram, 12, [](ProtoWriter* span) {
    span->ZigZag(1, -2);
    span->Varint(2, 3);
  });
  const size_t mark = histogram->BeginMessage(floats ? 14 : 13);
  for (const int64_t delta : {3, -1, 1}) {
    if (floats) {
      histogram->AppendPackedDouble(static_cast<double>(delta) + 0.25);
    } else {
      histogram->AppendPackedVarint(encoding::ZigZagEncode(delta));
    }
  }
  histogram->EndMessage(mark);
  AddTime(histogram, 15, 7, 0);
}

std::string HistogramFamily(bool native, bool floats = false, uint64_t type = 4) {
  return Family("lat_seconds", type, [&](ProtoWriter* metric) {
    AddLabel(metric, "m", "x");
    Nested(metric, 7, [&](ProtoWriter* histogram) { FillHistogram(histogram, native, floats); });
  });
}

ParsedExposition Parse(std::string_view body, const ExpositionOptions& options = {}) {
  return ParseAll(ExpositionFormat::kProtobuf, body, options);
}

TEST(ProtoParserTest, ReadsCountersWithEverythingTheyCarry) {
  const ParsedExposition got = Parse(Counter("bytes_total"));
  EXPECT_EQ(got.status.ToString(), "OK");
  EXPECT_THAT(got.entries, ElementsAre("help bytes_total Some help.", "type bytes_total counter",
                                       "series bytes_total{a=\"2\", z=\"1\"} 42.5 @1234 "
                                       "st=1000250 ex={id=\"e1\"} 0.5"));
}

TEST(ProtoParserTest, AClassicHistogramBecomesItsSeries) {
  const ParsedExposition got = Parse(HistogramFamily(false));
  EXPECT_THAT(
      got.entries,
      ElementsAre("help lat_seconds ", "type lat_seconds histogram",
                  "series lat_seconds_count{m=\"x\"} 10", "series lat_seconds_sum{m=\"x\"} 12.5",
                  "series lat_seconds_bucket{le=\"0.5\", m=\"x\"} 4",
                  "series lat_seconds_bucket{le=\"1.0\", m=\"x\"} 4 ex={id=\"b1\"} "
                  "0.5@10005",
                  "series lat_seconds_bucket{le=\"+Inf\", m=\"x\"} 10"));
}

TEST(ProtoParserTest, ANativeHistogramIsOneEntryWithBucketExemplars) {
  const ParsedExposition got = Parse(HistogramFamily(true));
  EXPECT_THAT(got.entries,
              ElementsAre("help lat_seconds ", "type lat_seconds histogram",
                          "histogram lat_seconds{m=\"x\"} int schema=3 count=10 sum=12.5 zero=2 "
                          "positive=[3 2 3 ] st=7000 ex={id=\"b1\"} 0.5@10005"));
}

TEST(ProtoParserTest, AFloatHistogramKeepsItsFractions) {
  const ParsedExposition got = Parse(HistogramFamily(true, true, 5));
  EXPECT_THAT(got.entries,
              ElementsAre("help lat_seconds ", "type lat_seconds gaugehistogram",
                          "histogram lat_seconds{m=\"x\"} float schema=3 count=10.5 sum=12.5 "
                          "zero=0 positive=[3.25 -0.75 1.25 ] st=7000 ex={id=\"b1\"} 0.5@10005"));
}

TEST(ProtoParserTest, ClassicBucketsOfNativeHistogramsAreAnOption) {
  EXPECT_EQ(Parse(HistogramFamily(true), {.always_classic_histograms = true}).entries.size(), 8U);
  const ParsedExposition classic = Parse(HistogramFamily(true), {.native_histograms = false});
  ASSERT_EQ(classic.entries.size(), 7U);
  EXPECT_EQ(classic.entries[2], "series lat_seconds_count{m=\"x\"} 10 st=7000");
}

TEST(ProtoParserTest, SummariesAndEmptyFamiliesAndManyFamilies) {
  std::string body = Family("s", 2, [](ProtoWriter* metric) {
    Nested(metric, 4, [](ProtoWriter* summary) {
      summary->Varint(1, 3);
      summary->Double(2, 1.5);
      Nested(summary, 3, [](ProtoWriter* quantile) {
        quantile->Double(1, 1);
        quantile->Double(2, std::numeric_limits<double>::quiet_NaN());
      });
    });
  });
  std::string empty;
  ProtoWriter(&empty).Bytes(1, "nothing");
  encoding::AppendVarint(&body, empty.size());
  body.append(empty).append(Counter("c_total"));
  EXPECT_THAT(Parse(body).entries,
              ElementsAre("help s ", "type s summary", "series s_count 3", "series s_sum 1.5",
                          "series s{quantile=\"1.0\"} NaN", "help c_total Some help.",
                          "type c_total counter",
                          "series c_total{a=\"2\", z=\"1\"} 42.5 @1234 st=1000250 "
                          "ex={id=\"e1\"} 0.5"));
}

TEST(ProtoParserTest, RawSeriesAreUniqueWithinAScrape) {
  const std::string body = HistogramFamily(true) + Counter("c_total");
  ProtoParser parser(body, {.always_classic_histograms = true});
  std::vector<std::string> raw;
  for (EntryKind kind = parser.Next(); kind != EntryKind::kEnd; kind = parser.Next()) {
    ASSERT_NE(kind, EntryKind::kInvalid);
    if (kind == EntryKind::kSeries || kind == EntryKind::kHistogram) {
      raw.emplace_back(parser.raw_series());
    }
  }
  std::sort(raw.begin(), raw.end());
  EXPECT_EQ(raw.size(), 7U);
  EXPECT_EQ(std::unique(raw.begin(), raw.end()), raw.end());
}

TEST(ProtoParserTest, MalformedInputNamesTheFamily) {
  EXPECT_EQ(Parse(Counter("bytes_total", "seconds")).status.message(),
            "metric family 1 (\"bytes_total\"): unit \"seconds\" not a suffix of counter "
            "\"bytes_total\"");
  EXPECT_EQ(Parse(Counter("bytes_total", "bytes")).status.ToString(),
            "INVALID_ARGUMENT: metric family 1 (\"bytes_total\"): unit \"bytes\" not a suffix of "
            "counter \"bytes_total\"");
  EXPECT_TRUE(Parse(Counter("sent_bytes_total", "bytes")).status.ok());
  EXPECT_EQ(Parse(Counter("")).status.message(), "metric family 1: invalid metric name: \"\"");
  EXPECT_EQ(Parse(Family("x", 9, [](ProtoWriter*) {})).status.message(),
            "metric family 1 (\"x\"): unknown metric type for metric \"x\": 9");
  EXPECT_EQ(Parse(Counter("a_total") + "\x7f").status.message(),
            "metric family 2: the message is cut off");
  EXPECT_EQ(Parse("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").status.message(),
            "metric family 1: the message is cut off");
  const std::string bad_utf8 = Family("x", 1, [](ProtoWriter* metric) {
    AddLabel(metric, "a", "\xff");
    Nested(metric, 2, [](ProtoWriter* gauge) { gauge->Double(1, 1); });
  });
  EXPECT_THAT(std::string(Parse(bad_utf8).status.message()), HasSubstr("invalid UTF-8 in label"));
}

TEST(ProtoParserTest, EveryTruncationIsAnErrorOrAShorterDocument) {
  const std::string body = HistogramFamily(true) + Counter("a_total");
  const size_t all = Parse(body).entries.size();
  for (size_t size = 0; size < body.size(); ++size) {
    const ParsedExposition got = Parse(std::string_view(body).substr(0, size));
    EXPECT_TRUE(!got.status.ok() || got.entries.size() < all) << size;
  }
}

}  // namespace
}  // namespace sb::wire
