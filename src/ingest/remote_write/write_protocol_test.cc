// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/write_protocol.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

TEST(WriteProtocolTest, TheContentTypeSaysWhichMessage) {
  for (const char* type :
       {"", "application/x-protobuf", "application/x-protobuf;proto=prometheus.WriteRequest",
        "application/x-protobuf; charset=x; proto=prometheus.WriteRequest"}) {
    const auto protocol = ParseWriteProtocol(type);
    ASSERT_TRUE(protocol.ok()) << type;
    EXPECT_EQ(*protocol, WriteProtocol::kV1);
  }
  for (const char* type : {"application/x-protobuf;proto=io.prometheus.write.v2.Request",
                           " application/x-protobuf; proto=io.prometheus.write.v2.Request "}) {
    const auto protocol = ParseWriteProtocol(type);
    ASSERT_TRUE(protocol.ok()) << type;
    EXPECT_EQ(*protocol, WriteProtocol::kV2);
  }
}

TEST(WriteProtocolTest, RefusesOthersWithUpstreamsWords) {
  const auto message = [](std::string_view type) {
    return std::string(ParseWriteProtocol(type).status().message());
  };
  EXPECT_EQ(message("application/json"),
            "expected application/x-protobuf as the first (media) part, got application/json "
            "content-type");
  EXPECT_EQ(message("application/x-protobuf;proto=foo"),
            "got application/x-protobuf;proto=foo content type; unknown type for remote write "
            "protobuf message foo, supported: prometheus.WriteRequest, "
            "io.prometheus.write.v2.Request");
  EXPECT_EQ(message("application/x-protobuf;x"),
            "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be "
            "key-values, got x in application/x-protobuf;x content-type");
}

TEST(WriteProtocolTest, OnlySnappyIsAnEncoding) {
  EXPECT_TRUE(CheckWriteEncoding("").ok());
  EXPECT_TRUE(CheckWriteEncoding("snappy").ok());
  EXPECT_TRUE(CheckWriteEncoding("Snappy").ok());
  EXPECT_EQ(CheckWriteEncoding("zstd").message(),
            "zstd encoding (compression) is not accepted by this server; only snappy is "
            "acceptable");
}

}  // namespace
}  // namespace sb::ingest
