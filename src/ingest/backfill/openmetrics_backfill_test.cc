// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/backfill/backfill.h"
#include "ingest/backfill/block_windows.h"

namespace sb::backfill {
namespace {

class OpenMetricsBackfillTest : public testing::Test {
 protected:
  base::Status Run(std::string_view text, uint64_t samples_max = 1'000) {
    auto file = env_.files().Create("/in");
    EXPECT_TRUE(file.ok() && (*file)->Append(text).ok() && (*file)->Close().ok());
    BackfillOptions options;
    options.blocks_folder = "/blocks";
    options.samples_max = samples_max;
    EXPECT_TRUE(env_.files().CreateFolders("/blocks").ok());
    return BackfillOpenMetrics(env_, "/in", options, &report_);
  }

  base::SimulatedEnv env_{3};
  BackfillReport report_;
};

TEST_F(OpenMetricsBackfillTest, SamplesInAnyOrderBecomeOneBlockAWindow) {
  ASSERT_TRUE(Run("# TYPE a gauge\na{x=\"1\"} 2 20\na{x=\"1\"} 1 10\na{x=\"2\"} 7 1000000000\n"
                  "a{x=\"1\"} 3 10\n# EOF\n")
                  .ok());
  ASSERT_EQ(report_.blocks.size(), 2U);
  EXPECT_EQ(report_.samples, 3U);
  EXPECT_EQ(report_.duplicates, 1U);
  EXPECT_EQ(report_.first_ms, 10'000);
  EXPECT_EQ(report_.last_ms, 1'000'000'000'000);
}

TEST_F(OpenMetricsBackfillTest, WhatIsHeldIsBounded) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += "a " + std::to_string(i) + " " + std::to_string(i) + "\n";
  }
  ASSERT_TRUE(Run(text + "# EOF\n", /*samples_max=*/30).ok());
  EXPECT_EQ(report_.blocks.size(), 4U);
  EXPECT_EQ(report_.samples, 100U);
}

TEST_F(OpenMetricsBackfillTest, NamesTheLineThatIsWrong) {
  EXPECT_EQ(Run("a 1 1\na{ 1 2\n# EOF\n").code(), base::StatusCode::kInvalidArgument);
  const base::Status status = Run("b{c=\"d\"} 1\n# EOF\n");
  EXPECT_EQ(status.code(), base::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("b{c=\"d\"}"), std::string::npos) << status.message();
}

TEST(BlockWindowsTest, TheLaterOfTwoSamplesAtOneTimeStays) {
  model::SampleColumns columns;
  for (const auto& [time, value] : {std::pair{5, 1.0}, {3, 2.0}, {5, 3.0}}) {
    columns.Append(model::Sample{.time_ms = time, .value = value});
  }
  EXPECT_EQ(SortSamples(&columns), 1U);
  EXPECT_EQ(columns.times, (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(columns.values, (std::vector<double>{2, 3}));
  EXPECT_EQ(WindowStart(-1, base::Hours(1)), -3'600'000);
}

}  // namespace
}  // namespace sb::backfill
