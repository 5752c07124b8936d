// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/date_rounding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_reader.h"
#include "encoding/iso_time.h"

namespace sb::api {
namespace {

using testing::HasSubstr;

int64_t Ms(std::string_view iso) {
  int64_t ns = 0;
  EXPECT_TRUE(encoding::ParseIsoTime(iso, &ns)) << iso;
  return ns / 1'000'000;
}

base::Result<DateRounding> Parse(const std::string& json) {
  return DateRounding::Parse(**config::ParseJson(json, "test"));
}

// What Elasticsearch's documentation and its rounding rules say, zone by zone.
TEST(DateRoundingTest, PutsInstantsIntoBuckets) {
  const std::string berlin = R"(,"time_zone":"Europe/Berlin"})";
  const struct {
    std::string body, instant, start, next;
  } cases[] = {
      {R"({"fixed_interval":"30m"})", "2025-11-20T10:44:59.999Z", "2025-11-20T10:30:00Z",
       "2025-11-20T11:00:00Z"},
      {R"({"calendar_interval":"day","time_zone":"-01:00"})", "2015-10-01T00:30:00Z",
       "2015-09-30T01:00:00Z", "2015-10-01T01:00:00Z"},
      {R"({"calendar_interval":"1d","offset":"+6h"})", "2015-10-01T05:30:00Z",
       "2015-09-30T06:00:00Z", "2015-10-01T06:00:00Z"},
      {R"({"calendar_interval":"week"})", "2025-11-20T10:00:00Z", "2025-11-17T00:00:00Z",
       "2025-11-24T00:00:00Z"},
      {R"({"calendar_interval":"week")" + berlin, "2025-11-16T23:30:00Z", "2025-11-16T23:00:00Z",
       "2025-11-23T23:00:00Z"},
      {R"({"calendar_interval":"month")" + berlin, "2025-03-31T21:59:00Z", "2025-02-28T23:00:00Z",
       "2025-03-31T22:00:00Z"},
      {R"({"calendar_interval":"1q"})", "2025-11-20T10:00:00Z", "2025-10-01T00:00:00Z",
       "2026-01-01T00:00:00Z"},
      {R"({"calendar_interval":"year","offset":"-1d"})", "2025-12-31T10:00:00Z",
       "2025-12-31T00:00:00Z", "2026-12-31T00:00:00Z"},
      // The day on which the clock was put back has 25 hours, the other one 23.
      {R"({"calendar_interval":"day")" + berlin, "2025-10-26T22:30:00Z", "2025-10-25T22:00:00Z",
       "2025-10-26T23:00:00Z"},
      {R"({"calendar_interval":"day")" + berlin, "2025-03-30T20:30:00Z", "2025-03-29T23:00:00Z",
       "2025-03-30T22:00:00Z"},
      // 02:30 on the clock, the first and the second time.
      {R"({"calendar_interval":"hour")" + berlin, "2025-10-26T00:30:00Z", "2025-10-26T00:00:00Z",
       "2025-10-26T01:00:00Z"},
      {R"({"calendar_interval":"hour")" + berlin, "2025-10-26T01:30:00Z", "2025-10-26T01:00:00Z",
       "2025-10-26T02:00:00Z"},
      // In Sao Paulo midnight itself was jumped over.
      {R"({"calendar_interval":"day","time_zone":"America/Sao_Paulo"})", "2018-11-04T10:00:00Z",
       "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
      {R"({"fixed_interval":"12h","time_zone":"Asia/Kolkata"})", "2025-11-20T10:00:00Z",
       "2025-11-20T06:30:00Z", "2025-11-20T18:30:00Z"},
  };
  for (const auto& one : cases) {
    const auto rounding = Parse(one.body);
    ASSERT_TRUE(rounding.ok()) << one.body << " " << rounding.status().ToString();
    const auto text = [](int64_t ms) { return encoding::FormatIsoTimeMs(ms); };
    const int64_t start = rounding->Round(Ms(one.instant));
    EXPECT_EQ(text(start), text(Ms(one.start))) << one.body << " " << one.instant;
    EXPECT_EQ(text(rounding->Next(start)), text(Ms(one.next))) << one.body;
  }
}

// Every instant lies in the bucket that begins last before it; buckets touch.
TEST(DateRoundingTest, BucketsCoverTimeWithoutGapOrOverlap) {
  for (const char* zone : {"UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe",
                           "America/Sao_Paulo", "+05:45"}) {
    for (const char* unit : {"hour", "day", "week", "month"}) {
      const auto rounding = Parse(std::string(R"({"calendar_interval":")") + unit +
                                  R"(","time_zone":")" + zone + R"("})");
      ASSERT_TRUE(rounding.ok()) << rounding.status().ToString();
      const int64_t end = Ms("2019-03-20T00:00:00Z");
      int64_t start = rounding->Round(Ms("2018-10-01T00:00:00Z"));
      while (start < end) {
        const int64_t next = rounding->Next(start);
        ASSERT_GT(next, start);
        EXPECT_EQ(rounding->Round(start), start) << zone << " " << unit << " " << start;
        EXPECT_EQ(rounding->Round(next - 1), start) << zone << " " << unit << " " << start;
        EXPECT_EQ(rounding->Round(next), next) << zone << " " << unit << " " << next;
        start = next;
      }
    }
  }
}

TEST(DateRoundingTest, NamesWhatItCannotRead) {
  EXPECT_THAT(std::string(Parse(R"({"calendar_interval":"2d"})").status().message()),
              HasSubstr("[2d] could not be parsed as a calendar interval"));
  EXPECT_THAT(std::string(Parse(R"({"fixed_interval":"1M"})").status().message()),
              HasSubstr("[1M]"));
  EXPECT_FALSE(Parse(R"({"fixed_interval":"0s"})").ok());
  EXPECT_FALSE(Parse(R"({})").ok());
  EXPECT_THAT(
      std::string(
          Parse(R"({"fixed_interval":"1m","time_zone":"Mars/Olympus"})").status().message()),
      HasSubstr("Mars/Olympus"));
  EXPECT_FALSE(Parse(R"({"fixed_interval":"1m","offset":"soon"})").ok());
}

TEST(DateTextTest, PrintsAsTheFormatSays) {
  const auto zone = gotemplate::TimeZone::Fixed("", 3'600);
  const int64_t ms = Ms("2025-11-20T10:04:05.067Z");
  EXPECT_EQ(DateText(ms, *gotemplate::TimeZone::Utc(), ""), "2025-11-20T10:04:05.067Z");
  EXPECT_EQ(DateText(ms, *zone, ""), "2025-11-20T11:04:05.067+01:00");
  EXPECT_EQ(DateText(ms, *zone, "epoch_millis"), std::to_string(ms));
  EXPECT_EQ(DateText(ms, *zone, "epoch_second"), std::to_string(ms / 1000));
  EXPECT_EQ(DateText(ms, *zone, "yyyy-MM-dd||epoch_millis"), "2025-11-20");
  EXPECT_EQ(DateText(ms, *zone, "E, d MMM yy 'at' HH:mm:ss.SS Z"),
            "Thu, 20 Nov 25 at 11:04:05.06 +0100");
}

}  // namespace
}  // namespace sb::api
