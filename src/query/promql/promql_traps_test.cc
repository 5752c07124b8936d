// SPDX-License-Identifier: Apache-2.0
//
// What reimplementations of PromQL get wrong, one test each, as scripts in the notation of the
// reference. No outside data is needed.
#include <gtest/gtest.h>

#include "query/promql/range_function.h"
#include "query/promql/testing/script_runner.h"

namespace sb::promql {
namespace {

EngineOptions Defaults() {
  EngineOptions options;
  options.use_start_timestamps = true;
  return options;
}

void RunScript(std::string_view text, const EngineOptions& options = Defaults()) {
  const auto script = ReadTestScript(text, CombineForScript);
  ASSERT_TRUE(script.ok()) << script.status().ToString();
  ScriptRunner runner("script", options);
  runner.Run(*script);
  for (const std::string& failure : runner.failures()) {
    ADD_FAILURE() << failure;
  }
  EXPECT_GT(runner.counts().evals.total, 0);
}

TEST(PromqlTrapsTest, LookbackAndRangesAreLeftOpen) {
  RunScript(R"script(
load 1m
  x 0+1x10

eval instant at 5m count_over_time(x[5m])
  {} 5

eval instant at 5m count_over_time(x[1m:1m])
  {} 1

clear
load 1m
  y 1

eval instant at 4m59s999ms y
  y 1

eval instant at 5m y
)script");
}

TEST(PromqlTrapsTest, StaleMarkerEndsASeriesAndIsNoSample) {
  RunScript(R"script(
load 1m
  x 1 2 stale _ 5

eval instant at 2m x

eval instant at 3m x

eval instant at 2m count_over_time(x[3m])
  {} 2

eval instant at 4m x
  x 5

eval instant at 4m sum_over_time(x[5m])
  {} 8
)script");
}

TEST(PromqlTrapsTest, OrdinaryNanIsASample) {
  RunScript(R"script(
load 1m
  x 1 NaN

eval instant at 1m x
  x NaN

eval instant at 1m count_over_time(x[5m])
  {} 2
)script");
}

TEST(PromqlTrapsTest, RateExtrapolatesHalfAnIntervalBeyondFarSamples) {
  RunScript(R"script(
load 10s
  near_total 10+10x12
  far_total _ _ _ _ _ _ 1000+10x6

eval instant at 2m rate(near_total[2m])
  {} 1

eval instant at 2m increase(far_total[2m])
  {} 65

eval instant at 1m rate(near_total[10s])
)script");
}

TEST(PromqlTrapsTest, CounterIsNotExtrapolatedBelowZero) {
  RunScript(R"script(
load 1m
  x_total 0 10 20

eval instant at 2m30s increase(x_total[3m])
  {} 25
)script");
}

TEST(PromqlTrapsTest, CounterResetsAreAddedInSampleOrder) {
  // The digits show the order: added up apart from the difference, the last two would be lost.
  SeriesSamples samples;
  samples.floats = {2, 1, 3, 0, 1e16, 0};
  samples.float_times = {0, 1000, 2000, 3000, 4000, 5000};
  query::Annotations annotations;
  RangeCall call;
  call.function = FunctionId::kIncrease;
  call.range_ms = 5000;
  call.annotations = &annotations;
  const auto increase = NewRangeFunction(call.function);
  increase->Begin(samples, call);
  WindowSlider slider(samples);
  Window window = slider.Move(-1, 5000);
  window.range_start_ms = 0;
  window.range_end_ms = 5000;
  EXPECT_EQ(increase->Evaluate(window).value, 10000000000000004.0);
}

TEST(PromqlTrapsTest, StartTimestampInTheWindowCountsFromZero) {
  RunScript(R"script(
load 1m
  x_total@st _ -30s
  x_total _ 30

eval instant at 1m increase(x_total[1m])
  {} 30
)script");
}

TEST(PromqlTrapsTest, InstantRateUsesTheLastTwoSamples) {
  RunScript(R"script(
load 10s
  x_total 1 2 100 7

eval instant at 30s irate(x_total[1m])
  {} 0.7

eval instant at 20s irate(x_total[1m])
  {} 9.8

eval instant at 30s idelta(x_total[1m])
  {} -93
)script");
}

TEST(PromqlTrapsTest, SumsAreCompensated) {
  RunScript(R"script(
load 1m
  x 1 1e100 1 -1e100
  y{i="1"} 1
  y{i="2"} 1e100
  y{i="3"} 1
  y{i="4"} -1e100

eval instant at 3m sum_over_time(x[5m])
  {} 2

eval instant at 3m avg_over_time(x[5m])
  {} 0.5

eval instant at 0m sum(y)
  {} 2

eval instant at 0m avg(y)
  {} 0.5
)script");
}

TEST(PromqlTrapsTest, MeanSurvivesAnOverflowingSum) {
  RunScript(R"script(
load 1m
  x 1.5e308 1.7e308 1.6e308
  y{i="1"} 1.7e308
  y{i="2"} 1.7e308

eval instant at 2m avg_over_time(x[5m])
  {} 1.6e308

eval instant at 2m sum_over_time(x[5m])
  {} +Inf

eval instant at 0m avg(y)
  {} 1.7e308
)script");
}

TEST(PromqlTrapsTest, ExtremesSkipNanAndSortsPutItLast) {
  RunScript(R"script(
load 1m
  x{i="1"} NaN
  x{i="2"} 3
  x{i="3"} 1
  n NaN NaN

eval instant at 0m max(x)
  {} 3

eval instant at 0m min(x)
  {} 1

eval instant at 1m max_over_time(n[5m])
  {} NaN

eval instant at 0m sort_desc(x)
  expect ordered
  x{i="2"} 3
  x{i="3"} 1
  x{i="1"} NaN

eval instant at 0m sort(x)
  expect ordered
  x{i="3"} 1
  x{i="2"} 3
  x{i="1"} NaN

eval instant at 0m topk(2, x)
  expect ordered
  x{i="2"} 3
  x{i="3"} 1

eval instant at 0m quantile(0, x)
  {} NaN
)script");
}

TEST(PromqlTrapsTest, OperatorsRoundAndRaiseLikeTheReference) {
  RunScript(R"script(
eval instant at 0m -1^2
  -1

eval instant at 0m 2^3^2
  512

eval instant at 0m -7 % 3
  -1

load 1m
  x{v="a"} 2.5
  x{v="b"} -2.5
  big 1e21

eval instant at 0m round(x)
  {v="a"} 3
  {v="b"} -2

eval instant at 0m count_values("v", big)
  {v="1000000000000000000000"} 1
)script");
}

TEST(PromqlTrapsTest, ComparisonFiltersKeepTheNameAndBoolDropsIt) {
  RunScript(R"script(
load 1m
  x{i="1"} 1
  x{i="2"} 2

eval instant at 0m x > 1
  x{i="2"} 2

eval instant at 0m 1 < x
  x{i="2"} 2

eval instant at 0m x > bool 1
  {i="1"} 0
  {i="2"} 1
)script");
}

TEST(PromqlTrapsTest, ClassicQuantileRepairsAndRefusesBuckets) {
  RunScript(R"script(
load 1m
  no_inf_bucket{le="1"} 1
  no_inf_bucket{le="2"} 2
  h_bucket{le="1"} 5
  h_bucket{le="2"} 4
  h_bucket{le="+Inf"} 10
  dup_bucket{le="1"} 1
  dup_bucket{le="1.0"} 1
  dup_bucket{le="+Inf"} 4
  bad_bucket{le="x"} 1

eval instant at 0m histogram_quantile(0.5, no_inf_bucket)
  {} NaN

eval instant at 0m histogram_quantile(1, h_bucket)
  expect info regex: monotonicity.*, from buckets 2 to 2, with a max diff of 1, over 1 samples
  {} 2

eval instant at 0m histogram_quantile(0.5, dup_bucket)
  {} 1

eval instant at 0m histogram_quantile(2, h_bucket)
  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 2 (1:20)
  {} +Inf

eval instant at 0m histogram_quantile(0.5, bad_bucket)
  expect warn regex: bucket label "le" is missing or has a malformed value of "x" \(1:25\)$
)script");
}

TEST(PromqlTrapsTest, NativeHistogramsInterpolateByKindOfBucket) {
  RunScript(R"script(
load 1m
  exponential {{schema:0 count:4 sum:5 buckets:[0 4]}}
  zero {{schema:0 count:4 sum:0 z_bucket:4 z_bucket_w:1}}
  one_sided {{schema:0 count:5 sum:9 z_bucket:4 z_bucket_w:1 offset:1 buckets:[1]}}
  custom {{schema:-53 count:4 sum:6 custom_values:[1 2] buckets:[0 4]}}

eval instant at 0m histogram_quantile(0.5, exponential)
  {} 1.4142135623730951

eval instant at 0m histogram_quantile(0.5, zero)
  {} 0

eval instant at 0m histogram_quantile(0.4, one_sided)
  {} 0.5

eval instant at 0m histogram_quantile(0.5, custom)
  {} 1.5
)script");
}

TEST(PromqlTrapsTest, HistogramSubtractionMakesAGauge) {
  RunScript(R"script(
load 1m
  a {{schema:0 count:4 sum:5 buckets:[1 3]}}
  b {{schema:0 count:1 sum:2 buckets:[1]}}

eval instant at 0m a - ignoring(x) b
  {} {{schema:0 count:3 sum:3 offset:1 buckets:[3] counter_reset_hint:gauge}}
)script");
}

TEST(PromqlTrapsTest, HistogramsOfTwoSchemasMeetAtTheCoarser) {
  RunScript(R"script(
load 1m
  h{i="1"} {{schema:1 count:4 sum:1 offset:1 buckets:[1 1 1 1]}}
  h{i="2"} {{schema:0 count:2 sum:1 offset:1 buckets:[1 1]}}

eval instant at 0m sum(h)
  {} {{schema:0 count:6 sum:2 offset:1 buckets:[3 3]}}
)script");
}

TEST(PromqlTrapsTest, FloatsAndHistogramsDoNotMix) {
  RunScript(R"script(
load 1m
  m{i="1"} {{schema:0 count:1 sum:1 buckets:[1]}}
  m{i="2"} 1

eval instant at 0m sum(m)
  expect warn msg: PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)

eval instant at 0m m{i="1"} + on() m{i="2"}
  expect info regex: incompatible sample types .* operator "\+": histogram \+ float \(1:1\)$

eval instant at 0m max(m)
  expect info msg: PromQL info: ignored histogram in max aggregation (1:5)
  {} 1
)script");
}

TEST(PromqlTrapsTest, SubqueriesStandOnAnAbsoluteGrid) {
  RunScript(R"script(
load 10s
  x 0+1x30

eval instant at 125s count_over_time(x[1m:20s])
  {} 3

eval instant at 120s sum_over_time(x[1m:20s])
  {} 30

eval instant at 125s sum_over_time(x[1m:20s])
  {} 30

eval instant at 120s max_over_time(x[1m:20s] offset 10s)
  {} 10
)script");
}

TEST(PromqlTrapsTest, NegativeTimesKeepTheSubqueryGrid) {
  RunScript(R"script(
load 10s
  x 1+1x2

eval instant at 5s sum_over_time(x[30s:10s] offset -5s)
  {} 3
)script");
}

TEST(PromqlTrapsTest, OffsetAndAtAreOrderIndependentAndMayBeNegative) {
  RunScript(R"script(
load 1m
  x 0+1x10

eval instant at 0m x @ 300 offset 1m
  x 4

eval instant at 0m x offset 1m @ 300
  x 4

eval instant at 0m x offset -3m
  x 3

eval range from 1m to 3m step 1m x @ start()
  x 1 1 1

eval range from 1m to 3m step 1m x @ end()
  x 3 3 3
)script");
}

TEST(PromqlTrapsTest, TimestampIsTheSamplesOnlyForSelectors) {
  RunScript(R"script(
load 1m
  x 1 _ _

eval instant at 2m timestamp(x)
  {} 0

eval instant at 2m timestamp(x * 1)
  {} 120

eval range from 1m to 2m step 1m timestamp(x @ 0)
  {} 0 0

eval range from 1m to 2m step 1m time()
  {} 60 120

eval range from 1m to 2m step 1m predict_linear(x[5m] @ 0, 60)
)script");
}

TEST(PromqlTrapsTest, NamesAreRemovedAtOnceByDefault) {
  RunScript(R"script(
load 1m
  a{i="1"} 1
  b{i="1"} 2

eval instant at 0m abs({__name__=~"a|b"})
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 0m last_over_time({__name__=~"a|b"}[1m])
  a{i="1"} 1
  b{i="1"} 2

eval instant at 0m -a
  {i="1"} -1
)script");
}

TEST(PromqlTrapsTest, NamesMayBeRemovedAtTheEnd) {
  EngineOptions options = Defaults();
  options.delayed_name_removal = true;
  RunScript(R"script(
load 1m
  a_total{i="1"} 1 2 3
  b_total{i="1"} 2 3 4

eval instant at 2m label_replace(rate({i="1"}[3m]), "m", "$1", "__name__", "(.)_total")
  {i="1", m="a"} 0.016666666666666666
  {i="1", m="b"} 0.016666666666666666
)script",
            options);
}

