// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.0 and HTTP/1.1 on one connection: keep-alive, pipelining in order (one request at a time;
// what comes behind it waits in a bounded backlog), chunked bodies both ways, Expect: 100-continue,
// and the timeouts for header, body and silence.
//
// Invariants:
//   * at most one exchange is open, and its reply is complete before the next request is parsed;
//   * after a framing error nothing more is parsed, the connection ends;
//   * a body is only read if the request was routed and let in, or is short enough to be skipped.
//
// Threads: the loop's thread.
#pragma once

#include <memory>
#include <string>

#include "net/exchange.h"
#include "net/http1_parser.h"
#include "net/server_state.h"
#include "net/transport.h"

namespace sb::net {

class Http1Session : public Session, public ExchangeSink {
 public:
  Http1Session(Transport& transport, std::shared_ptr<ServerState> server);
  ~Http1Session() override;

  void OnData(std::string_view bytes) override;
  void OnEof() override;
  void OnSent() override;
  void OnClosed() override;
  void OnTick(int64_t now_ns) override;
  void OnDrain() override;

  void OnOutput(Exchange& exchange) override;
  void OnBodyConsumed(Exchange& exchange, size_t bytes) override;

 private:
  enum class State : uint8_t {
    kHead,     // waiting for or reading a request head
    kBody,     // reading a body
    kReply,    // the handler is at work
    kClosing,  // nothing is read any more
  };
  // What the body that is being read is for.
  enum class BodyUse : uint8_t { kBuffer, kStream, kSkip };

  void Process(std::string_view bytes);
  size_t ReadHead(std::string_view bytes);
  size_t ReadBody(std::string_view bytes);
  size_t ReadSized(std::string_view bytes);
  size_t ReadChunked(std::string_view bytes);
  void OnHead();
  void BeginBody(const Http1Head& head);
  bool TakeBodyBytes(std::string_view bytes);
  void OnBodyEnd();
  void StashBacklog(std::string_view bytes);
  void NextRequest();

  // Answers without a handler.
  void Refuse(HttpResponse response, const Http1Head& head);
  void Fail(int status, std::string_view text);
  void WriteHead(HttpResponse& head, bool has_chunked_body);
  void WriteReply(Exchange::Output output);
  void CutReply();
  void FinishReply();
  void CloseIncomplete();
  bool MustClose() const;
  int64_t BodyDeadline() const;

  Transport& transport_;
  const std::shared_ptr<ServerState> server_;
  State state_ = State::kHead;
  Http1HeadParser parser_;
  int64_t deadline_ns_ = 0;  // of the idle time or of the head
  std::string backlog_;
  bool is_processing_ = false;
  size_t unprocessed_bytes_ = 0;
  bool is_draining_ = false;
  bool is_eof_ = false;
  bool is_closed_ = false;

  // The request in hand.
  std::shared_ptr<Exchange> exchange_;
  BodyUse body_use_ = BodyUse::kBuffer;
  std::shared_ptr<StreamBody> stream_body_;
  bool is_body_chunked_ = false;
  bool is_body_complete_ = true;
  uint64_t body_left_ = 0;
  uint64_t body_received_ = 0;
  uint64_t max_body_bytes_ = 0;
  int64_t body_start_ns_ = 0;
  int64_t body_progress_ns_ = 0;
  ChunkedDecoder chunks_;
  std::string chunk_bytes_;
  HttpVersion version_ = HttpVersion::kHttp11;
  bool is_head_request_ = false;
  bool keep_alive_ = true;
  HttpResponse skip_reply_;  // sent when a skipped body has ended

  // The reply in hand.
  bool is_head_written_ = false;
  bool is_reply_chunked_ = false;
  bool is_reply_sized_ = false;
  bool reply_has_no_body_ = false;
};

}  // namespace sb::net
