// SPDX-License-Identifier: Apache-2.0
#include "model/label_set.h"

#include <gtest/gtest.h>

namespace sb::model {
namespace {

TEST(LabelSetTest, SortsByNameAndDropsEmptyValues) {
  const LabelSet set = LabelSet::FromPairs({{"z", "1"}, {"a", "2"}, {"m", ""}});
  ASSERT_EQ(set.size(), 2U);
  EXPECT_EQ(set.begin()->name, "a");
  EXPECT_EQ(set.Get("z"), "1");
  EXPECT_EQ(set.Get("m"), "");
  EXPECT_FALSE(set.Has("m"));
}

TEST(LabelSetTest, LastOfEqualNamesWins) {
  EXPECT_EQ(LabelSet::FromPairs({{"a", "1"}, {"a", "2"}}).Get("a"), "2");
}

TEST(LabelSetTest, KeepsLongValuesWhole) {
  const std::string long_value(70'000, 'x');
  const LabelSet set = LabelSet::FromPairs({{"a", long_value}, {"b", "y"}});
  EXPECT_EQ(set.Get("a"), long_value);
  EXPECT_EQ(set.Get("b"), "y");
}

TEST(LabelSetTest, OrderIsLexicographicOverPairs) {
  const LabelSet a = LabelSet::FromPairs({{"a", "1"}});
  const LabelSet ab = LabelSet::FromPairs({{"a", "1"}, {"b", "1"}});
  const LabelSet a2 = LabelSet::FromPairs({{"a", "2"}});
  const LabelSet b = LabelSet::FromPairs({{"b", "0"}});
  EXPECT_LT(LabelSet(), a);
  EXPECT_LT(a, ab);
  EXPECT_LT(ab, a2);
  EXPECT_LT(a2, b);
  // A longer value must not be confused with its length prefix.
  EXPECT_LT(LabelSet::FromPairs({{"a", "bb"}}), LabelSet::FromPairs({{"a", "c"}}));
}

TEST(LabelSetTest, EqualSetsHaveEqualHashAndCopiesShareTheBuffer) {
  const LabelSet a = LabelSet::FromPairs({{"a", "1"}, {"b", "2"}});
  const LabelSet b = LabelSet::FromPairs({{"b", "2"}, {"a", "1"}});
  const LabelSet copy = a;
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.Hash(), b.Hash());
  EXPECT_EQ(copy.Encoded().data(), a.Encoded().data());
  EXPECT_NE(a.Hash(), LabelSet::FromPairs({{"a", "12"}}).Hash());
}

// The hash is stored on disk and decides limit_ratio: it may never change.
TEST(LabelSetTest, HashIsStableOverVersions) {
  EXPECT_EQ(LabelSet::FromPairs({{"__name__", "up"}, {"job", "node"}}).Hash(),
            10531563476587396253ULL);
}

TEST(LabelSetTest, PrintsAsPromQl) {
  EXPECT_EQ(LabelSet().ToString(), "{}");
  EXPECT_EQ(LabelSet::FromPairs({{"__name__", "up"}}).ToString(), "up");
  EXPECT_EQ(LabelSet::FromPairs({{"__name__", "up"}, {"job", "a\"b"}}).ToString(),
            "up{job=\"a\\\"b\"}");
  EXPECT_EQ(LabelSet::FromPairs({{"__name__", "a.b"}, {"l.x", "y"}}).ToString(),
            "{\"a.b\", \"l.x\"=\"y\"}");
}

TEST(LabelSetTest, WithoutAndKeepSelectByName) {
  const LabelSet set = LabelSet::FromPairs({{"__name__", "m"}, {"a", "1"}, {"b", "2"}});
  EXPECT_EQ(set.Without({"b", "x"}), LabelSet::FromPairs({{"__name__", "m"}, {"a", "1"}}));
  EXPECT_EQ(set.Keep({"b"}), LabelSet::FromPairs({{"b", "2"}}));
  EXPECT_EQ(set.WithoutMetricName(), LabelSet::FromPairs({{"a", "1"}, {"b", "2"}}));
}

TEST(LabelSetBuilderTest, AppliesChangesOverTheBase) {
  const LabelSet base = LabelSet::FromPairs({{"a", "1"}, {"b", "2"}});
  LabelSetBuilder builder(base);
  builder.Set("c", "3").Delete("a").Set("b", "4");
  EXPECT_EQ(builder.Get("b"), "4");
  EXPECT_EQ(builder.Get("a"), "");
  EXPECT_EQ(builder.Build(), LabelSet::FromPairs({{"b", "4"}, {"c", "3"}}));
  builder.Reset(base);
  EXPECT_EQ(builder.Build(), base);
}

}  // namespace
}  // namespace sb::model