TEST(PromqlTrapsTest, TypeAndUnitGoWithTheName) {
  RunScript(R"script(
load 1m
  x{__type__="gauge", __unit__="bytes", i="1"} 1

eval instant at 0m x
  x{__type__="gauge", __unit__="bytes", i="1"} 1

eval instant at 0m x * 2
  {i="1"} 2
)script");
}

TEST(PromqlTrapsTest, ManyToManyIsAnErrorThatNamesTheSeries) {
  RunScript(R"script(
load 1m
  l{i="1"} 1
  r{i="1", j="1"} 1
  r{i="1", j="2"} 2

eval instant at 0m l * on(i) r
  expect fail regex: match group {i="1"} on the right .*"1"}, {.*"2"}\];many-to-many

eval instant at 0m r * on(i) l
  expect fail regex: ^multiple matches for labels: many-to-one matching must be explicit

eval instant at 0m r * on(i) group_left l
  {i="1", j="1"} 1
  {i="1", j="2"} 2
)script");
}

TEST(PromqlTrapsTest, GroupedLabelsOverrideAndEmptyOnesDelete) {
  RunScript(R"script(
load 1m
  many{i="1", x="own", y="own"} 2
  one{i="1", x="other"} 3

eval instant at 0m many * on(i) group_left(x, y) one
  {i="1", x="other"} 6
)script");
}

