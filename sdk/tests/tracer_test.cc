// SPDX-License-Identifier: Apache-2.0
#include "signalbox/tracer.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "signalbox/journey.h"

namespace signalbox {
namespace {

class Collected final : public SpanSink {
 public:
  void OnEnd(std::unique_ptr<SpanData> span) override { spans.push_back(std::move(span)); }
  std::vector<std::unique_ptr<SpanData>> spans;
};

class TracerTest : public ::testing::Test {
 protected:
  Collected sink_;
  Tracer tracer_{std::make_shared<InstrumentationScope>(), &sink_,
                 Sampler::ParentBased(Sampler::AlwaysOn())};
};

std::string Value(const SpanData& span, std::string_view key) {
  for (const Attribute& attribute : span.attributes) {
    if (attribute.key == key) {
      return AttributeText(attribute.value);
    }
  }
  return "(absent)";
}

TEST_F(TracerTest, SpansStartedBelowAnActiveOneAreItsChildren) {
  {
    ActiveSpan outer(tracer_, "outer");
    tracer_.StartSpan("inner").Set("n", 3).Set("text", "x").Set("yes", true);
  }
  ASSERT_EQ(sink_.spans.size(), 2U);
  const SpanData& inner = *sink_.spans[0];
  const SpanData& outer = *sink_.spans[1];
  EXPECT_EQ(inner.parent_id, outer.context.span_id);
  EXPECT_EQ(inner.context.trace_id, outer.context.trace_id);
  EXPECT_FALSE(outer.parent_id.IsValid());
  EXPECT_EQ(Value(inner, "n") + Value(inner, "text") + Value(inner, "yes"), "3xtrue");
  EXPECT_LE(outer.start_ns, outer.end_ns);
  EXPECT_FALSE(Context::Current().span.IsValid());
}

TEST_F(TracerTest, AJourneyMarksEverySpanOfIt) {
  EXPECT_THROW(WithJourney(tracer_, "checkout",
                           [&] {
                             tracer_.StartSpan("charge");
                             throw std::runtime_error("declined");
                           }),
               std::runtime_error);
  tracer_.StartSpan("afterwards");
  ASSERT_EQ(sink_.spans.size(), 3U);
  EXPECT_EQ(Value(*sink_.spans[0], "cuj.name"), "checkout");
  const SpanData& journey = *sink_.spans[1];
  EXPECT_EQ(journey.name, "cuj.checkout");
  EXPECT_EQ(Value(journey, "cuj.critical"), "true");
  EXPECT_EQ(journey.status, SpanStatus::kError);
  ASSERT_EQ(journey.events.size(), 1U);
  EXPECT_EQ(AttributeText(journey.events[0].attributes[1].value), "std::runtime_error");
  EXPECT_EQ(Value(*sink_.spans[2], "cuj.name"), "(absent)");
}

TEST_F(TracerTest, WhatIsNotSampledIsPropagatedButNotRecorded) {
  const Tracer off(nullptr, &sink_, Sampler::AlwaysOff());
  {
    ActiveSpan outer(off, "outer");
    EXPECT_FALSE(outer->IsRecording());
    EXPECT_TRUE(Context::Current().span.IsValid());
    // The parent decides for the whole trace.
    EXPECT_FALSE(tracer_.StartSpan("inner").IsRecording());
  }
  EXPECT_TRUE(sink_.spans.empty());
}

TEST_F(TracerTest, LimitsAreCountedInTheSpan) {
  Span span = tracer_.StartSpan("big");
  for (int i = 0; i < 200; ++i) {
    span.Set("key" + std::to_string(i), i).AddEvent("event").AddLink({});
  }
  span.End();
  const SpanData& data = *sink_.spans.at(0);
  EXPECT_EQ(data.attributes.size(), 128U);
  EXPECT_EQ(data.dropped_attributes, 72U);
  EXPECT_EQ(data.dropped_events, 72U);
  EXPECT_EQ(data.dropped_links, 72U);
}

TEST_F(TracerTest, OkIsFinalAndASpanEndsOnce) {
  Span span = tracer_.StartSpan("s");
  span.SetStatus(SpanStatus::kOk).SetStatus(SpanStatus::kError, "late");
  span.End();
  span.End();
  span.Set("late", 1);
  ASSERT_EQ(sink_.spans.size(), 1U);
  EXPECT_EQ(sink_.spans[0]->status, SpanStatus::kOk);
}

TEST(SamplerTest, RatioDecidesByTheTraceIdAlone) {
  const auto half = Sampler::Ratio(0.5);
  TraceId low;
  TraceId high;
  low.bytes[0] = high.bytes[0] = 1;
  high.bytes[9] = 0xff;
  EXPECT_FALSE(half->IsSampled({}, low));
  EXPECT_TRUE(half->IsSampled({}, high));
  EXPECT_TRUE(Sampler::Ratio(1)->IsSampled({}, low));
  EXPECT_FALSE(Sampler::Ratio(0)->IsSampled({}, high));
}

TEST(SamplerTest, NamesOfTheEnvironment) {
  EXPECT_NE(Sampler::FromNames("parentbased_traceidratio", "0.1"), nullptr);
  EXPECT_NE(Sampler::FromNames("always_off", ""), nullptr);
  EXPECT_EQ(Sampler::FromNames("traceidratio", "2"), nullptr);
  EXPECT_EQ(Sampler::FromNames("sometimes", ""), nullptr);
}

}  // namespace
}  // namespace signalbox
