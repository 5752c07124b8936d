// SPDX-License-Identifier: Apache-2.0
//
// A message as gRPC puts it into a body: one byte (1: compressed as `grpc-encoding` says: gzip,
// deflate, zstd), its length in four, and the message.
//
//   body = WriteGrpcMessage(message);                       // not compressed
//   SB_ASSIGN_OR_RETURN(message, ReadGrpcMessage(body, headers.Get("grpc-encoding"), kBytesMax));
//
// Source: gRPC over HTTP2 (doc/PROTOCOL-HTTP2.md). Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace sb::wire {

inline constexpr size_t kGrpcPrefixBytes = 5;

// The one message of a body. kInvalidArgument for a broken frame, kUnimplemented for an unknown
// encoding or several messages, kResourceExhausted above `bytes_max`.
base::Result<std::string> ReadGrpcMessage(std::string_view body, std::string_view encoding,
                                          size_t bytes_max);
std::string WriteGrpcMessage(std::string_view message);

}  // namespace sb::wire