TEST(PromqlTrapsTest, SetOperatorsIgnoreValuesAndKeepTheLeft) {
  RunScript(R"script(
load 1m
  l{i="1"} 0
  l{i="2"} 1
  r{i="1"} 7
  r{i="3"} 8

eval instant at 0m l and on(i) r
  l{i="1"} 0

eval instant at 0m l or on(i) r
  l{i="1"} 0
  l{i="2"} 1
  r{i="3"} 8

eval instant at 0m l unless on(i) r
  l{i="2"} 1
)script");
}

TEST(PromqlTrapsTest, FillValuesStandForMissingPartners) {
  RunScript(R"script(
load 1m
  l{i="1"} 1
  l{i="2"} 2
  r{i="2"} 20
  r{i="3"} 30

eval instant at 0m l + fill(0) r
  {i="1"} 1
  {i="2"} 22
  {i="3"} 30

eval instant at 0m l + fill_right(0) r
  {i="1"} 1
  {i="2"} 22
)script");
}

TEST(PromqlTrapsTest, AbsenceCarriesTheLabelsPinnedOnce) {
  RunScript(R"script(
eval instant at 0m absent(x{a="1", b=~"2", c="3", c="4"})
  {a="1"} 1

eval instant at 0m absent_over_time(x{a="1"}[5m])
  {a="1"} 1

eval instant at 0m scalar(x)
  NaN
)script");
}

