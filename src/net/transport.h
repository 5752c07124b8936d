// SPDX-License-Identifier: Apache-2.0
//
// The seam between bytes and protocols. A Transport is a connection, plain or TLS; a Session is the
// protocol that is spoken on it (HTTP/1.1, HTTP/2, WebSocket). Sessions know no sockets, so they
// are tested with a Transport of strings.
//
// A transport owns its session and calls it; a session calls back at any time, also from within.
// All on one event-loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sb::net {

class EventLoop;

struct PeerInfo {
  std::string address;
  uint16_t port = 0;
  bool is_tls = false;
  std::string tls_client_subject;
};

class Session {
 public:
  virtual ~Session() = default;
  // Bytes from the peer; they live until the function returns.
  virtual void OnData(std::string_view bytes) = 0;
  // The peer will send no more.
  virtual void OnEof() = 0;
  // Some of what was written went out; unsent_bytes() is smaller than before.
  virtual void OnSent() = 0;
  // The connection is gone; nothing may be written any more. Called once, last.
  virtual void OnClosed() = 0;
  virtual void OnTick(int64_t now_ns) = 0;
  // The server stops: no new requests, close when the open ones are done.
  virtual void OnDrain() = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual void Write(std::string bytes) = 0;
  virtual size_t unsent_bytes() const = 0;
  virtual void PauseReading(bool is_paused) = 0;
  // Sends what was written, then the end, and waits shortly for the peer to close too, so that a
  // reply given before the request was read is not lost to a reset.
  virtual void CloseAfterFlush() = 0;
  // Cuts the connection.
  virtual void Abort() = 0;
  // The new session gets the following bytes, the old one is destroyed after the current event.
  virtual void SwitchSession(std::unique_ptr<Session> session) = 0;
  virtual EventLoop& loop() = 0;
  virtual const PeerInfo& peer() const = 0;

  // See TransportEvent.
  virtual void EnterEvent() = 0;
  virtual void LeaveEvent() = 0;
};

// Brackets everything that runs in a session: output is flushed once at the end, and neither
// transport nor session is destroyed while a frame of theirs is on the stack. A transport brackets
// its own calls; a session brackets what others call (an exchange's output).
class TransportEvent {
 public:
  explicit TransportEvent(Transport& transport) : transport_(transport) { transport_.EnterEvent(); }
  ~TransportEvent() { transport_.LeaveEvent(); }
  TransportEvent(const TransportEvent&) = delete;
  TransportEvent& operator=(const TransportEvent&) = delete;

 private:
  Transport& transport_;
};

}  // namespace sb::net
