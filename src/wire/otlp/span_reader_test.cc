// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/span_reader.h"

#include <gtest/gtest.h>

#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/trace_writer.h"

namespace sb::wire {
namespace {

const std::string kTrace(16, 't');
const std::string kSpan(8, 's');

// The bytes of the only span that `write` puts into a request.
template <typename Write>
std::string SpanBytes(Write&& write) {
  std::string request;
  TraceWriter out(&request);
  out.BeginResource();
  out.Text("service.name", "shop");
  out.BeginScope("lib", "1");
  out.BeginSpan();
  write(out);
  out.EndSpan();
  out.EndScope();
  out.EndResource();
  EnvelopeReader in(request);
  std::string_view item;
  EXPECT_TRUE(in.NextResource() && in.NextScope() && in.NextItem(&item));
  return std::string(item);
}

TEST(SpanReaderTest, ReadsEveryFieldThatTheWriterWrites) {
  const std::string bytes = SpanBytes([](TraceWriter& out) {
    out.Ids(kTrace, kSpan, std::string(8, 'p'));
    out.NameKindTimes("GET /", OtlpSpanKind::kServer, 1000, 4000);
    out.Status(OtlpStatusCode::kError, "boom");
    out.proto().Bytes(3, "a=b");
    out.proto().Fixed32(16, 0x101);
    out.Text("text", "x");
    out.Int("int", -5);
    out.Bool("bool", true);
    out.Double("double", 0.5);
    out.Bytes("bytes", std::string("\0\1", 2));
    out.BeginEvent(2000, "exception");
    out.Text("exception.type", "E");
    out.EndEvent();
    out.BeginLink(kTrace, kSpan);
    out.Int("n", 1);
    out.EndLink();
  });
  OtlpSpan span;
  ASSERT_TRUE(ReadSpan(bytes, &span).ok());
  EXPECT_EQ(WhyInvalid(span), nullptr);
  EXPECT_EQ(span.trace_state, "a=b");
  EXPECT_EQ(span.flags, 0x101U);
  EXPECT_EQ(span.DurationNs(), 3000U);
  EXPECT_EQ(span.kind, OtlpSpanKind::kServer);
  EXPECT_EQ(span.status, OtlpStatusCode::kError);
  EXPECT_EQ(span.status_message, "boom");
  ASSERT_EQ(span.attributes.size(), 5U);
  EXPECT_EQ(span.attributes[1].value.integer, -5);
  OtlpSpanEvent event;
  ASSERT_EQ(span.events.size(), 1U);
  ASSERT_TRUE(ReadSpanEvent(span.events[0], &event).ok());
  EXPECT_EQ(event.time_ns, 2000U);
  EXPECT_EQ(event.name, "exception");
  EXPECT_EQ(event.attributes.at(0).key, "exception.type");
  OtlpSpanLink link;
  ASSERT_EQ(span.links.size(), 1U);
  ASSERT_TRUE(ReadSpanLink(span.links[0], &link).ok());
  EXPECT_EQ(link.trace_id, kTrace);
  EXPECT_EQ(link.attributes.at(0).value.integer, 1);
}

TEST(SpanReaderTest, ASpanThatEndsBeforeItStartsHasNoDuration) {
  const std::string bytes = SpanBytes([](TraceWriter& out) {
    out.Ids(kTrace, kSpan, "");
    out.NameKindTimes("x", OtlpSpanKind::kInternal, 4000, 1000);
  });
  OtlpSpan span;
  ASSERT_TRUE(ReadSpan(bytes, &span).ok());
  EXPECT_EQ(span.DurationNs(), 0U);
}

TEST(SpanReaderTest, IdsOfZerosAndOfWrongLengthAreInvalidButNotMalformed) {
  for (const auto& [trace, id] :
       {std::pair(std::string(16, '\0'), kSpan), std::pair(std::string(15, 't'), kSpan),
        std::pair(kTrace, std::string(8, '\0')), std::pair(kTrace, std::string())}) {
    // The span holds views into these bytes.
    const std::string bytes = SpanBytes([&](TraceWriter& out) { out.Ids(trace, id, ""); });
    OtlpSpan span;
    ASSERT_TRUE(ReadSpan(bytes, &span).ok());
    EXPECT_NE(WhyInvalid(span), nullptr);
  }
}

TEST(SpanReaderTest, AParentOfZerosIsNone) {
  const std::string bytes =
      SpanBytes([](TraceWriter& out) { out.Ids(kTrace, kSpan, std::string(8, '\0')); });
  OtlpSpan span;
  ASSERT_TRUE(ReadSpan(bytes, &span).ok());
  EXPECT_TRUE(span.IsRoot());
}

TEST(SpanReaderTest, EveryTruncationIsRefusedOrReadsAsLess) {
  const std::string bytes = SpanBytes([](TraceWriter& out) {
    out.Ids(kTrace, kSpan, "");
    out.NameKindTimes("name", OtlpSpanKind::kClient, 1, 2);
    out.Text("key", "value");
  });
  for (size_t n = 0; n < bytes.size(); ++n) {
    OtlpSpan span;
    if (ReadSpan(std::string_view(bytes).substr(0, n), &span).ok()) {
      EXPECT_LT(span.attributes.size(), 1U);
    }
  }
}

TEST(SpanReaderTest, AttributesNestedTooDeeplyAreRefused) {
  const auto nested = [](int levels) {
    std::string value;
    encoding::ProtoWriter(&value).Bytes(1, "x");
    for (int i = 0; i < levels; ++i) {
      std::string array;
      encoding::ProtoWriter(&array).Bytes(1, value);
      value.clear();
      encoding::ProtoWriter(&value).Bytes(5, array);
    }
    std::string attribute;
    encoding::ProtoWriter out(&attribute);
    out.Bytes(1, "k");
    out.Bytes(2, value);
    return SpanBytes([&](TraceWriter& span) { span.proto().Bytes(9, attribute); });
  };
  OtlpSpan span;
  EXPECT_TRUE(ReadSpan(nested(kAnyValueDepthMax), &span).ok());
  EXPECT_FALSE(ReadSpan(nested(kAnyValueDepthMax + 1), &span).ok());
  EXPECT_FALSE(ReadSpan(nested(10'000), &span).ok());
}

}  // namespace
}  // namespace sb::wire