TEST(PromqlTrapsTest, LabelReplaceIsAnchoredAndSeesMissingLabelsAsEmpty) {
  RunScript(R"script(
load 1m
  x{src="a-b"} 1

eval instant at 0m label_replace(x, "dst", "$1", "src", "a")
  x{src="a-b"} 1

eval instant at 0m label_replace(x, "dst", "<${rest}>$$", "src", "a(?P<rest>.*)")
  x{src="a-b", dst="<-b>$"} 1

eval instant at 0m label_replace(x, "dst", "none", "missing", "")
  x{src="a-b", dst="none"} 1

eval instant at 0m label_replace(x, "", "v", "src", ".*")
  expect fail regex: ^invalid destination label name in label_replace\(\): $

eval instant at 0m label_join(x, "dst", ",", "src", "missing", "src")
  x{src="a-b", dst="a-b,,a-b"} 1
)script");
}

TEST(PromqlTrapsTest, SortingIsForInstantQueriesOnly) {
  RunScript(R"script(
load 1m
  x{i="b10"} 1 1
  x{i="b9"} 2 2

eval range from 0 to 1m step 1m sort_desc(x)
  expect warn regex: sort is ineffective for range queries .* \(1:1\)$
  x{i="b10"} 1 1
  x{i="b9"} 2 2

eval instant at 0m sort_by_label(x, "i")
  expect ordered
  x{i="b9"} 2
  x{i="b10"} 1
)script");
}

