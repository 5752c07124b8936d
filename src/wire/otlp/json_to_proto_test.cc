// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/json_to_proto.h"

#include <gtest/gtest.h>

#include "encoding/protobuf.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/export_response.h"
#include "wire/otlp/metrics_reader.h"

namespace sb::wire {
namespace {

std::string Resource(const std::string& value) {
  return R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"k","value":)" + value + "}]}}]}";
}

// The text of the one attribute, or the error.
std::string TextOf(const std::string& value) {
  std::string bytes;
  const base::Status status = JsonToProto(JsonMetricsRequest(), Resource(value), &bytes);
  if (!status.ok()) {
    return std::string(status.message());
  }
  EnvelopeReader in(bytes);
  if (!in.NextResource() || in.resource().attributes.size() != 1) {
    return "unreadable: " + in.status().ToString();
  }
  std::string text;
  const base::Status read = AppendAnyValueText(in.resource().attributes[0].value, &text);
  return read.ok() ? text : std::string(read.message());
}

TEST(JsonToProtoTest, AttributeValuesOfAllKindsHaveTheReferencesText) {
  EXPECT_EQ(TextOf(R"({"stringValue":"a\"b"})"), "a\"b");
  EXPECT_EQ(TextOf(R"({"boolValue":true})"), "true");
  EXPECT_EQ(TextOf(R"({"intValue":"-9223372036854775808"})"), "-9223372036854775808");
  EXPECT_EQ(TextOf(R"({"intValue":5})"), "5");
  EXPECT_EQ(TextOf(R"({"doubleValue":1e-7})"), "1e-7");
  EXPECT_EQ(TextOf(R"({"doubleValue":"NaN"})"), "NaN");
  EXPECT_EQ(TextOf(R"({"doubleValue":"-Infinity"})"), "-Inf");
  EXPECT_EQ(TextOf(R"({"bytesValue":"AQL/"})"), "AQL/");
  EXPECT_EQ(TextOf(R"({"arrayValue":{"values":[{"intValue":1},{},{"stringValue":"<"}]}})"),
            R"([1,null,"\u003c"])");
  EXPECT_EQ(TextOf(R"({"kvlistValue":{"values":[{"key":"b","value":{"intValue":1}},)"
                   R"({"key":"a","value":{"boolValue":false}}]}})"),
            R"({"a":false,"b":1})");
  EXPECT_EQ(TextOf("{}"), "");
  EXPECT_EQ(TextOf(R"({"unknown":{"x":[{}]},"stringValue":"kept"})"), "kept");
}

TEST(JsonToProtoTest, UnknownFieldsDoNotSwallowWhatFollows) {
  std::string bytes;
  ASSERT_TRUE(JsonToProto(JsonMetricsRequest(),
                          R"({"resourceMetrics":[{"x":1},{"schemaUrl":"u","y":[[]]},{}],"z":null})",
                          &bytes)
                  .ok());
  EnvelopeReader in(bytes);
  ASSERT_TRUE(in.NextResource());
  ASSERT_TRUE(in.NextResource());
  EXPECT_EQ(in.resource().schema_url, "u");
  ASSERT_TRUE(in.NextResource());
  EXPECT_FALSE(in.NextResource());
  EXPECT_TRUE(in.status().ok());
}

TEST(JsonToProtoTest, IdsAreHexAndEnumsNumbersOrNames) {
  for (const std::string kind : {"3", "\"3\"", "\"SPAN_KIND_CLIENT\""}) {
    std::string bytes;
    ASSERT_TRUE(JsonToProto(JsonTraceRequest(),
                            R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":)"
                            R"("EEE19B7EC3C1B174","kind":)" +
                                kind + "}]}]}]}",
                            &bytes)
                    .ok())
        << kind;
    EnvelopeReader in(bytes);
    std::string_view span;
    ASSERT_TRUE(in.NextResource() && in.NextScope() && in.NextItem(&span));
    encoding::ProtoReader fields(span);
    ASSERT_TRUE(fields.Next());
    EXPECT_EQ(fields.Bytes(), "\xEE\xE1\x9B\x7E\xC3\xC1\xB1\x74");
    ASSERT_TRUE(fields.Next());
    EXPECT_EQ(fields.Varint(), 3U);
  }
}

TEST(JsonToProtoTest, WhatDoesNotFitIsRefusedWithItsField) {
  EXPECT_TRUE(TextOf(R"({"intValue":1.5})").find("intValue") != std::string::npos);
  EXPECT_TRUE(TextOf(R"({"intValue":"99999999999999999999"})").find("intValue") !=
              std::string::npos);
  EXPECT_TRUE(TextOf(R"({"stringValue":["a"]})").find("stringValue") != std::string::npos);
  EXPECT_TRUE(TextOf(R"({"stringValue":"a)").find("json: ") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 200; ++i) {
    deep += R"({"arrayValue":{"values":[)";
  }
  EXPECT_TRUE(TextOf(deep).find("nested deeper") != std::string::npos);
}

TEST(JsonToProtoTest, NestingIsBoundedWhereTextIsMade) {
  std::string value = R"({"intValue":1})";
  for (int i = 0; i < 70; ++i) {
    value = R"({"arrayValue":{"values":[)" + value + "]}}";
  }
  EXPECT_TRUE(TextOf(value).find("nested deeper") != std::string::npos);
}

TEST(ExportResponseTest, PartialSuccessIsThereOnlyIfSomethingIsToBeSaid) {
  using enum OtlpEncoding;
  EXPECT_EQ(WriteExportResponse(OtlpSignal::kMetrics, kProtobuf, {}), "");
  EXPECT_EQ(WriteExportResponse(OtlpSignal::kMetrics, kJson, {}), "{}");
  EXPECT_EQ(WriteExportResponse(OtlpSignal::kLogs, kJson, {3, "no"}),
            R"({"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}})");
  EXPECT_EQ(WriteExportResponse(OtlpSignal::kMetrics, kProtobuf, {3, "no"}),
            std::string("\x0a\x06\x08\x03\x12\x02no"));
  EXPECT_EQ(WriteRpcStatus(kJson, base::InvalidArgument("bad \xff")),
            R"({"code":3,"message":"bad ?"})");
}

}  // namespace
}  // namespace sb::wire
