// SPDX-License-Identifier: Apache-2.0
#include "threshold.h"

#include <gtest/gtest.h>

namespace sb::load {
namespace {

Sink Trend() {
  Sink sink(MetricType::kTrend);
  for (int i = 1; i <= 100; i++) sink.Add(i);
  return sink;
}

bool Crossed(const char* text, Sink sink, double seconds = 10) {
  auto threshold = ParseThreshold(text, sink.type());
  EXPECT_TRUE(threshold.ok()) << text;
  threshold->Evaluate(sink, seconds);
  return threshold->failed;
}

TEST(ThresholdTest, EveryOperatorAndAggregateOfATrend) {
  EXPECT_FALSE(Crossed("p(95)<95.06", Trend()));
  EXPECT_TRUE(Crossed("p(95)<95", Trend()));
  EXPECT_FALSE(Crossed("p(99.9) < 100", Trend()));
  EXPECT_FALSE(Crossed("avg<=50.5", Trend()));
  EXPECT_FALSE(Crossed("med==50.5", Trend()));
  EXPECT_TRUE(Crossed("max!=100", Trend()));
  EXPECT_FALSE(Crossed("min>=1", Trend()));
  EXPECT_TRUE(Crossed("min>1", Trend()));
  EXPECT_FALSE(Crossed("count===100", Trend()));
}

TEST(ThresholdTest, CountersRatesAndGauges) {
  Sink counter(MetricType::kCounter);
  counter.Add(30);
  EXPECT_FALSE(Crossed("count==30", counter));
  EXPECT_FALSE(Crossed("rate==3", counter));
  Sink rate(MetricType::kRate);
  rate.Add(1);
  rate.Add(0);
  EXPECT_FALSE(Crossed("rate>=0.5", rate));
  EXPECT_TRUE(Crossed("rate<0.5", rate));
  Sink gauge(MetricType::kGauge);
  gauge.Add(5);
  gauge.Add(3);
  EXPECT_FALSE(Crossed("value==3", gauge));
}

TEST(ThresholdTest, NoSamplesCrossNothing) {
  EXPECT_FALSE(Crossed("rate>0.99", Sink(MetricType::kRate)));
  EXPECT_FALSE(Crossed("count>0", Sink(MetricType::kCounter)));
}

TEST(ThresholdTest, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(ParseThreshold("p(95)<500", MetricType::kCounter).ok());
  EXPECT_FALSE(ParseThreshold("value>1", MetricType::kTrend).ok());
  EXPECT_FALSE(ParseThreshold("p(101)<1", MetricType::kTrend).ok());
  EXPECT_FALSE(ParseThreshold("rate", MetricType::kRate).ok());
  EXPECT_FALSE(ParseThreshold("rate<", MetricType::kRate).ok());
  EXPECT_FALSE(ParseThreshold("rate=<1", MetricType::kRate).ok());
  EXPECT_FALSE(ParseThreshold("", MetricType::kRate).ok());
}

}  // namespace
}  // namespace sb::load