TEST(PromqlTrapsTest, AnnotationsAreOncePerTextWithLineAndColumn) {
  RunScript(R"script(
load 1m
  gauge{i="1"} 1 2
  gauge{i="2"} 1 2

eval instant at 1m sum(rate(gauge[2m]))
  expect info regex: metric might not be a counter, .*/_bucket: "gauge" \(1:10\)$
  {} 0.03333333333333333
)script");
}

TEST(PromqlTrapsTest, LimitRatioComplementsItself) {
  RunScript(R"script(
load 1m
  x{i="1"} 1
  x{i="2"} 1
  x{i="3"} 1
  x{i="4"} 1
  x{i="5"} 1
  x{i="6"} 1

eval instant at 0m count(limit_ratio(0.4, x) or limit_ratio(-0.6, x))
  {} 6

eval instant at 0m limit_ratio(0.4, x) and limit_ratio(-0.6, x)
)script");
}

TEST(PromqlTrapsTest, InfoTakesTheNewestInfoSeries) {
  RunScript(R"script(
load 1m
  x{job="j", instance="i"} 1 1 1
  target_info{job="j", instance="i", version="old"} 1
  target_info{job="j", instance="i", version="new"} _ 1 1

eval instant at 2m info(x)
  x{job="j", instance="i", version="new"} 1

eval instant at 2m info(x, {version="none"})
)script");
}

TEST(PromqlTrapsTest, RangeEndNeedNotBeOnTheGrid) {
  RunScript(R"script(
load 1m
  x 0+1x10

eval range from 0 to 2m30s step 1m x
  x 0 1 2
)script");
}

TEST(PromqlTrapsTest, AnchoredAndSmoothedDoNotExtrapolate) {
  RunScript(R"script(
load 1m
  x_total 0 60 120 180

eval instant at 2m30s increase(x_total[1m] anchored)
  {} 60

eval instant at 2m30s increase(x_total[1m] smoothed)
  {} 60

eval instant at 2m30s x_total smoothed
  x_total 150

eval instant at 2m sum_over_time(x_total[1m] smoothed)
  expect fail regex: ^smoothed modifier can only .* increase, rate - not with sum_over_time$
)script");
}

TEST(PromqlTrapsTest, DurationsMayBeComputed) {
  RunScript(R"script(
load 1m
  x 0+1x10

eval instant at 10m count_over_time(x[2m * 2 + 1m])
  {} 5

eval range from 0 to 10m step 5m count_over_time(x[step()])
  {} 1 5 5

eval instant at 10m x offset -(-2m)
  x 8
)script");
}

}  // namespace
}  // namespace sb::promql
