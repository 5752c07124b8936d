// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/loss.h"

#include <gtest/gtest.h>

#include <set>

#include "base/env.h"

namespace sb::ingest {
namespace {

TEST(LossTest, EveryReasonHasItsOwnNameAndASentence) {
  std::set<std::string_view> names;
  for (const LossRow& row : LossTable()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.sentence.ends_with('.')) << row.name;
    EXPECT_EQ(&LossRowOf(row.reason), &row);
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(LossReason::kCount));
}

TEST(LossTest, EveryReasonIsACounterFromTheStart) {
  base::Registry registry;
  LossCounters losses(&registry);
  losses.Add(LossReason::kOutOfOrder, 3);
  losses.Add(LossReason::kOutOfOrder);
  EXPECT_EQ(losses.Get(LossReason::kOutOfOrder), 4U);
  size_t points = 0;
  for (const base::InstrumentFamily& family : registry.Collect()) {
    points += family.points.size();
    for (const base::InstrumentPoint& point : family.points) {
      ASSERT_EQ(point.labels.size(), 1U);
      EXPECT_EQ(point.labels[0].first, "reason");
      EXPECT_EQ(point.value, point.labels[0].second == "out_of_order" ? 4 : 0);
    }
  }
  EXPECT_EQ(points, LossTable().size());
}

TEST(LossTest, TheDocumentationIsWhatTheTableSays) {
  const std::string path = base::JoinPath(SIGNALBOX_DOCS_DIR, "losses.md");
  const auto file = base::Env::Real().files().ReadFile(path);
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_EQ(*file, LossesMarkdown()) << "write LossesMarkdown() to docs/losses.md";
}

}  // namespace
}  // namespace sb::ingest
