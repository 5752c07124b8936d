// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/proto_to_json.h"

#include <gtest/gtest.h>

#include "wire/otlp/json_to_proto.h"

namespace sb::wire {
namespace {

constexpr std::string_view kOtlp =
    R"({"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"intValue":"-5"}},)"
    R"({"key":"b","value":{"boolValue":false}},{"key":"c","value":{"arrayValue":{"values":)"
    R"([{"stringValue":""},{"doubleValue":1.5}]}}}]},"scopeSpans":[{"scope":{"name":"s"},"spans":)"
    R"([{"traceId":"0000000000000000000000000000000a","spanId":"000000000000000b","name":"n","kind":2,)"
    R"("startTimeUnixNano":"18446744073709551615","droppedAttributesCount":3,)"
    R"("status":{"code":2}}]}]}]})";

TEST(ProtoToJsonTest, OtlpJsonSurvivesTheWayThereAndBack) {
  std::string proto;
  ASSERT_TRUE(JsonToProto(JsonTraceRequest(), kOtlp, &proto).ok());
  std::string json;
  ASSERT_TRUE(AppendProtoAsJson(JsonTraceRequest(), proto, JsonDialect::kOtlp, &json).ok());
  EXPECT_EQ(json, kOtlp);
}

TEST(ProtoToJsonTest, GogoWritesIdsInBase64AndEnumsByName) {
  std::string proto;
  ASSERT_TRUE(JsonToProto(JsonTraceRequest(), kOtlp, &proto).ok());
  std::string json;
  ASSERT_TRUE(AppendProtoAsJson(JsonTraceRequest(), proto, JsonDialect::kGogo, &json).ok());
  EXPECT_NE(json.find(R"("traceId":"AAAAAAAAAAAAAAAAAAAACg==")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("kind":"SPAN_KIND_SERVER")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("status":{"code":"STATUS_CODE_ERROR"})"), std::string::npos) << json;
}

TEST(ProtoToJsonTest, MalformedBytesAreRefused) {
  std::string json;
  EXPECT_EQ(AppendProtoAsJson(JsonTraceRequest(), "\x0a\xff", JsonDialect::kOtlp, &json).code(),
            base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::wire
