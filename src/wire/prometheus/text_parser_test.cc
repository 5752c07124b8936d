// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/text_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "wire/prometheus/testing/parsed_exposition.h"

namespace sb::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

ParsedExposition Parse(std::string_view body) {
  return ParseAll(ExpositionFormat::kText, body);
}

TEST(TextParserTest, ReadsEveryKindOfEntry) {
  const ParsedExposition got = Parse(
      "# HELP go_gc_duration_seconds A summary of the GC invocation durations.\n"
      "# \tTYPE go_gc_duration_seconds summary\n"
      "go_gc_duration_seconds{quantile=\"0\"} 4.9351e-05\n"
      "go_gc_duration_seconds{quantile=\"0.25\",} 7.424100000000001e-05\n"
      "go_gc_duration_seconds{quantile=\"0.5\",a=\"b\"} 8.3835e-05\n"
      "go_gc_duration_seconds{quantile=\"0.8\", a=\"b\"} 8.3835e-05\n"
      "go_gc_duration_seconds{ quantile=\"0.9\", a=\"b\"} 8.3835e-05\n"
      "# Hrandom comment starting with prefix of HELP\n"
      "#\n"
      "wind_speed{A=\"2\",c=\"3\"} 12345\n"
      "# comment with escaped \\n newline\n"
      "# HELP nohelp1\n"
      "# HELP nohelp2 \n"
      "go_gc_duration_seconds{ quantile=\"1.0\", a=\"b\" } 8.3835e-05\n"
      "go_gc_duration_seconds { quantile = \"2.0\" a = \"b\" } 8.3835e-05\n"
      "go_gc_duration_seconds_count 99\n"
      "some:aggregate:rate5m{a_b=\"c\"}\t1\n"
      "\n"
      "# HELP go_goroutines Number of \\\\ goroutines\\nthat \\\"exist\\\".\n"
      "# TYPE go_goroutines gauge\n"
      "   go_goroutines 33  \t123123\n"
      "_metric_starting_with_underscore 1\n"
      "testmetric{label=\"\\\"bar\\\"\\n\\\\\"} 1 -5");
  EXPECT_EQ(got.status.ToString(), "OK");
  EXPECT_THAT(
      got.entries,
      ElementsAre("help go_gc_duration_seconds A summary of the GC invocation durations.",
                  "type go_gc_duration_seconds summary",
                  "series go_gc_duration_seconds{quantile=\"0.0\"} 4.9351e-05",
                  "series go_gc_duration_seconds{quantile=\"0.25\"} 7.424100000000001e-05",
                  "series go_gc_duration_seconds{a=\"b\", quantile=\"0.5\"} 8.3835e-05",
                  "series go_gc_duration_seconds{a=\"b\", quantile=\"0.8\"} 8.3835e-05",
                  "series go_gc_duration_seconds{a=\"b\", quantile=\"0.9\"} 8.3835e-05",
                  "comment # Hrandom comment starting with prefix of HELP", "comment #",
                  "series wind_speed{A=\"2\", c=\"3\"} 12345",
                  "comment # comment with escaped \\n newline", "help nohelp1 ", "help nohelp2 ",
                  "series go_gc_duration_seconds{a=\"b\", quantile=\"1.0\"} 8.3835e-05",
                  "series go_gc_duration_seconds{a=\"b\", quantile=\"2.0\"} 8.3835e-05",
                  "series go_gc_duration_seconds_count 99",
                  "series some:aggregate:rate5m{a_b=\"c\"} 1",
                  "help go_goroutines Number of \\ goroutines\nthat \\\"exist\\\".",
                  "type go_goroutines gauge", "series go_goroutines 33 @123123",
                  "series _metric_starting_with_underscore 1",
                  "series testmetric{label=\"\\\"bar\\\"\\n\\\\\"} 1 @-5"));
}

