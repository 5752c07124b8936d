// SPDX-License-Identifier: Apache-2.0
//
// Connection is the Transport over a TCP socket, plain or TLS. It waits for readiness and reads
// into its loop's one buffer, so that an idle connection holds no read buffer; writes are tried at
// once, gathered, and wait only when the socket is full.
//
// Life: handshake (TLS) -> protocol chosen (ALPN, or the HTTP/2 preface) -> session -> lingering
// (our side is shut down, the peer's rest is dropped) -> closed. It keeps itself alive through its
// pending asynchronous operation and the server's list of connections.
//
// Threads: everything on the loop's thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/event_loop_impl.h"
#include "net/server_state.h"
#include "net/tls_engine.h"
#include "net/transport.h"

namespace sb::net {

class Connection : public Transport,
                   public Ticking,
                   public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  Connection(EventLoop& loop, std::shared_ptr<ServerState> server, Socket socket, PeerInfo peer,
             std::function<void(Connection*)> on_closed);
  ~Connection() override;

  void Start();
  void Drain();
  void Abort() override;
  // False when all that is left is waiting for the peer to close.
  bool IsBusy() const { return !is_closed_ && !is_lingering_; }

  void Write(std::string bytes) override;
  size_t unsent_bytes() const override { return unsent_bytes_; }
  void PauseReading(bool is_paused) override;
  void CloseAfterFlush() override;
  void SwitchSession(std::unique_ptr<Session> session) override;
  EventLoop& loop() override { return loop_; }
  const PeerInfo& peer() const override { return peer_; }
  void EnterEvent() override;
  void LeaveEvent() override;

  void OnTick(int64_t now_ns) override;

 private:
  void EndEvent();
  void WaitReadable();
  void WaitWritable();
  void OnReadable();
  void OnBytes(std::string_view bytes);
  void OnPlaintext(std::string_view bytes);
  void OnPeerEof();
  void ChooseProtocol(std::string_view first_bytes);
  void StartSession(bool is_http2, std::string_view first_bytes);
  void Queue(std::string bytes);
  void Flush();
  bool FlushSome();
  void AfterFlush();
  void Close();

  EventLoop& loop_;
  const std::shared_ptr<ServerState> server_;
  Socket socket_;
  PeerInfo peer_;
  std::function<void(Connection*)> on_closed_;
  std::unique_ptr<TlsEngine> tls_;
  std::unique_ptr<Session> session_;
  std::vector<std::unique_ptr<Session>> retired_;
  std::string sniffed_;

  std::deque<std::string> output_;
  size_t output_offset_ = 0;  // sent bytes of output_.front()
  size_t unsent_bytes_ = 0;
  size_t sent_since_event_ = 0;

  int event_depth_ = 0;
  std::shared_ptr<Connection> event_self_;  // while event_depth_ > 0
  bool is_reading_ = false;                 // a wait for readability is pending
  bool is_writing_ = false;
  bool is_paused_ = false;
  bool is_eof_ = false;
  bool is_draining_ = false;
  bool close_after_flush_ = false;
  bool is_lingering_ = false;
  bool is_closed_ = false;
  int64_t handshake_deadline_ns_ = 0;
  int64_t write_deadline_ns_ = 0;  // 0: nothing unsent
  int64_t linger_deadline_ns_ = 0;
};

}  // namespace sb::net
