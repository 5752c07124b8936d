// SPDX-License-Identifier: Apache-2.0
//
// How a handler answers. Three ways, of which each request takes exactly one:
//
//   writer.Send(HttpResponse(200, json, "application/json"));          // all at once
//
//   writer.Start(head);                                                // in pieces
//   while (more && writer.Write(piece)) { … }                          // false: the peer is gone
//   writer.SetTrailer("grpc-status", "0");                             // optional
//   writer.Finish();
//
//   writer.AcceptWebSocket(options, callbacks);                        // net/websocket.h
//
// A handler that returns without having done any of them is answered with 500; one that returns
// after Start() without Finish() leaves a stream that the server cuts, so that the peer sees an
// incomplete body instead of a short but whole one. A handler that wants to go on after returning
// (server-sent events, asynchronous work) takes Detach() and keeps it; dropping the last reference
// has the same effect as returning.
//
// Write() blocks while more than the listener's write_buffer_bytes are unsent (back-pressure),
// until the peer reads, goes away, or the write timeout cuts it. Compression by Accept-Encoding
// happens in here, on the calling thread, for Send() above the listener's threshold and for Start()
// where the content type gains from it; a Content-Encoding set by the handler is left alone.
//
// Threads: one request's calls must not overlap, but may come from any thread that is not an
// event-loop thread; routes with `run_on_event_loop` may only use Send(). IsCancelled() may be
// called from any thread at any time and costs one atomic load.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/http_message.h"
#include "net/websocket.h"

namespace sb::net {

class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  ResponseWriter() = default;
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  virtual void Send(HttpResponse response) = 0;

  // Status and headers of a reply in pieces; `head.body`, if any, is its first piece. A
  // Content-Length among the headers is kept and must be met; without it the body is chunked.
  virtual void Start(HttpResponse head) = 0;
  // False once the peer is gone; the bytes are then dropped.
  virtual bool Write(std::string_view bytes) = 0;
  // Pushes what compression holds back to the peer (server-sent events, tailing).
  virtual bool Flush() = 0;
  // Sent after the body: HTTP/2 trailers, or the trailer section of a chunked body. Before
  // Finish().
  virtual void SetTrailer(std::string name, std::string value) = 0;
  virtual void Finish() = 0;

  // Upgrades to WebSocket. kInvalidArgument if the request asks for none or asks wrongly: the reply
  // is then still the handler's to give.
  virtual base::Result<std::shared_ptr<WebSocket>> AcceptWebSocket(
      WebSocketOptions options, WebSocketCallbacks callbacks) = 0;

  // Keeps the exchange open beyond the return of the handler.
  virtual std::shared_ptr<ResponseWriter> Detach() = 0;

  // The peer closed the connection or reset the stream, or the server is past its drain deadline.
  virtual bool IsCancelled() const = 0;
  // `callback` runs once, when IsCancelled() turns true, on an event-loop thread (so it must be
  // short); at once if it already is. Replaces an earlier callback; it is dropped, not run, when
  // the exchange ends well.
  virtual void OnCancel(std::function<void()> callback) = 0;
};

// The body of a request to a route with `streaming_body`, as it arrives, without Content-Encoding
// undone. The peer is slowed down to the pace of Read().
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Blocks for the next bytes. An empty string is the end; kCancelled if the peer went away,
  // kResourceExhausted above the route's body limit, kDeadlineExceeded when the peer is too slow.
  virtual base::Result<std::string> Read() = 0;
  // Complete once Read() returned the end.
  virtual Headers trailers() = 0;
};

}  // namespace sb::net
