// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/grpc_unary.h"

#include <utility>

#include "wire/otlp/grpc_frame.h"

namespace sb::ingest {
namespace {

constexpr std::string_view kContentType = "application/grpc";

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
    writer.Write(wire::WriteGrpcMessage(*result));
  }
  End(result.ok() ? base::OkStatus() : result.status(), writer);
}

class ReplyStream final : public GrpcStream {
 public:
  explicit ReplyStream(net::ResponseWriter* writer) : writer_(writer) {}
  bool Write(std::string_view message) override {
    return writer_->Write(wire::WriteGrpcMessage(message)) && writer_->Flush();
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
  options.max_body_bytes = message_bytes_max + wire::kGrpcPrefixBytes;
  options.pool = std::move(pool);
  options.no_compression = true;
  router->Handle(
      "POST", path,
      [handle = std::move(handle), message_bytes_max](const net::HttpRequest& request,
                                                      net::ResponseWriter& writer) {
        if (IsGrpc(request, writer)) {
          handle(wire::ReadGrpcMessage(request.body, request.headers.Get("grpc-encoding"),
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
