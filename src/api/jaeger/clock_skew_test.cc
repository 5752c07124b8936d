// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/clock_skew.h"

#include <gtest/gtest.h>

namespace sb::api::jaeger {
namespace {

// Times are units of which a trace counts 1,000 ns.
class ClockSkewTest : public ::testing::Test {
 protected:
  void Host(const std::string& name) {
    UiTag tag;
    tag.key = "host.name";
    tag.text = name;
    trace_.processes.push_back({"service", {tag}});
  }
  size_t Span(const std::string& id, const std::string& parent, size_t process, uint64_t start,
              uint64_t duration) {
    UiSpan span;
    span.trace_id = "t";
    span.span_id = id;
    span.process = process;
    span.start_ns = start * 1000;
    span.duration_ns = duration * 1000;
    span.logs.push_back({start * 1000 + 1, {}});
    if (!parent.empty()) {
      span.references.push_back({true, "t", parent});
    }
    trace_.spans.push_back(span);
    return trace_.spans.size() - 1;
  }
  uint64_t Start(size_t span) const { return trace_.spans[span].start_ns / 1000; }
  std::string Warning(size_t span) const {
    return trace_.spans[span].warnings.empty() ? "" : trace_.spans[span].warnings[0];
  }
  UiTrace trace_;
};

TEST_F(ClockSkewTest, AChildOfAnotherHostMovesIntoTheMiddleOfItsParent) {
  Host("a");
  Host("b");
  Span("1", "", 0, 100, 50);
  const size_t child = Span("2", "1", 1, 10, 30);
  const size_t grandchild = Span("3", "2", 1, 12, 10);
  AdjustClocks(1'000'000, &trace_);
  EXPECT_EQ(Start(child), 110U);
  EXPECT_EQ(trace_.spans[child].logs[0].time_ns, 110'001U);
  EXPECT_EQ(Start(grandchild), 112U) << "its clock is the same";
  EXPECT_EQ(Warning(child), "This span's timestamps were adjusted by 100µs");
}

TEST_F(ClockSkewTest, ALongerChildOnlyDoesNotStartEarlier) {
  Host("a");
  Host("b");
  Span("1", "", 0, 100, 50);
  const size_t early = Span("2", "1", 1, 90, 70);
  const size_t late = Span("3", "1", 1, 130, 70);
  AdjustClocks(1'000'000, &trace_);
  EXPECT_EQ(Start(early), 100U);
  EXPECT_EQ(Start(late), 130U);
  EXPECT_EQ(Warning(late), "");
}

TEST_F(ClockSkewTest, ChildrenOfTheSameHostStayWhereTheyAre) {
  Host("a");
  Span("1", "", 0, 100, 50);
  const size_t child = Span("2", "1", 0, 10, 30);
  AdjustClocks(1'000'000, &trace_);
  EXPECT_EQ(Start(child), 10U);
}

TEST_F(ClockSkewTest, WhatIsNotAppliedIsSaid) {
  Host("a");
  Host("b");
  Span("1", "", 0, 100, 50);
  const size_t child = Span("2", "1", 1, 10, 30);
  UiTrace copy = trace_;
  AdjustClocks(0, &trace_);
  EXPECT_EQ(Start(child), 10U);
  EXPECT_EQ(Warning(child),
            "clock skew adjustment disabled; not applying calculated delta of 100µs");
  trace_ = copy;
  AdjustClocks(99'000, &trace_);
  EXPECT_EQ(Start(child), 10U);
  EXPECT_EQ(Warning(child),
            "max clock skew adjustment delta of 99µs exceeded; not applying calculated delta of "
            "100µs");
}

TEST_F(ClockSkewTest, BrokenTracesEnd) {
  Host("a");
  Host("b");
  const size_t orphan = Span("1", "9", 0, 100, 50);
  Span("2", "3", 1, 10, 30);
  Span("3", "2", 0, 10, 30);
  Span("4", "4", 0, 10, 30);
  const size_t twin = Span("4", "1", 1, 10, 30);
  AdjustClocks(1'000'000, &trace_);
  EXPECT_EQ(Warning(orphan), "invalid parent span IDs=39; skipping clock skew adjustment");
  EXPECT_EQ(Warning(twin), "duplicate span IDs; skipping clock skew adjustment");
}

}  // namespace
}  // namespace sb::api::jaeger
