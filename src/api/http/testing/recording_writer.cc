// SPDX-License-Identifier: Apache-2.0
#include "api/http/testing/recording_writer.h"

#include "base/check.h"

namespace sb::api {

bool RecordingWriter::Write(std::string_view bytes) {
  reply_.body.append(bytes);
  return !cancelled_;
}

void RecordingWriter::SetTrailer(std::string name, std::string value) {
  reply_.headers.Add(std::move(name), std::move(value));
}

base::Result<std::shared_ptr<net::WebSocket>> RecordingWriter::AcceptWebSocket(
    net::WebSocketOptions /*options*/, net::WebSocketCallbacks /*callbacks*/) {
  return base::InvalidArgument("no WebSocket here");
}

std::shared_ptr<net::ResponseWriter> RecordingWriter::Detach() {
  return {this, [](net::ResponseWriter*) {}};
}

void RecordingWriter::OnCancel(std::function<void()> callback) {
  on_cancel_ = std::move(callback);
  if (cancelled_ && on_cancel_) {
    on_cancel_();
  }
}

void RecordingWriter::Cancel() {
  cancelled_ = true;
  if (on_cancel_) {
    on_cancel_();
  }
}

net::HttpRequest MakeRequest(std::string_view method, std::string_view target,
                             std::string_view body, std::string_view content_type) {
  net::HttpRequest request;
  request.method = method;
  request.target = target;
  const size_t question = target.find('?');
  base::Result<std::string> path = net::PercentDecodePath(target.substr(0, question));
  SB_CHECK(path.ok());
  request.path = *path;
  if (question != std::string_view::npos) {
    request.raw_query = target.substr(question + 1);
    base::Result<net::UrlParams> query = net::UrlParams::Parse(request.raw_query);
    SB_CHECK(query.ok());
    request.query = *query;
  }
  request.body = body;
  if (!content_type.empty()) {
    request.headers.Add("Content-Type", std::string(content_type));
  }
  return request;
}

net::HttpResponse Serve(const net::Router& router, net::HttpRequest request) {
  const std::string raw_path = request.target.substr(0, request.target.find('?'));
  net::Router::Match match = router.Find(request.method, raw_path);
  request.path_params = match.path_params;
  request.mount_prefix = match.route->mount_prefix;
  RecordingWriter writer;
  match.route->handler(request, writer);
  return writer.reply();
}

}  // namespace sb::api
