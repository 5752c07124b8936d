// SPDX-License-Identifier: Apache-2.0
#include "query/engine/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sb::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AnnotationsTest, TextsCarryLevelAndPosition) {
  Annotations annotations;
  annotations.Add(Warning("odd", 4));
  annotations.Add(Info("by the way", 0));
  annotations.Add(Warning("from the store", -1));
  EXPECT_THAT(annotations.Texts(Severity::kWarning, "sum(x)"),
              ElementsAre("PromQL warning: odd (1:5)", "from the store"));
  EXPECT_THAT(annotations.Texts(Severity::kInfo, "sum(x)"),
              ElementsAre("PromQL info: by the way (1:1)"));
}

TEST(AnnotationsTest, EqualTextsAreOneAndTheLastPositionStays) {
  Annotations annotations;
  annotations.Add(Warning("odd", 1));
  annotations.Add(Warning("odd", 3));
  annotations.Add(Info("odd", 0));
  EXPECT_THAT(annotations.Texts(Severity::kWarning, "abcd"),
              ElementsAre("PromQL warning: odd (1:4)"));
}

TEST(AnnotationsTest, PositionsCountLinesAndBytes) {
  EXPECT_EQ(LineColumn("ab\ncd\n", 3), "2:1");
  EXPECT_EQ(LineColumn("ab\ncd\n", 6), "3:1");
  EXPECT_EQ(LineColumn("ab", 2), "1:3");
  EXPECT_EQ(LineColumn("ab", 3), "invalid position");
  EXPECT_EQ(LineColumn("ab", -1), "invalid position");
}

TEST(AnnotationsTest, MoreThanTheLimitAreCounted) {
  Annotations annotations;
  for (const char* text : {"a", "b", "c", "d"}) {
    annotations.Add(Info(text, -1));
  }
  EXPECT_THAT(annotations.Texts(Severity::kInfo, "", 2),
              ElementsAre("a", "b", "2 more info annotations omitted"));
  EXPECT_THAT(annotations.Texts(Severity::kWarning, "", 2), IsEmpty());
}

TEST(AnnotationsTest, FiguresAreMergedOverAllSamples) {
  Annotations first;
  Annotation fixed = Info("fixed", 2);
  fixed.monotonicity = MonotonicityFigures{1, 2, 0.5, 60'000, 60'000, 1};
  first.Add(fixed);
  Annotations second;
  fixed.monotonicity = MonotonicityFigures{0.5, 4, 12.345, 0, 120'000, 2};
  second.Add(fixed);
  first.Merge(second);
  EXPECT_THAT(
      first.Texts(Severity::kInfo, "abc"),
      ElementsAre("PromQL info: fixed, from buckets 0.5 to 4, with a max diff of 12, over 3 "
                  "samples from 1970-01-01T00:00:00Z to 1970-01-01T00:02:00Z (1:3)"));
}

TEST(AnnotationsTest, OccurrencesAreCountedFromTheSecondOn) {
  Annotations annotations;
  Annotation overlap = Warning("overlap", 0);
  overlap.occurrences = 1;
  annotations.Add(overlap);
  EXPECT_THAT(annotations.Texts(Severity::kWarning, "x"),
              ElementsAre("PromQL warning: overlap (1:1)"));
  annotations.Add(overlap);
  EXPECT_THAT(annotations.Texts(Severity::kWarning, "x"),
              ElementsAre("PromQL warning: overlap (2 occurrences) (1:1)"));
}

}  // namespace
}  // namespace sb::query
