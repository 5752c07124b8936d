// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/remote_write_handler.h"

namespace sb::ingest {

net::Handler RemoteWriteHandler(RemoteWriteEndpoint* endpoint) {
  return [endpoint](const net::HttpRequest& request, net::ResponseWriter& writer) {
    const RemoteWriteReply reply = endpoint->Write(
        {request.headers.Get("Content-Type"), request.headers.Get("Content-Encoding"), request.body,
         request.headers.Get("User-Agent")});
    net::HttpResponse response(reply.status);
    if (!reply.message.empty()) {
      response = net::PlainTextResponse(reply.status, reply.message);
    }
    for (const auto& [name, value] : reply.headers) {
      response.headers.Add(name, value);
    }
    writer.Send(std::move(response));
  };
}

}  // namespace sb::ingest
