// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/grpc_unary.h"

#include <utility>

#include "encoding/compress.h"

namespace sb::ingest {
namespace {

using encoding::Compression;

constexpr size_t kFrameHeaderBytes = 5;
constexpr std::string_view kContentType = "application/grpc";

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

void Begin(net::ResponseWriter& writer) {
  net::HttpResponse head(200, "", kContentType);
  head.headers.Add("grpc-accept-encoding", "identity,gzip,deflate,zstd");
  writer.Start(std::move(head));
}

void End(const base::Status& status, net::ResponseWriter& writer) {
  writer.SetTrailer("grpc-status", std::to_string(static_cast<int>(status.code())));
  if (!status.ok()) {
    writer.SetTrailer("grpc-message", GrpcMessageText(status.message()));
  }
  writer.Finish();
}

void Reply(const base::Result<std::string>& result, net::ResponseWriter& writer) {
  Begin(writer);
  if (result.ok()) {
    writer.Write(WriteGrpcMessage(*result));
  }
  End(result.ok() ? base::OkStatus() : result.status(), writer);
}

class ReplyStream final : public GrpcStream {
 public:
  explicit ReplyStream(net::ResponseWriter* writer) : writer_(writer) {}
  bool Write(std::string_view message) override {
    return writer_->Write(WriteGrpcMessage(message)) && writer_->Flush();
  }
  void OnCancel(std::function<void()> callback) override { writer_->OnCancel(std::move(callback)); }

 private:
  net::ResponseWriter* const writer_;
};

// False, and the request is answered, if it is no gRPC.
bool IsGrpc(const net::HttpRequest& request, net::ResponseWriter& writer) {
  if (request.MediaType().starts_with(kContentType)) {
    return true;
  }
  writer.Send(net::PlainTextResponse(415, "this door speaks gRPC only"));
  return false;
}

}  // namespace

base::Result<std::string> ReadGrpcMessage(std::string_view body, std::string_view encoding,
                                          size_t bytes_max) {
  if (body.size() < kFrameHeaderBytes) {
    return base::InvalidArgument("a gRPC message is cut off");
  }
  size_t size = 0;
  for (size_t i = 1; i < kFrameHeaderBytes; ++i) {
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
  const std::string_view rest = body.substr(kFrameHeaderBytes);
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

std::string GrpcMessageText(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

namespace {

// Calls `handle` with the request's message or why there is none.
void AddRoute(std::string_view path, size_t message_bytes_max, net::Router* router,
              std::string pool,
              std::function<void(const base::Result<std::string>&, net::ResponseWriter&)> handle) {
  net::RouteOptions options;
  options.max_body_bytes = message_bytes_max + kFrameHeaderBytes;
  options.pool = std::move(pool);
  options.no_compression = true;
  router->Handle(
      "POST", path,
      [handle = std::move(handle), message_bytes_max](const net::HttpRequest& request,
                                                      net::ResponseWriter& writer) {
        if (IsGrpc(request, writer)) {
          handle(ReadGrpcMessage(request.body, request.headers.Get("grpc-encoding"),
                                 message_bytes_max),
                 writer);
        }
      },
      options);
}

}  // namespace

void AddGrpcMethod(std::string_view path, GrpcMethod method, size_t message_bytes_max,
                   net::Router* router, std::string pool) {
  AddRoute(path, message_bytes_max, router, std::move(pool),
           [method = std::move(method)](const base::Result<std::string>& message,
                                        net::ResponseWriter& writer) {
             Reply(message.ok() ? method(*message) : message, writer);
           });
}

void AddGrpcStream(std::string_view path, GrpcStreamMethod method, size_t message_bytes_max,
                   net::Router* router, std::string pool) {
  AddRoute(path, message_bytes_max, router, std::move(pool),
           [method = std::move(method)](const base::Result<std::string>& message,
                                        net::ResponseWriter& writer) {
             Begin(writer);
             ReplyStream out(&writer);
             End(message.ok() ? method(*message, out) : message.status(), writer);
           });
}

void SetGrpcNotFound(net::Router* router) {
  net::RouteOptions options;
  options.no_compression = true;
  router->SetNotFound(
      [](const net::HttpRequest& request, net::ResponseWriter& writer) {
        if (request.method != "POST" || !request.MediaType().starts_with(kContentType)) {
          writer.Send(net::PlainTextResponse(404, "404 page not found"));
          return;
        }
        Reply(base::Status(base::StatusCode::kUnimplemented, "unknown method " + request.path),
              writer);
      },
      options);
}

}  // namespace sb::ingest
