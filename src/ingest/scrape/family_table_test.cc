// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/family_table.h"

#include <gtest/gtest.h>

namespace sb::scrape {
namespace {

TEST(FamilyTableTest, PublishesOnlyChanges) {
  FamilyTable table;
  table.SetType("x", model::MetricType::kCounter);
  const Family* family = table.SetHelp("x", "help");
  EXPECT_TRUE(table.ChangedNow(*family));
  auto list = table.Finish();
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->at(0).metadata.help, "help");
  family = table.SetHelp("x", "help");
  EXPECT_FALSE(table.ChangedNow(*family));
  EXPECT_EQ(table.Finish(), nullptr);
  table.SetHelp("x", "other");
  EXPECT_NE(table.Finish(), nullptr);
}

TEST(FamilyTableTest, ForgetsFamiliesThatStayAway) {
  FamilyTable table;
  table.SetHelp("x", "help");
  table.Finish();
  std::shared_ptr<const std::vector<FamilyMetadata>> last;
  for (uint32_t i = 0; i <= kForgetAfter + 1; ++i) {
    if (auto list = table.Finish()) {
      last = list;
    }
  }
  ASSERT_NE(last, nullptr);
  EXPECT_TRUE(last->empty());
}

TEST(FamilyTableTest, IsBounded) {
  FamilyTable table;
  for (size_t i = 0; i < kFamiliesMax; ++i) {
    ASSERT_NE(table.SetHelp("m" + std::to_string(i), ""), nullptr);
  }
  EXPECT_EQ(table.SetHelp("one_more", ""), nullptr);
  EXPECT_NE(table.SetHelp("m7", "known ones still count"), nullptr);
}

TEST(IsOfFamilyTest, KnowsTheSuffixesOfEachType) {
  const auto is = [](std::string_view metric, std::string_view family, model::MetricType type) {
    Family f;
    f.name = family;
    f.metadata.type = type;
    return IsOfFamily(metric, f);
  };
  using Type = model::MetricType;
  EXPECT_TRUE(is("x_total", "x_total", Type::kCounter));
  EXPECT_TRUE(is("x_total", "x", Type::kCounter));
  EXPECT_TRUE(is("x_bucket", "x", Type::kHistogram));
  EXPECT_TRUE(is("x_count", "x", Type::kSummary));
  EXPECT_TRUE(is("x_gsum", "x", Type::kGaugeHistogram));
  EXPECT_FALSE(is("x_bucket", "x", Type::kGauge));
  EXPECT_FALSE(is("x_other", "x", Type::kHistogram));
  EXPECT_FALSE(is("y_sum", "x", Type::kSummary));
}

}  // namespace
}  // namespace sb::scrape