TEST(TextParserTest, ReadsQuotedUtf8Names) {
  const ParsedExposition got = Parse(
      "# HELP \"go.gc_duration_seconds\" A summary.\n"
      "# TYPE \"go.gc_duration_seconds\" summary\n"
      "{\"go.gc_duration_seconds\",quantile=\"0\"} 4.9351e-05\n"
      "{\"http.status\",q=\"0.9\",a=\"b\"} 8.3835e-05\n"
      "{q=\"0.9\",\"http.status\",a=\"b\"} 1\n"
      "{\"go.gc_duration_seconds_sum\"} 0.004304266\n"
      "{\"Heiz\xC3\xB6l \\\"q\\\" {c\\nh}\",\"strange\xC2\xA9\\n'q' \\\"n\\\"\"=\"6\"} 10.0\n");
  EXPECT_EQ(got.status.ToString(), "OK");
  ASSERT_EQ(got.entries.size(), 7U);
  EXPECT_EQ(got.entries[0], "help go.gc_duration_seconds A summary.");
  EXPECT_EQ(got.entries[2], "series {\"go.gc_duration_seconds\", quantile=\"0.0\"} 4.9351e-05");
  EXPECT_EQ(got.entries[4], "series {\"http.status\", a=\"b\", q=\"0.9\"} 1");
}

TEST(TextParserTest, RawSeriesIsTheTextBeforeTheValue) {
  TextParser parser("a{b=\"} 7\",c=\"\\\"}\"} 1 2\n  d\t3\ne {f=\"g\"}4\n");
  ASSERT_EQ(parser.Next(), EntryKind::kSeries);
  EXPECT_EQ(parser.raw_series(), "a{b=\"} 7\",c=\"\\\"}\"}");
  EXPECT_EQ(parser.value(), 1);
  EXPECT_EQ(parser.time_ms(), 2);
  ASSERT_EQ(parser.Next(), EntryKind::kSeries);
  EXPECT_EQ(parser.raw_series(), "d");
  EXPECT_FALSE(parser.has_time());
  ASSERT_EQ(parser.Next(), EntryKind::kSeries);
  EXPECT_EQ(parser.raw_series(), "e {f=\"g\"}");
  EXPECT_EQ(parser.value(), 4);
  EXPECT_EQ(parser.Next(), EntryKind::kEnd);
  EXPECT_EQ(parser.Next(), EntryKind::kEnd);
}

TEST(TextParserTest, EveryNanIsTheCanonicalOne) {
  TextParser parser("a NaN\nb nan\nc +Inf\n");
  parser.Next();
  EXPECT_EQ(std::bit_cast<uint64_t>(parser.value()), model::kNormalNanBits);
  parser.Next();
  EXPECT_EQ(std::bit_cast<uint64_t>(parser.value()), model::kNormalNanBits);
}

TEST(TextParserTest, NullBytesAreLegalOnlyInLabelValuesAndHelp) {
  using namespace std::string_literals;
  EXPECT_EQ(Parse("a{b=\"x\0y\"} 1\n"s).status.ToString(), "OK");
  EXPECT_EQ(Parse("# HELP a x\0y\n"s).entries[0], "help a x\0y"s);
  EXPECT_FALSE(Parse("a\0{b=\"x\"} 1\n"s).status.ok());
  EXPECT_FALSE(Parse("a 1\0\n"s).status.ok());
  EXPECT_FALSE(Parse("\0"s).status.ok());
}

