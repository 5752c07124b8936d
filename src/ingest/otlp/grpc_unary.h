// SPDX-License-Identifier: Apache-2.0
//
// gRPC methods on the HTTP/2 server: one message in, one or many out, status in the trailers.
//
//   AddGrpcMethod("/package.Service/Method", [](std::string_view message) { return reply; },
//                 kMessageBytesMax, &router);
//   AddGrpcStream("/package.Service/Find", [](std::string_view message, GrpcStream& out) {
//     while (more && out.Write(reply)) { … }           // false: the client left
//     return status; }, kMessageBytesMax, &router, "query");
//   SetGrpcNotFound(&router);                    // every other path: UNIMPLEMENTED
//
// Requests may be compressed (wire/otlp/grpc_frame.h), replies are not. A request that is not gRPC
// is answered 415.
//
// Source: gRPC over HTTP2 (doc/PROTOCOL-HTTP2.md). Threads: as net/router.h.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/router.h"

namespace sb::ingest {

using GrpcMethod = std::function<base::Result<std::string>(std::string_view message)>;

// What a method that answers with several messages writes them to. Write() sends at once and blocks
// while the client does not read. Threads: as net/response_writer.h.
class GrpcStream {
 public:
  virtual ~GrpcStream() = default;
  // False once the client is gone.
  virtual bool Write(std::string_view message) = 0;
  // Runs when the client leaves or its deadline made it reset the stream; must be short.
  virtual void OnCancel(std::function<void()> callback) = 0;
};
using GrpcStreamMethod = std::function<base::Status(std::string_view message, GrpcStream& out)>;

// `pool` is the listener's executor that runs the method.
void AddGrpcMethod(std::string_view path, GrpcMethod method, size_t message_bytes_max,
                   net::Router* router, std::string pool = "ingest");
void AddGrpcStream(std::string_view path, GrpcStreamMethod method, size_t message_bytes_max,
                   net::Router* router, std::string pool);
void SetGrpcNotFound(net::Router* router);

// Percent-encoding of grpc-message: printable ASCII but '%' stays.
std::string GrpcMessageText(std::string_view text);

}  // namespace sb::ingest
