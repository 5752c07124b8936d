// SPDX-License-Identifier: Apache-2.0
#include "query/engine/step_vector.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"

#include "query/engine/result.h"

namespace sb::query {
namespace {

StepSeries Row(std::string_view job, std::vector<std::pair<size_t, double>> points,
               size_t steps = 3) {
  StepSeries row(model::LabelSet::FromPairs({{"job", job}}), steps);
  for (const auto& [step, value] : points) {
    row.SetFloat(step, value);
  }
  return row;
}

TEST(StepGridTest, EndsAtTheLastStepNotAfterTheEnd) {
  const StepGrid grid = StepGrid::Between(1000, 3999, 1000);
  EXPECT_EQ(grid.count, 3U);
  EXPECT_EQ(grid.last_ms(), 3000);
  EXPECT_EQ(StepGrid::Between(1000, 1000, 1000).count, 1U);
  EXPECT_EQ(StepGrid::Between(1001, 1000, 1000).count, 0U);
}

TEST(StepVectorTest, JoinsRowsThatDoNotCollide) {
  StepVector vector;
  vector.series.push_back(Row("a", {{0, 1}}));
  vector.series.push_back(Row("b", {{0, 5}}));
  vector.series.push_back(Row("a", {{2, 3}}));
  ASSERT_TRUE(MergeSameLabels(&vector).ok());
  ASSERT_EQ(vector.series.size(), 2U);
  EXPECT_EQ(vector.series[0].value(2), 3);
  EXPECT_FALSE(vector.series[0].Has(1));
}

TEST(StepVectorTest, CollidingRowsAreAnError) {
  StepVector vector;
  vector.series.push_back(Row("a", {{0, 1}, {1, 1}}));
  vector.series.push_back(Row("a", {{1, 1}}));
  EXPECT_EQ(MergeSameLabels(&vector),
            base::FailedPrecondition("vector cannot contain metrics with the same labelset"));
}

TEST(StepVectorTest, HistogramsCountForTheirBytes) {
  model::Histogram h;
  h.positive_spans = {{0, 64}};
  h.positive_buckets.assign(64, 1);
  StepSeries row(model::LabelSet(), 2);
  row.SetFloat(0, 1);
  row.SetHistogram(1, std::make_shared<const model::Histogram>(h));
  EXPECT_GT(row.SampleCount(), 1 + 32);
  row.Clear(1);
  EXPECT_EQ(row.SampleCount(), 1);
}

TEST(StepSeriesTest, StoresOnlyTheStepsItLived) {
  StepSeries row(model::LabelSet(), 1'000'000'000);
  row.SetFloat(500'000'000, 1);
  row.SetFloat(500'000'003, 2);
  row.SetFloat(499'999'999, 3);
  row.SetHistogram(500'000'004, std::make_shared<const model::Histogram>());
  EXPECT_EQ(row.first(), 499'999'999U);
  EXPECT_EQ(row.end(), 500'000'005U);
  EXPECT_EQ(row.value(499'999'999), 3);
  EXPECT_EQ(row.value(500'000'003), 2);
  EXPECT_TRUE(row.IsHistogram(500'000'004));
  EXPECT_FALSE(row.Has(500'000'001));
  EXPECT_FALSE(row.Has(0));
  EXPECT_FALSE(row.Has(999'999'999));
  row.Clear(7);
  EXPECT_EQ(row.end() - row.first(), 6U);
}

TEST(ResultTest, MatricesAreSortedByLabelsAndLeaveOutGaps) {
  StepVector vector;
  vector.series.push_back(Row("b", {{0, 1}, {2, 2}}));
  vector.series.push_back(Row("a", {{1, 3}}));
  vector.series.push_back(Row("empty", {}));
  Matrix matrix = ToMatrix(&vector, StepGrid{1000, 500, 3});
  SortByLabels(&matrix);
  ASSERT_EQ(matrix.size(), 2U);
  EXPECT_EQ(matrix[0].labels.Get("job"), "a");
  ASSERT_EQ(matrix[1].floats.size(), 2U);
  EXPECT_EQ(matrix[1].floats[1].time_ms, 2000);
}

TEST(ResultTest, VectorsKeepTheOrderOfTheRows) {
  StepVector vector;
  vector.series.push_back(Row("b", {{0, 1}}, 1));
  vector.series.push_back(Row("a", {{0, 2}}, 1));
  const InstantVector out = ToInstantVector(&vector, 77);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].labels.Get("job"), "b");
  EXPECT_EQ(out[0].time_ms, 77);
}

TEST(RowsInTheMakingTest, AQueryThatIsTooLargeEndsBeforeItsRowsAreAllThere) {
  const base::SimulatedClock clock;
  QueryContext context(clock, {.bytes_max = 1 << 20});
  {
    RowsInTheMaking making(context);
    StepSeries row(model::LabelSet(), 1000);
    row.Reserve(0, 1000);
    for (size_t i = 0; i < 1000; ++i) {
      row.SetFloat(i, 1);
    }
    size_t added = 0;
    base::Status status;
    while (status.ok() && added < 1000) {
      status = making.Add(row);
      added += status.ok() ? 1 : 0;
    }
    EXPECT_EQ(status.code(), base::StatusCode::kResourceExhausted);
    EXPECT_GT(added, 50U);
    EXPECT_LT(added, 70U);  // 16 kB each
  }
  EXPECT_EQ(context.current_bytes(), 0);
}

}  // namespace
}  // namespace sb::query
