// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/grpc_frame.h"

#include "encoding/compress.h"

namespace sb::wire {
namespace {

using encoding::Compression;

base::Result<Compression> CompressionOf(std::string_view name) {
  if (name == "gzip") {
    return Compression::kGzip;
  }
  if (name == "deflate") {
    return Compression::kZlib;
  }
  if (name == "zstd") {
    return Compression::kZstd;
  }
  return base::Unimplemented("unsupported grpc-encoding: " + std::string(name));
}

}  // namespace

base::Result<std::string> ReadGrpcMessage(std::string_view body, std::string_view encoding,
                                          size_t bytes_max) {
  if (body.size() < kGrpcPrefixBytes) {
    return base::InvalidArgument("a gRPC message is cut off");
  }
  size_t size = 0;
  for (size_t i = 1; i < kGrpcPrefixBytes; ++i) {
    size = size << 8 | static_cast<unsigned char>(body[i]);
  }
  const bool is_compressed = body[0] != 0;
  if (static_cast<unsigned char>(body[0]) > 1) {
    return base::InvalidArgument("a gRPC message has unknown flags");
  }
  if (size > bytes_max) {
    return base::ResourceExhausted("a gRPC message is larger than " + std::to_string(bytes_max) +
                                   " bytes: " + std::to_string(size));
  }
  const std::string_view rest = body.substr(kGrpcPrefixBytes);
  if (rest.size() < size) {
    return base::InvalidArgument("a gRPC message is cut off");
  }
  if (rest.size() > size) {
    return base::Unimplemented("a unary method takes one message");
  }
  if (!is_compressed) {
    return std::string(rest);
  }
  SB_ASSIGN_OR_RETURN(const Compression compression, CompressionOf(encoding));
  std::string message;
  SB_RETURN_IF_ERROR(encoding::Decompress(compression, rest, bytes_max, &message));
  return message;
}

std::string WriteGrpcMessage(std::string_view message) {
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(message.size() >> shift & 255));
  }
  return frame.append(message);
}

}  // namespace sb::wire
