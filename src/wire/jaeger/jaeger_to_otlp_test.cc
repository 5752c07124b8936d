// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/jaeger_to_otlp.h"

#include <gtest/gtest.h>

#include "wire/jaeger/thrift_batch.h"
#include "wire/otlp/envelope_reader.h"

namespace sb::wire {
namespace {

JaegerTag Tag(std::string_view key, std::string_view text) {
  JaegerTag tag;
  tag.key = key;
  tag.text = text;
  return tag;
}
JaegerTag IntTag(std::string_view key, int64_t value) {
  JaegerTag tag = Tag(key, "");
  tag.type = JaegerTag::Type::kInt;
  tag.integer = value;
  return tag;
}
JaegerTag BoolTag(std::string_view key, bool value) {
  JaegerTag tag = Tag(key, "");
  tag.type = JaegerTag::Type::kBool;
  tag.boolean = value;
  return tag;
}

class JaegerToOtlpTest : public ::testing::Test {
 protected:
  JaegerToOtlpTest() {
    span_.trace_id = ThriftTraceIdBytes(0, 1);
    span_.span_id = ThriftIdBytes(2);
    batch_.process.service_name = "shop";
  }
  const OtlpSpan& Convert() {
    batch_.spans = {span_};
    request_.clear();
    JaegerToOtlp(batch_, &request_);
    EnvelopeReader in(request_);
    std::string_view item;
    EXPECT_TRUE(in.NextResource() && in.NextScope() && in.NextItem(&item));
    resource_ = in.resource();
    scope_ = in.scope();
    EXPECT_TRUE(ReadSpan(item, &out_).ok());
    return out_;
  }

  JaegerBatch batch_;
  JaegerSpan span_;
  std::string request_;
  OtlpResource resource_;
  OtlpScope scope_;
  OtlpSpan out_;
};

TEST_F(JaegerToOtlpTest, ProcessTagsAreTheResource) {
  batch_.process.tags = {Tag("hostname", "h"), Tag("jaeger.version", "Go-2"), IntTag("pid", 4)};
  Convert();
  EXPECT_EQ(FindAttribute(resource_.attributes, "service.name")->bytes, "shop");
  EXPECT_EQ(FindAttribute(resource_.attributes, "host.name")->bytes, "h");
  EXPECT_EQ(FindAttribute(resource_.attributes, "opencensus.exporterversion")->bytes,
            "Jaeger-Go-2");
  EXPECT_EQ(FindAttribute(resource_.attributes, "pid")->integer, 4);
}

TEST_F(JaegerToOtlpTest, KindScopeAndTraceStateLeaveTheAttributes) {
  span_.tags = {Tag("span.kind", "client"), Tag("otel.library.name", "lib"),
                Tag("otel.scope.version", "2"), Tag("w3c.tracestate", "a=b"), Tag("kept", "x")};
  const OtlpSpan& span = Convert();
  EXPECT_EQ(span.kind, OtlpSpanKind::kClient);
  EXPECT_EQ(scope_.name, "lib");
  EXPECT_EQ(scope_.version, "2");
  EXPECT_EQ(span.trace_state, "a=b");
  ASSERT_EQ(span.attributes.size(), 1U);
  EXPECT_EQ(span.attributes[0].key, "kept");
}

TEST_F(JaegerToOtlpTest, TheErrorTagIsTheUltimateTruth) {
  span_.tags = {BoolTag("error", true), Tag("otel.status_code", "OK"),
                Tag("http.status_message", "Teapot")};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kError);
  EXPECT_EQ(out_.status_message, "Teapot");
  EXPECT_EQ(out_.attributes.size(), 1U);
  span_.tags = {Tag("error", "True"), Tag("otel.status_description", "why")};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kError);
  EXPECT_EQ(out_.status_message, "why");
  span_.tags = {BoolTag("error", false), Tag("otel.status_code", "OK")};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kOk);
}

TEST_F(JaegerToOtlpTest, HttpStatusDecidesWhereNothingElseDoes) {
  span_.tags = {IntTag("http.status_code", 503)};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kError);
  span_.tags = {IntTag("http.status_code", 404), Tag("span.kind", "server")};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kUnset);
  span_.tags = {Tag("http.status_code", "404"), Tag("span.kind", "client")};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kError);
  JaegerTag real = IntTag("http.status_code", 0);
  real.type = JaegerTag::Type::kDouble;
  real.number = 500;
  span_.tags = {real};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kError);
  span_.tags = {IntTag("http.status_code", 200)};
  EXPECT_EQ(Convert().status, OtlpStatusCode::kUnset);
}

TEST_F(JaegerToOtlpTest, TheParentIsTheIdElseChildOfElseFollowsFrom) {
  const std::string trace = span_.trace_id;
  span_.references = {{true, trace, ThriftIdBytes(7)},
                      {false, trace, ThriftIdBytes(8)},
                      {false, ThriftTraceIdBytes(9, 9), ThriftIdBytes(9)}};
  EXPECT_EQ(Convert().parent_span_id, ThriftIdBytes(8));
  ASSERT_EQ(out_.links.size(), 2U);
  OtlpSpanLink link;
  ASSERT_TRUE(ReadSpanLink(out_.links[0], &link).ok());
  EXPECT_EQ(link.span_id, ThriftIdBytes(7));
  EXPECT_EQ(FindAttribute(link.attributes, "opentracing.ref_type")->bytes, "follows_from");
  span_.parent_id = ThriftIdBytes(5);
  EXPECT_EQ(Convert().parent_span_id, ThriftIdBytes(5));
  EXPECT_EQ(out_.links.size(), 3U);
  span_.parent_id.clear();
  span_.references.pop_back();
  span_.references.pop_back();
  EXPECT_EQ(Convert().parent_span_id, ThriftIdBytes(7));
  EXPECT_TRUE(out_.links.empty());
}

TEST_F(JaegerToOtlpTest, LogsAreEventsNamedByTheirEventField) {
  span_.logs = {{5, {Tag("event", "cache miss"), Tag("key", "k")}},
                {6, {Tag("message", "alone")}},
                {7, {Tag("message", "kept"), Tag("level", "info")}}};
  Convert();
  ASSERT_EQ(out_.events.size(), 3U);
  OtlpSpanEvent event;
  ASSERT_TRUE(ReadSpanEvent(out_.events[0], &event).ok());
  EXPECT_EQ(event.name, "cache miss");
  EXPECT_EQ(event.attributes.size(), 1U);
  ASSERT_TRUE(ReadSpanEvent(out_.events[1], &event).ok());
  EXPECT_EQ(event.name, "alone");
  EXPECT_TRUE(event.attributes.empty());
  ASSERT_TRUE(ReadSpanEvent(out_.events[2], &event).ok());
  EXPECT_EQ(event.name, "");
  EXPECT_EQ(event.attributes.size(), 2U);
}

}  // namespace
}  // namespace sb::wire
