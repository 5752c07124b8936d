// SPDX-License-Identifier: Apache-2.0
#include "wire/zipkin/zipkin_to_otlp.h"

#include <gtest/gtest.h>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/zipkin/json_spans.h"
#include "wire/zipkin/proto_spans.h"

namespace sb::wire {
namespace {

class ZipkinToOtlpTest : public ::testing::Test {
 protected:
  using Read = base::Status (*)(std::string_view, std::vector<ZipkinSpan>*);
  const OtlpSpan& Convert(const std::string& body, Read read = ReadZipkinV2Json) {
    std::vector<ZipkinSpan> spans;
    const base::Status status = read(body, &spans);
    EXPECT_TRUE(status.ok()) << status.ToString();
    request_.clear();
    ZipkinToOtlp(spans, 77, &request_);
    EnvelopeReader in(request_);
    std::string_view item;
    EXPECT_TRUE(in.NextResource() && in.NextScope() && in.NextItem(&item));
    resource_ = in.resource();
    scope_ = in.scope();
    EXPECT_TRUE(ReadSpan(item, &span_).ok());
    return span_;
  }
  std::string Attribute(std::string_view key) {
    const AnyValue* value = FindAttribute(span_.attributes, key);
    std::string text = "(absent)";
    if (value != nullptr) {
      text.clear();
      EXPECT_TRUE(AppendAnyValueText(*value, &text).ok());
    }
    return text;
  }

  std::string request_;
  OtlpResource resource_;
  OtlpScope scope_;
  OtlpSpan span_;
};

constexpr const char* kV2 =
    R"([{"traceId":"5af7183fb1d4cf5f","parentId":"6b221d5bc9e6496c","id":"352bff9a74ca9ad2",)"
    R"("kind":"CLIENT","name":"get /api","timestamp":1556604172355737,"duration":1431,)"
    R"("localEndpoint":{"serviceName":"backend","ipv4":"192.168.99.1","port":3306},)"
    R"("remoteEndpoint":{"serviceName":"db","ipv4":"172.19.0.2","port":58648},)"
    R"("annotations":[{"timestamp":1556604172355800,"value":"plain"},)"
    R"({"timestamp":1556604172355900,"value":"ev|{\"a\":1,\"b\":\"x|y\"}|3"}],)"
    R"("tags":{"http.method":"GET","http.status_code":"500","error":"boom","host.name":"h1",)"
    R"("otel.scope.name":"lib",)"
    R"("otlp.link.0":"0123456789abcdef0123456789abcdef|352bff9a74ca9ad2|s=1|{\"k\":true}|0"}}])";

TEST_F(ZipkinToOtlpTest, VersionTwoBecomesASpanWithItsResource) {
  Convert(kV2);
  EXPECT_EQ(encoding::HexOf(span_.trace_id), "00000000000000005af7183fb1d4cf5f");
  EXPECT_EQ(encoding::HexOf(span_.span_id), "352bff9a74ca9ad2");
  EXPECT_EQ(encoding::HexOf(span_.parent_span_id), "6b221d5bc9e6496c");
  EXPECT_EQ(span_.kind, OtlpSpanKind::kClient);
  EXPECT_EQ(span_.name, "get /api");
  EXPECT_EQ(span_.start_ns, 1556604172355737000U);
  EXPECT_EQ(span_.DurationNs(), 1431000U);
  EXPECT_EQ(FindAttribute(resource_.attributes, "service.name")->bytes, "backend");
  EXPECT_EQ(FindAttribute(resource_.attributes, "host.name")->bytes, "h1");
  EXPECT_EQ(scope_.name, "lib");
  EXPECT_EQ(Attribute("http.status_code"), "500");
  EXPECT_EQ(Attribute("net.host.ip"), "192.168.99.1");
  EXPECT_EQ(Attribute("net.host.port"), "3306");
  EXPECT_EQ(Attribute("peer.service"), "db");
  EXPECT_EQ(Attribute("net.peer.ip"), "172.19.0.2");
  EXPECT_EQ(Attribute("host.name"), "(absent)");
  EXPECT_EQ(Attribute("otel.scope.name"), "(absent)");
}

TEST_F(ZipkinToOtlpTest, AnErrorTagIsAnErrorWhateverItSays) {
  Convert(kV2);
  EXPECT_EQ(span_.status, OtlpStatusCode::kError);
  EXPECT_EQ(Attribute("error"), "boom");
  Convert(R"([{"traceId":"1","id":"2","tags":{"error":"true"}}])");
  EXPECT_EQ(span_.status, OtlpStatusCode::kError);
  EXPECT_EQ(Attribute("error"), "(absent)");
  Convert(R"([{"traceId":"1","id":"2","tags":{"otel.status_code":"OK"}}])");
  EXPECT_EQ(span_.status, OtlpStatusCode::kOk);
}

