// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/openmetrics_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "wire/prometheus/testing/parsed_exposition.h"

namespace sb::wire {
namespace {

using ::testing::ElementsAre;

ParsedExposition Parse(std::string_view body, bool skip_created = true) {
  return ParseAll(ExpositionFormat::kOpenMetrics, body, {.skip_created_series = skip_created});
}

TEST(OpenMetricsParserTest, ReadsEveryKindOfEntry) {
  const ParsedExposition got = Parse(
      "# HELP go_gc_duration_seconds A summary of the GC invocation durations.\n"
      "# TYPE go_gc_duration_seconds summary\n"
      "# UNIT go_gc_duration_seconds seconds\n"
      "go_gc_duration_seconds{quantile=\"0\"} 4.9351e-05\n"
      "# HELP nohelp1 \n"
      "# HELP help2 escape \\ \\n \\\\ \\\" \\x chars\n"
      "# UNIT nounit \n"
      "go_gc_duration_seconds_count 99\n"
      "# TYPE go_goroutines gauge\n"
      "go_goroutines 33 123.123\n"
      "# TYPE hhh histogram\n"
      "hhh_bucket{le=\"1\"} 1 # {id=\"histogram-bucket-test\"} 4\n"
      "# TYPE ggh gaugehistogram\n"
      "ggh_bucket{le=\"1\"} 1 # {id=\"x\",xx=\"y\\\"y\"} 4 123.123\n"
      "# TYPE ii info\n"
      "ii{foo=\"bar\"} 1\n"
      "# TYPE ss stateset\n"
      "ss{ss=\"foo\"} 1 # {} 2\n"
      "# TYPE un unknown\n"
      "un 1.5 -1\n"
      "# EOF\n");
  EXPECT_EQ(got.status.ToString(), "OK");
  EXPECT_THAT(
      got.entries,
      ElementsAre("help go_gc_duration_seconds A summary of the GC invocation durations.",
                  "type go_gc_duration_seconds summary", "unit go_gc_duration_seconds seconds",
                  "series go_gc_duration_seconds{quantile=\"0.0\"} 4.9351e-05", "help nohelp1 ",
                  "help help2 escape \\ \n \\ \" \\x chars", "unit nounit ",
                  "series go_gc_duration_seconds_count 99", "type go_goroutines gauge",
                  "series go_goroutines 33 @123123", "type hhh histogram",
                  "series hhh_bucket{le=\"1.0\"} 1 ex={id=\"histogram-bucket-test\"} 4",
                  "type ggh gaugehistogram",
                  "series ggh_bucket{le=\"1\"} 1 ex={id=\"x\", xx=\"y\\\"y\"} 4@123123",
                  "type ii info", "series ii{foo=\"bar\"} 1", "type ss stateset",
                  "series ss{ss=\"foo\"} 1 ex={} 2", "type un unknown", "series un 1.5 @-1000"));
}

TEST(OpenMetricsParserTest, CreatedLinesGiveStartTimesWhereverTheyStand) {
  const std::string body =
      "# TYPE foo counter\n"
      "foo_total 17.0 1520879607.789 # {id=\"counter-test\"} 5\n"
      "foo_created 1520872607.123\n"
      "foo_total{a=\"b\"} 17.0\n"
      "foo_total{le=\"c\"} 21.0\n"
      "foo_created{le=\"c\"} 1520872621.123\n"
      "foo_total{le=\"1\"} 10.0\n"
      "# TYPE baz histogram\n"
      "baz_created{x=\"y\"} 1520872609.125\n"
      "baz_bucket{x=\"y\",le=\"0.0\"} 0\n"
      "baz_bucket{le=\"+Inf\",x=\"y\"} 17\n"
      "baz_count{x=\"y\"} 17\n"
      "baz_sum{x=\"z\"} 324789.3\n"
      "# TYPE bar summary\n"
      "{\"bar\",quantile=\"0.95\"} 123.7\n"
      "bar_created 1520872608\n"
      "# TYPE fizz_created gauge\n"
      "fizz_created 17.0\n"
      "# EOF\n";
  EXPECT_THAT(
      Parse(body).entries,
      ElementsAre("type foo counter",
                  "series foo_total 17 @1520879607789 st=1520872607123 ex={id=\"counter-test\"} 5",
                  "series foo_total{a=\"b\"} 17", "series foo_total{le=\"c\"} 21 st=1520872621123",
                  "series foo_total{le=\"1\"} 10", "type baz histogram",
                  "series baz_bucket{le=\"0.0\", x=\"y\"} 0 st=1520872609125",
                  "series baz_bucket{le=\"+Inf\", x=\"y\"} 17 st=1520872609125",
                  "series baz_count{x=\"y\"} 17 st=1520872609125",
                  "series baz_sum{x=\"z\"} 324789.3", "type bar summary",
                  "series bar{quantile=\"0.95\"} 123.7 st=1520872608000", "type fizz_created gauge",
                  "series fizz_created 17"));
  const ParsedExposition kept = Parse(body, false);
  EXPECT_EQ(kept.entries.size(), 18U);
  EXPECT_EQ(kept.entries[2], "series foo_created 1.520872607123e+09");
}

TEST(OpenMetricsParserTest, MalformedInputIsRefusedWithLineAndReason) {
  const struct {
    std::string_view body;
    std::string_view message;
  } kCases[] = {
      {"", "line 1: data does not end with # EOF"},
      {"a 1\n", "line 2: data does not end with # EOF"},
      {"a 1", "line 1: data does not end with # EOF"},
      {"a 1 1", "line 1: data does not end with # EOF"},
      {"a 1 # {a=\"b\"} 1", "line 1: data does not end with # EOF"},
      {"# TYPE a counter", "line 1: data does not end with # EOF"},
      {"# EOF\n\n", "line 1: unexpected data after # EOF"},
      {"a 1\n# EOF\nb 1\n", "line 2: unexpected data after # EOF"},
      {"\n# EOF\n", "line 1: expected a valid start token, got \"\\n\" while parsing: \"\\n\""},
      {"a 1\n# comment\n# EOF\n",
       "line 2: expected a valid start token, got \"c\" while parsing: \"# c\""},
      {"#\n# EOF\n", "line 1: expected a valid start token, got \"#\" while parsing: \"#\\n#\""},
      {"a  1\n# EOF\n", "line 1: expected value after metric, got \" \" while parsing: \"a  \""},
      {"a\t1\n# EOF\n", "line 1: expected value after metric, got \"\\t\" while parsing: \"a\\t\""},
      {"a {b=\"c\"} 1\n# EOF\n",
       "line 1: expected a number, got \"{b=\\\"c\\\"}\" while parsing: \"a {b=\\\"c\\\"}\""},
      {"a{b=\"c\" ,d=\"e\"} 1\n# EOF\n",
       "line 1: expected comma or brace close, got \" \" while parsing: \"a{b=\\\"c\\\" \""},
      {"a{b=\"c\"d=\"e\"} 1\n# EOF\n",
       "line 1: expected comma or brace close, got \"d\" while parsing: \"a{b=\\\"c\\\"d\""},
      {"a{b=\"c\nd\"} 1\n# EOF\n",
       "line 1: expected label value, got \"\\\"\" while parsing: \"a{b=\\\"\""},
      {"a 1 \n# EOF\n", "line 1: expected timestamp, got \"\\n\" while parsing: \"a 1 \\n\""},
      {"a 1 NaN\n# EOF\n", "line 1: invalid timestamp \"NaN\""},
      {"a 1 1e300\n# EOF\n", "line 1: invalid timestamp \"1e300\""},
      {"a 1 1 1\n# EOF\n",
       "line 1: expected next entry after timestamp, got \" \" while parsing: \"a 1 1 \""},
      {"a 0x1\n# EOF\n", "line 1: expected a number, got \"0x1\" while parsing: \"a 0x1\""},
      {"a 1 # {a=\"b\"}\n# EOF\n",
       "line 1: expected value after exemplar labels, got \"\\n\" while parsing: \"a 1 # "
       "{a=\\\"b\\\"}\\n\""},
      {"a 1 # {\"b\"} 1\n# EOF\n",
       "line 1: expected label name, got \"}\" while parsing: \"{\\\"b\\\"}\""},
      {"a 1 # {b=\"c\"} 1 2 3\n# EOF\n",
       "line 1: expected next entry after exemplar timestamp, got \" \" while parsing: \"a 1 # "
       "{b=\\\"c\\\"} 1 2 \""},
      {"# UNIT a_seconds meters\n# EOF\n",
       "line 1: unit \"meters\" not a suffix of metric \"a_seconds\""},
      {"# UNIT seconds seconds\n# EOF\n",
       "line 1: unit \"seconds\" not a suffix of metric \"seconds\""},
      {"# TYPE a untyped\n# EOF\n", "line 1: invalid metric type \"untyped\""},
      {"# HELP a \xff\n# EOF\n", "line 1: help text \"\\xff\" is not a valid utf8 string"},
      {"# TYPE a\n# EOF\n",
       "line 1: expected text in metadata, got \"\\n\" while parsing: \"# TYPE a\\n\""},
  };
  for (const auto& c : kCases) {
    const ParsedExposition got = Parse(c.body);
    EXPECT_EQ(got.status.message(), c.message) << c.body;
    EXPECT_EQ(got.status.code(), base::StatusCode::kInvalidArgument) << c.body;
  }
}

TEST(OpenMetricsParserTest, EofMayLackItsNewlineAndKeepsBeingTheEnd) {
  OpenMetricsParser parser("a 1\n# EOF", {});
  EXPECT_EQ(parser.Next(), EntryKind::kSeries);
  EXPECT_EQ(parser.Next(), EntryKind::kEnd);
  EXPECT_EQ(parser.Next(), EntryKind::kEnd);
}

}  // namespace
}  // namespace sb::wire