TEST(TextParserTest, MalformedInputIsRefusedWithLineAndReason) {
  const struct {
    std::string_view body;
    std::string_view message;
  } kCases[] = {
      {"ok 1\na", "line 2: expected value after metric, got end of input while parsing: \"a\""},
      {"ok 1\n\na\n", "line 3: expected value after metric, got \"\\n\" while parsing: \"a\\n\""},
      {"a{b='c'} 1\n", "line 1: expected label value, got \"'\" while parsing: \"a{b='\""},
      {"a{b=\n", "line 1: expected label value, got \"\\n\" while parsing: \"a{b=\\n\""},
      {"a{\xff=\"foo\"} 1\n",
       "line 1: expected label name, got \"\\xff\" while parsing: \"a{\\xff\""},
      {"a{b=\"\xff\"} 1\n", "line 1: invalid UTF-8 label value: \"\\\"\\xff\\\"\""},
      {"{\"a\", \"b = \"c\"} 1\n",
       "line 1: expected equal, got \"c\" while parsing: \"{\\\"a\\\", \\\"b = \\\"c\""},
      {"{\"a\",\"b\"=\"c\",\"d\"} 1\n",
       "line 1: metric name already set while parsing: "
       "\"{\\\"a\\\",\\\"b\\\"=\\\"c\\\",\\\"d\\\"}\""},
      {"a{\"b\"} 1\n", "line 1: metric name already set while parsing: \"a{\\\"b\\\"}\""},
      {"{b=\"c\",} 1\n", "line 1: metric name not set while parsing: \"{b=\\\"c\\\",}\""},
      {"{} 1\n", "line 1: metric name not set while parsing: \"{}\""},
      {"a true\n", "line 1: expected value after metric, got \"true\" while parsing: \"a true\""},
      {"something_weird{problem=\"\n",
       "line 1: expected label value, got \"\\\"\" while parsing: "
       "\"something_weird{problem=\\\"\""},
      {"empty_label_name{=\"\"} 0\n",
       "line 1: expected label name, got \"=\" while parsing: \"empty_label_name{=\""},
      {"foo 1_2\n", "line 1: expected value after metric, got \"1_2\" while parsing: \"foo 1_2\""},
      {"foo 0x1p-3\n",
       "line 1: expected value after metric, got \"0x1p-3\" while parsing: \"foo 0x1p-3\""},
      {"foo 0 1_2\n",
       "line 1: expected timestamp or new record, got \"1\" while parsing: \"foo 0 1\""},
      {"foo 0 1.5\n",
       "line 1: expected timestamp or new record, got \"1\" while parsing: \"foo 0 1\""},
      {"foo 0 99999999999999999999\n",
       "line 1: expected timestamp or new record, got \"9\" while parsing: \"foo 0 9\""},
      {"foo 0 1 2\n",
       "line 1: expected next entry after timestamp, got \"2\" while parsing: \"foo 0 1 2\""},
      {"foo{a=\"b\"}{c=\"d\"} 1\n",
       "line 1: expected value after metric, got \"{\" while parsing: \"foo{a=\\\"b\\\"}{\""},
      {"# TYPE foo bar\n", "line 1: invalid metric type \"bar\""},
      {"# TYPE foo counter \n", "line 1: invalid metric type \"counter \""},
      {"# TYPE foo\n", "line 1: invalid metric type \"\""},
      {"# TYPE 9foo counter\n",
       "line 1: expected metric name after TYPE, got \"9\" while parsing: \"# TYPE 9\""},
      {"x 1\n# HELP foo \xff\n", "line 2: help text \"\\xff\" is not a valid utf8 string"},
      {"1foo 1\n", "line 1: expected a valid start token, got \"1\" while parsing: \"1\""},
      {"foo-bar 1\n", "line 1: expected value after metric, got \"-\" while parsing: \"foo-\""},
      {"}\n", "line 1: expected value after metric, got \"\\n\" while parsing: \"}\\n\""},
      {"a{b=\"c\"} 1\r\n",
       "line 1: expected value after metric, got \"1\\r\" while parsing: \"a{b=\\\"c\\\"} 1\\r\""},
  };
  for (const auto& c : kCases) {
    const ParsedExposition got = Parse(c.body);
    EXPECT_EQ(got.status.code(), base::StatusCode::kInvalidArgument) << c.body;
    EXPECT_EQ(got.status.message(), c.message) << c.body;
  }
}

TEST(TextParserTest, AnErrorEndsTheParsing) {
  TextParser parser("a 1\nb x\nc 3\n");
  EXPECT_EQ(parser.Next(), EntryKind::kSeries);
  EXPECT_EQ(parser.Next(), EntryKind::kInvalid);
  EXPECT_EQ(parser.Next(), EntryKind::kInvalid);
  EXPECT_THAT(std::string(parser.status().message()), StartsWith("line 2: "));
}

TEST(TextParserTest, AMegabyteLabelIsReadAndABrokenOneGivesAShortMessage) {
  const std::string huge(1 << 20, 'x');
  const std::string body = "a{b=\"" + huge + "\"} 1\n";
  TextParser parser(body);
  ASSERT_EQ(parser.Next(), EntryKind::kSeries);
  std::vector<model::Label> labels;
  ASSERT_TRUE(parser.ReadLabels(&labels).ok());
  EXPECT_EQ(labels[1].value.size(), huge.size());
  const ParsedExposition broken = Parse("a{b=\"" + huge + "\"c} 1\n");
  EXPECT_LT(broken.status.message().size(), 500U);
  EXPECT_FALSE(broken.status.ok());
}

}  // namespace
}  // namespace sb::wire
