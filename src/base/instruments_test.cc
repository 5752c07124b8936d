// SPDX-License-Identifier: Apache-2.0
#include "base/instruments.h"

#include <gtest/gtest.h>

#include "base/task_runner.h"

namespace sb::base {
namespace {

TEST(RegistryTest, SameNameAndLabelsGiveTheSameInstrument) {
  Registry registry;
  Counter& a = registry.AddCounter("c_total", "Help.", {{"x", "1"}, {"a", "2"}});
  Counter& b = registry.AddCounter("c_total", "Help.", {{"a", "2"}, {"x", "1"}});
  Counter& other = registry.AddCounter("c_total", "Help.", {{"x", "2"}});
  EXPECT_EQ(&a, &b);
  EXPECT_NE(&a, &other);
}

TEST(RegistryTest, CollectSortsByNameAndLabels) {
  Registry registry;
  registry.AddGauge("z", "Z.").Set(2.5);
  registry.AddCounter("a_total", "A.", {{"l", "2"}}).Add(2);
  registry.AddCounter("a_total", "A.", {{"l", "1"}}).AddFraction(0.5);
  const auto families = registry.Collect();
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].name, "a_total");
  ASSERT_EQ(families[0].points.size(), 2u);
  EXPECT_EQ(families[0].points[0].labels, (InstrumentLabels{{"l", "1"}}));
  EXPECT_EQ(families[0].points[0].value, 0.5);
  EXPECT_EQ(families[0].points[1].value, 2);
  EXPECT_EQ(families[1].points[0].value, 2.5);
}

TEST(RegistryTest, HistogramCountsAreCumulativeAndBoundsInclusive) {
  Registry registry;
  Histogram& histogram = registry.AddHistogram("h", "H.", {1, 2, 4});
  for (const double v : {0.5, 1.0, 1.5, 4.0, 9.0}) {
    histogram.Observe(v);
  }
  const auto families = registry.Collect();
  EXPECT_EQ(families[0].points[0].cumulative_counts, (std::vector<uint64_t>{2, 3, 4, 5}));
  EXPECT_EQ(families[0].points[0].sum, 16);
}

TEST(RegistryTest, CallbackIsReadUntilItsHandleDies) {
  Registry registry;
  double value = 7;
  {
    const Registry::Handle handle =
        registry.AddCallback(InstrumentKind::kGauge, "g", "G.", {}, [&] { return value; });
    EXPECT_EQ(registry.Collect()[0].points[0].value, 7);
    value = 8;
    EXPECT_EQ(registry.Collect()[0].points[0].value, 8);
  }
  EXPECT_TRUE(registry.Collect().empty());
}

TEST(RegistryDeathTest, OneNameWithTwoKindsIsABug) {
  Registry registry;
  registry.AddCounter("x", "X.");
  EXPECT_DEATH(registry.AddGauge("x", "X."), "kind");
}

TEST(CounterTest, ConcurrentIncrementsAreAllCounted) {
  Counter counter;
  ThreadPool pool({.name = "test", .threads = 3});
  ParallelFor(pool, 8, [&](size_t) {
    for (int i = 0; i < 1000; ++i) {
      counter.Add();
    }
  });
  EXPECT_EQ(counter.value(), 8000);
}

}  // namespace
}  // namespace sb::base
