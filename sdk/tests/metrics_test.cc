// SPDX-License-Identifier: Apache-2.0
#include "signalbox/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "metric_cells.h"
#include "metric_store.h"

namespace signalbox {
namespace {

MetricData Only(MetricStore& store) {
  std::vector<MetricData> all = store.Collect();
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? MetricData() : all[0];
}

TEST(MetricsTest, CountersOfManyThreadsAddUp) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  const Counter counter = Meter(store, "m", "").CreateCounter("c");
  const BoundCounter bound = counter.Bind({{"a", "b"}});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        bound.Add();
        counter.Add(1, {{"a", "b"}});
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const MetricData data = Only(*store);
  ASSERT_EQ(data.points.size(), 1U);
  EXPECT_EQ(data.points[0].integer, 80'000);
}

TEST(MetricsTest, TheOrderOfAttributesDoesNotMatterTheirTypesDo) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  const Counter counter = Meter(store, "m", "").CreateCounter("c");
  counter.Add(1, {{"a", 1}, {"b", 2}});
  counter.Add(1, {{"b", 2}, {"a", 1}});
  counter.Add(1, {{"b", 2}, {"a", "1"}});
  EXPECT_EQ(Only(*store).points.size(), 2U);
}

TEST(MetricsTest, TooManySetsShareOneValue) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  const Counter counter = Meter(store, "m", "").CreateCounter("c", {.cardinality_max = 3});
  for (int i = 0; i < 10; ++i) {
    counter.Add(1, {{"user", i}});
  }
  const MetricData data = Only(*store);
  ASSERT_EQ(data.points.size(), 4U);
  int64_t overflow = 0;
  for (const MetricPoint& point : data.points) {
    overflow += point.attributes[0].key == "otel.metric.overflow" ? point.integer : 0;
  }
  EXPECT_EQ(overflow, 7);
}

TEST(MetricsTest, AValueOnABoundBelongsBelowIt) {
  const auto cell = internal::MakeExplicitHistogram({1, 10});
  for (const double value : {0.5, 1.0, 1.5, 10.0, 11.0, std::nan("")}) {
    cell->Record(value);
  }
  const internal::HistogramValue value = cell->Read();
  EXPECT_EQ(value.buckets, (std::vector<uint64_t>{2, 2, 1}));
  EXPECT_EQ(value.count, 5U);
  EXPECT_EQ(value.min, 0.5);
  EXPECT_EQ(value.max, 11);
}

// Each value must lie in (base^i, base^(i+1)] of the bucket that counts it.
TEST(MetricsTest, ExponentialBucketsHoldTheirValues) {
  for (const double top : {1.0, 1.001, 3.0, 1e6, 1e300}) {
    for (const double value : {1e-9, 0.25, 0.3, 1.0, 2.0, 1000.0}) {
      const auto cell = internal::MakeExponentialHistogram();
      cell->Record(top);
      cell->Record(value);
      const internal::HistogramValue read = cell->Read();
      ASSERT_LE(read.positive.size(), 160U);
      const double log_base = std::ldexp(1.0, -read.scale);
      uint64_t found = 0;
      for (size_t i = 0; i < read.positive.size(); ++i) {
        const double low = (read.offset + static_cast<double>(i)) * log_base;
        const double at = std::log2(value);
        if (read.positive[i] > 0 && at > low - 1e-9 && at <= low + log_base + 1e-9) {
          ++found;
        }
      }
      EXPECT_GE(found, 1U) << top << " " << value << " scale " << read.scale;
      EXPECT_EQ(read.count, 2U);
    }
  }
}

TEST(MetricsTest, ViewsRenameDropAndReduce) {
  auto store = std::make_shared<MetricStore>(
      std::vector<View>{{.instrument = "noise.*", .is_dropped = true},
                        {.instrument = "c", .name = "renamed", .keep_keys = {"a"}}});
  const Meter meter(store, "m", "");
  meter.CreateCounter("noise.x").Add(1);
  const Counter counter = meter.CreateCounter("c");
  counter.Add(1, {{"a", 1}, {"user", 1}});
  counter.Add(1, {{"a", 1}, {"user", 2}});
  const MetricData data = Only(*store);
  EXPECT_EQ(data.name, "renamed");
  ASSERT_EQ(data.points.size(), 1U);
  EXPECT_EQ(data.points[0].integer, 2);
}

TEST(MetricsTest, AnEndedObserverIsNotAskedAgain) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  {
    const ObservableHandle handle =
        Meter(store, "m", "").Observe(ObservableKind::kGauge, "g", {}, [](Observation& o) {
          o.Observe(4, {{"q", "x"}});
        });
    EXPECT_EQ(Only(*store).points.at(0).number, 4);
  }
  EXPECT_TRUE(store->Collect().empty());
}

TEST(MetricsTest, ASampledSpanLeavesAnExemplarOnce) {
  auto store = std::make_shared<MetricStore>(std::vector<View>());
  const Histogram histogram = Meter(store, "m", "").CreateHistogram("h", {.unit = "s"});
  Context context;
  context.span.trace_id.bytes[0] = context.span.span_id.bytes[0] = 7;
  context.span.is_sampled = true;
  {
    const ContextScope scope(context);
    histogram.Record(0.2);
  }
  histogram.Record(0.2);
  EXPECT_EQ(Only(*store).points.at(0).histogram.exemplars.size(), 1U);
  EXPECT_TRUE(Only(*store).points.at(0).histogram.exemplars.empty());
}

}  // namespace
}  // namespace signalbox
