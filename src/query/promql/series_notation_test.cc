// SPDX-License-Identifier: Apache-2.0
#include "query/promql/series_notation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/sample.h"

namespace sb::promql {
namespace {

// Adds counts and sums only: enough to see that it is called, and with what.
base::Result<model::HistogramPtr> AddCounts(const model::Histogram& a, const model::Histogram& b,
                                            HistogramStep step) {
  auto sum = std::make_shared<model::Histogram>(a);
  const double sign = step == HistogramStep::kAdd ? 1 : -1;
  sum->count += sign * b.count;
  sum->sum += sign * b.sum;
  return model::HistogramPtr(std::move(sum));
}

SeriesLine MustParse(std::string_view line) {
  base::Result<SeriesLine> parsed = ParseSeriesLine(line, AddCounts);
  EXPECT_TRUE(parsed.ok()) << line << "\n" << parsed.status().ToString();
  return parsed.ok() ? *std::move(parsed) : SeriesLine();
}

std::string ErrorOf(std::string_view line) {
  const base::Result<SeriesLine> parsed = ParseSeriesLine(line, AddCounts);
  return parsed.ok() ? "parsed" : std::string(parsed.status().message());
}

std::string Floats(std::string_view line) {
  std::string out;
  for (const SequenceValue& value : MustParse(line).values) {
    out += out.empty() ? "" : " ";
    if (value.omitted) {
      out += "_";
    } else if (model::IsStaleNan(value.value)) {
      out += "stale";
    } else {
      char buffer[32];
      snprintf(buffer, sizeof(buffer), "%.17g", value.value);
      out += buffer;
    }
  }
  return out;
}

TEST(SeriesNotationTest, ReadsTheLabelSet) {
  EXPECT_EQ(MustParse("up 1").labels.ToString(), "up");
  EXPECT_EQ(MustParse("up{b='2',a=\"1\"} 1").labels.ToString(), "up{a=\"1\", b=\"2\"}");
  EXPECT_EQ(MustParse("{\"a.b\", \"c d\"=\"e } f\"} 1").labels.Get("c d"), "e } f");
  EXPECT_EQ(MustParse("{} 1").labels.size(), 0U);
  EXPECT_EQ(MustParse("sum 1").labels.metric_name(), "sum");
  EXPECT_EQ(MustParse("offset{by='x'} 1").labels.metric_name(), "offset");
  EXPECT_TRUE(MustParse("up").values.empty());
  EXPECT_TRUE(MustParse("up{}").values.empty());
}

TEST(SeriesNotationTest, ReadsSingleValues) {
  EXPECT_EQ(Floats("x 1 -2.5 .5 1e-3 1_000 010 +3"), "1 -2.5 0.5 0.001 1000 8 3");
  EXPECT_EQ(Floats("x _ stale \t 1"), "_ stale 1");
  EXPECT_EQ(Floats("x inf -Inf"), "inf -inf");
  EXPECT_TRUE(std::isnan(MustParse("x NaN").values[0].value));
}

TEST(SeriesNotationTest, ExpandsRepetitions) {
  EXPECT_EQ(Floats("x 1x3"), "1 1 1 1");
  EXPECT_EQ(Floats("x 1x0"), "1");
  EXPECT_EQ(Floats("x _x3"), "_ _ _");
  EXPECT_EQ(Floats("x 1+2x2 10-3x1"), "1 3 5 10 7");
  EXPECT_EQ(Floats("x -2-1x2"), "-2 -3 -4");
}

TEST(SeriesNotationTest, AddsStepByStep) {
  // 0 + 0.1 + 0.1 + 0.1 is not 3 * 0.1.
  EXPECT_EQ(MustParse("x 0+0.1x3").values[3].value, 0.1 + 0.1 + 0.1);
}

TEST(SeriesNotationTest, ReadsHistograms) {
  const SeriesLine line = MustParse(
      "x {{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10 7] offset:-3 "
      "n_buckets:[4.1 5] n_offset:-5 counter_reset_hint:gauge}}");
  ASSERT_EQ(line.values.size(), 1U);
  const model::Histogram& h = *line.values[0].histogram;
  EXPECT_EQ(h.schema, 1);
  EXPECT_EQ(h.sum, -0.3);
  EXPECT_EQ(h.count, 3.1);
  EXPECT_EQ(h.zero_count, 7.1);
  EXPECT_EQ(h.zero_threshold, 0.05);
  EXPECT_EQ(h.positive_buckets, (std::vector<double>{5.1, 10, 7}));
  EXPECT_EQ(h.positive_spans, (std::vector<model::HistogramSpan>{{-3, 3}}));
  EXPECT_EQ(h.negative_spans, (std::vector<model::HistogramSpan>{{-5, 2}}));
  EXPECT_EQ(h.counter_reset_hint, model::CounterResetHint::kGauge);
  EXPECT_TRUE(line.values[0].counter_reset_hint_set);
}

TEST(SeriesNotationTest, EmptyHistogramHasSchemaZeroAndNoSpans) {
  const SeriesLine line = MustParse("x {{}} {{ }} {{schema:-53 custom_values:[1 2.5]}}");
  ASSERT_EQ(line.values.size(), 3U);
  EXPECT_TRUE(line.values[0].histogram->positive_spans.empty());
  EXPECT_FALSE(line.values[0].counter_reset_hint_set);
  EXPECT_EQ(line.values[2].histogram->custom_values, (std::vector<double>{1, 2.5}));
}

TEST(SeriesNotationTest, CombinesHistograms) {
  const SeriesLine line = MustParse(
      "x {{count:10}}-{{count:1 counter_reset_hint:reset}}x2 {{count:1}}x1 "
      "{{count:1}}+{{count:2}}x1");
  std::vector<double> counts;
  for (const SequenceValue& value : line.values) {
    counts.push_back(value.histogram->count);
  }
  EXPECT_EQ(counts, (std::vector<double>{10, 9, 8, 1, 1, 1, 3}));
  EXPECT_TRUE(line.values[0].counter_reset_hint_set);
  EXPECT_FALSE(line.values[3].counter_reset_hint_set);
}

TEST(SeriesNotationTest, ReadsStartTimes) {
  const SeriesLine line = MustParse("x{a=\"b\"}@st _ -30s-1mx2 0 _x2 +1ms -59999msx1");
  EXPECT_TRUE(line.is_start_times);
  EXPECT_EQ(line.labels.ToString(), "x{a=\"b\"}");
  const std::vector<std::optional<int64_t>> expected = {
      std::nullopt, -30'000, -90'000, -150'000, 0, std::nullopt, std::nullopt, 1, -59'999, -59'999};
  EXPECT_EQ(line.start_offsets_ms, expected);
}

TEST(SeriesNotationTest, ErrorsNameTheItem) {
  EXPECT_EQ(ErrorOf("x 1+1"),
            "1:6: parse error: unexpected end of input in series values, expected \"x\" and a "
            "repetition");
  EXPECT_EQ(ErrorOf("x 1 foo 2"),
            "1:5: parse error: unexpected \"foo\" in series values, expected number or \"stale\"");
  EXPECT_EQ(ErrorOf("x 1y 2"), "1:4: parse error: unexpected \"y\" in series values");
  EXPECT_EQ(ErrorOf("x 0x1F"), "1:6: parse error: unexpected \"F\" in series values");
  EXPECT_EQ(
      ErrorOf("x NaNx3"),
      "1:3: parse error: unexpected \"NaNx3\" in series values, expected number or \"stale\"");
  EXPECT_EQ(ErrorOf("x stalex3"), "1:8: parse error: unexpected \"x3\" in series values");
  EXPECT_EQ(ErrorOf("x 1x"), "1:5: parse error: invalid repetition in series values: \"\"");
  EXPECT_EQ(ErrorOf("x 1x99999999"), "1:13: parse error: more than 1000000 values in a series");
  EXPECT_EQ(ErrorOf("x{a=\"b\" 1"), "1:9: parse error: unexpected character inside braces: '1'");
  EXPECT_EQ(ErrorOf("1 2"), "1:1: parse error: unexpected number \"1\"");
  EXPECT_EQ(ErrorOf("x@stop 1"), "1:5: parse error: unexpected \"op\" in series description");
}

TEST(SeriesNotationTest, HistogramErrorsNameTheKey) {
  EXPECT_EQ(ErrorOf("x {{sum:1 sum:2}}"), "1:11: parse error: duplicate key \"sum\" in histogram");
  EXPECT_EQ(ErrorOf("x {{foo:1}}"), "1:5: parse error: bad histogram descriptor found: \"foo\"");
  EXPECT_EQ(ErrorOf("x {{sum}}"), "1:8: parse error: missing `:` for histogram descriptor \"sum\"");
  EXPECT_EQ(ErrorOf("x {{counter_reset_hint:never}}"),
            "1:24: parse error: error parsing counter_reset_hint: unknown value \"never\"");
  EXPECT_EQ(ErrorOf("x {{schema:1}}+{{schema:0}}x2"),
            "1:30: parse error: error combining histograms: cannot merge from schema 0 to 1");
  EXPECT_NE(ErrorOf("x {{buckets:[1 2"), "parsed");
  EXPECT_NE(ErrorOf("x {{"), "parsed");
  EXPECT_NE(ErrorOf("x {{schema:99999999999}}"), "parsed");
}

TEST(SequenceTest, ReadsValuesAlone) {
  const auto values = ParseSequence("1 2x1 _", AddCounts);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->size(), 4U);
  EXPECT_EQ(*ParseSequenceNumber("-1e3"), -1000);
  EXPECT_FALSE(ParseSequenceNumber("1 2").ok());
}

}  // namespace
}  // namespace sb::promql