TEST_F(ZipkinToOtlpTest, AnnotationsAreEventsAndLinksAreUnpacked) {
  Convert(kV2);
  ASSERT_EQ(span_.events.size(), 2U);
  OtlpSpanEvent event;
  ASSERT_TRUE(ReadSpanEvent(span_.events[0], &event).ok());
  EXPECT_EQ(event.name, "plain");
  ASSERT_TRUE(ReadSpanEvent(span_.events[1], &event).ok());
  EXPECT_EQ(event.name, "ev");
  EXPECT_EQ(event.dropped_attributes, 3U);
  EXPECT_EQ(FindAttribute(event.attributes, "b")->bytes, "x|y");
  ASSERT_EQ(span_.links.size(), 1U);
  OtlpSpanLink link;
  ASSERT_TRUE(ReadSpanLink(span_.links[0], &link).ok());
  EXPECT_EQ(encoding::HexOf(link.span_id), "352bff9a74ca9ad2");
  EXPECT_EQ(link.trace_state, "s=1");
  EXPECT_TRUE(FindAttribute(link.attributes, "k")->boolean);
}

TEST_F(ZipkinToOtlpTest, ASpanWithoutTimestampStartsAtItsFirstAnnotationElseNow) {
  Convert(R"([{"traceId":"1","id":"2","annotations":[{"timestamp":9,"value":"a"}]}])");
  EXPECT_EQ(span_.start_ns, 9000U);
  Convert(R"([{"traceId":"1","id":"2"}])");
  EXPECT_EQ(span_.start_ns, 77U);
}

TEST_F(ZipkinToOtlpTest, CoreAnnotationsOfVersionOneAreKindAndTimes) {
  Convert(
      R"([{"traceId":"bd7a977555f6b982","id":"ebf33e1a81dc6f71","name":"query","annotations":[)"
      R"({"timestamp":1000,"value":"cs","endpoint":{"serviceName":"shop","ipv4":"127.0.0.1"}},)"
      R"({"timestamp":1500,"value":"cr"},{"timestamp":1200,"value":"wire"}],"binaryAnnotations":[)"
      R"({"key":"jdbc.query","value":"select 1"},)"
      R"({"key":"sa","value":true,"endpoint":{"serviceName":"db"}}]}])",
      ReadZipkinV1Json);
  EXPECT_EQ(span_.kind, OtlpSpanKind::kClient);
  EXPECT_EQ(span_.start_ns, 1'000'000U);
  EXPECT_EQ(span_.DurationNs(), 500'000U);
  EXPECT_EQ(span_.events.size(), 1U);
  EXPECT_EQ(FindAttribute(resource_.attributes, "service.name")->bytes, "shop");
  EXPECT_EQ(Attribute("jdbc.query"), "select 1");
  EXPECT_EQ(Attribute("peer.service"), "db");
}

TEST_F(ZipkinToOtlpTest, ProtobufSaysTheSameAsJson) {
  std::string body;
  encoding::ProtoWriter out(&body);
  const size_t span = out.BeginMessage(1);
  out.Bytes(1, std::string("\x5a\xf7\x18\x3f\xb1\xd4\xcf\x5f", 8));
  out.Bytes(3, std::string(8, '\x02'));
  out.Varint(4, 2);
  out.Bytes(5, "op");
  out.Fixed64(6, 1000);
  out.Varint(7, 5);
  const size_t local = out.BeginMessage(8);
  out.Bytes(1, "shop");
  out.Bytes(2, std::string("\x7f\x00\x00\x01", 4));
  out.EndMessage(local);
  const size_t tag = out.BeginMessage(11);
  out.Bytes(1, "k");
  out.Bytes(2, "v");
  out.EndMessage(tag);
  out.EndMessage(span);
  Convert(body, ReadZipkinProto);
  EXPECT_EQ(encoding::HexOf(span_.trace_id), "00000000000000005af7183fb1d4cf5f");
  EXPECT_EQ(span_.kind, OtlpSpanKind::kServer);
  EXPECT_EQ(span_.end_ns, 1'005'000U);
  EXPECT_EQ(Attribute("net.host.ip"), "127.0.0.1");
  EXPECT_EQ(Attribute("k"), "v");
}

TEST_F(ZipkinToOtlpTest, WhatIsNoListOfSpansIsRefused) {
  std::vector<ZipkinSpan> spans;
  for (const char* body : {"", "{", "{}", "[1]", R"([{"traceId":"xyz","id":"1"}])",
                           R"([{"traceId":"1","id":"11112222333344445"}])"}) {
    EXPECT_EQ(ReadZipkinV2Json(body, &spans).code(), base::StatusCode::kInvalidArgument) << body;
  }
  EXPECT_FALSE(ReadZipkinV2Json(std::string(1'000'000, '['), &spans).ok());
}

}  // namespace
}  // namespace sb::wire
