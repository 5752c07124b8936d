// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/grpc_frame.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

TEST(GrpcFrameTest, ReadsOneMessageAndRefusesBrokenFrames) {
  EXPECT_EQ(*ReadGrpcMessage(WriteGrpcMessage("abc"), "", 10), "abc");
  const auto code = [](std::string_view body, std::string_view encoding = "") {
    return ReadGrpcMessage(body, encoding, 10).status().code();
  };
  EXPECT_EQ(code("abc"), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(WriteGrpcMessage("abc").substr(0, 7)), base::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(WriteGrpcMessage("abc") + "x"), base::StatusCode::kUnimplemented);
  EXPECT_EQ(code(WriteGrpcMessage("12345678901")), base::StatusCode::kResourceExhausted);
  std::string compressed = WriteGrpcMessage("abc");
  compressed[0] = 1;
  EXPECT_EQ(code(compressed, "snappy"), base::StatusCode::kUnimplemented);
  EXPECT_EQ(code(compressed, "gzip"), base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::wire
