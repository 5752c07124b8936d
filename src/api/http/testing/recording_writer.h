// SPDX-License-Identifier: Apache-2.0
//
// RecordingWriter is a ResponseWriter that keeps the reply, so that a façade can be tested without
// sockets.
//
//   RecordingWriter writer;
//   handler(Get("/api/v1/labels?match[]=up"), writer);
//   EXPECT_EQ(writer.reply().status, 200);
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_message.h"
#include "net/response_writer.h"
#include "net/router.h"

namespace sb::api {

class RecordingWriter : public net::ResponseWriter {
 public:
  void Send(net::HttpResponse response) override { reply_ = std::move(response); }
  void Start(net::HttpResponse head) override { reply_ = std::move(head); }
  bool Write(std::string_view bytes) override;
  bool Flush() override { return !cancelled_; }
  void SetTrailer(std::string name, std::string value) override;
  void Finish() override {}
  base::Result<std::shared_ptr<net::WebSocket>> AcceptWebSocket(
      net::WebSocketOptions options, net::WebSocketCallbacks callbacks) override;
  std::shared_ptr<net::ResponseWriter> Detach() override;
  bool IsCancelled() const override { return cancelled_; }
  void OnCancel(std::function<void()> callback) override;

  // The peer goes away.
  void Cancel();
  const net::HttpResponse& reply() const { return reply_; }

 private:
  net::HttpResponse reply_;
  bool cancelled_ = false;
  std::function<void()> on_cancel_;
};

// A request as the server would hand it over; `target` with its query still encoded.
net::HttpRequest MakeRequest(std::string_view method, std::string_view target,
                             std::string_view body = {}, std::string_view content_type = {});

// Routes the request and returns the reply.
net::HttpResponse Serve(const net::Router& router, net::HttpRequest request);

}  // namespace sb::api
