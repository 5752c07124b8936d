// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/kafka_spans.h"

#include <gtest/gtest.h>

#include "encoding/protobuf.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/span_reader.h"

namespace sb::ingest {
namespace {

std::string NameIn(const std::string& request) {
  wire::EnvelopeReader in(request);
  std::string_view item;
  wire::OtlpSpan span;
  EXPECT_TRUE(in.NextResource() && in.NextScope() && in.NextItem(&item));
  EXPECT_TRUE(wire::ReadSpan(item, &span).ok());
  return std::string(span.name);
}

TEST(KafkaSpansTest, EveryEncodingBecomesOtlp) {
  std::string request;
  ASSERT_TRUE(
      KafkaRecordToOtlp(KafkaEncoding::kOtlpJson,
                        R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"json"}]}]}]})", 1,
                        &request)
          .ok());
  EXPECT_EQ(NameIn(request), "json");
  const std::string same = request;
  ASSERT_TRUE(KafkaRecordToOtlp(KafkaEncoding::kOtlpProto, same, 1, &request).ok());
  EXPECT_EQ(request, same);
  std::string span;
  encoding::ProtoWriter(&span).Bytes(3, "jaeger");
  ASSERT_TRUE(KafkaRecordToOtlp(KafkaEncoding::kJaegerProto, span, 1, &request).ok());
  EXPECT_EQ(NameIn(request), "jaeger");
  ASSERT_TRUE(KafkaRecordToOtlp(KafkaEncoding::kZipkinJson,
                                R"([{"traceId":"1","id":"2","name":"zipkin"}])", 1, &request)
                  .ok());
  EXPECT_EQ(NameIn(request), "zipkin");
}

TEST(KafkaSpansTest, RecordsThatCannotBeDecodedAreRefused) {
  std::string request;
  EXPECT_FALSE(KafkaRecordToOtlp(KafkaEncoding::kOtlpJson, "{", 1, &request).ok());
  EXPECT_FALSE(KafkaRecordToOtlp(KafkaEncoding::kJaegerProto, "\x1A\x7F", 1, &request).ok());
  EXPECT_FALSE(KafkaRecordToOtlp(KafkaEncoding::kZipkinProto, "\x0A\x7F", 1, &request).ok());
  EXPECT_FALSE(KafkaEncodingOf("avro").has_value());
  EXPECT_EQ(KafkaEncodingOf("protobuf"), KafkaEncoding::kJaegerProto);
}

}  // namespace
}  // namespace sb::ingest
