// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/http1_session.h"
#include "net/http2_session.h"

namespace sb::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr int64_t kLingerNs = 2'000'000'000;
// Reads of one wake-up before other connections get their turn.
constexpr int kReadsPerWakeUp = 4;
constexpr size_t kMaxGather = 16;
// Small pieces are glued together instead of gathered.
constexpr size_t kGlueBytes = 4 << 10;
constexpr int64_t kNsPerMs = 1'000'000;

}  // namespace

Connection::Connection(EventLoop& loop, std::shared_ptr<ServerState> server, Socket socket,
                       PeerInfo peer, std::function<void(Connection*)> on_closed)
    : loop_(loop),
      server_(std::move(server)),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      on_closed_(std::move(on_closed)) {}

Connection::~Connection() = default;

void Connection::Start() {
  const TransportEvent event(*this);
  if (const auto tls = server_->tls()) {
    tls_ = std::make_unique<TlsEngine>(tls);
    peer_.is_tls = true;
  }
  handshake_deadline_ns_ = loop_.NowNs() + server_->options.header_timeout_ms * kNsPerMs;
  loop_.AddTicking(this);
  if (server_->is_draining) {
    Abort();
    return;
  }
  WaitReadable();
}

void Connection::Drain() {
  const TransportEvent event(*this);
  is_draining_ = true;
  if (session_ != nullptr) {
    session_->OnDrain();
  } else {
    Abort();
  }
}

void Connection::WaitReadable() {
  if (is_reading_ || is_paused_ || is_closed_ || is_eof_) {
    return;
  }
  is_reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->is_reading_ = false;
    const TransportEvent event(*self);
    if (error) {
      self->Close();
    } else if (!self->is_closed_ && !self->is_paused_) {
      self->OnReadable();
    }
  });
}

void Connection::OnReadable() {
  std::vector<char>& buffer = loop_.read_buffer();
  for (int i = 0; i < kReadsPerWakeUp && !is_closed_ && !is_paused_ && !is_eof_; ++i) {
    error_code error;
    const size_t n = socket_.read_some(asio::buffer(buffer), error);
    if (error == asio::error::would_block) {
      break;
    }
    if (error == asio::error::eof) {
      is_eof_ = true;
      OnPeerEof();
      break;
    }
    if (error) {
      Close();
      return;
    }
    Add(server_->counters.bytes_received, n);
    OnBytes(std::string_view(buffer.data(), n));
    if (n < buffer.size()) {
      break;
    }
  }
  WaitReadable();
}

void Connection::OnBytes(std::string_view bytes) {
  if (is_lingering_ || close_after_flush_) {
    return;
  }
  if (tls_ == nullptr) {
    OnPlaintext(bytes);
    return;
  }
  std::string plaintext;
  const bool was_done = tls_->is_handshake_done();
  const base::Status status = tls_->Receive(bytes, plaintext);
  Queue(tls_->TakeOutput());
  if (!was_done && tls_->is_handshake_done()) {
    peer_.tls_client_subject = tls_->client_subject();
  }
  if (!plaintext.empty()) {
    OnPlaintext(plaintext);
  }
  if (!status.ok()) {
    if (!was_done) {
      Add(server_->counters.tls_handshake_errors);
      SB_LOG_EVERY(10, kDebug, "TLS handshake failed", {"server", server_->options.name},
                   {"peer", peer_.address}, {"error", status.message()});
    }
    CloseAfterFlush();
  } else if (tls_->peer_closed()) {
    OnPeerEof();
  }
}

void Connection::OnPlaintext(std::string_view bytes) {
  if (is_closed_) {
    return;
  }
  if (session_ != nullptr) {
    session_->OnData(bytes);
  } else {
    ChooseProtocol(bytes);
  }
}

void Connection::ChooseProtocol(std::string_view first_bytes) {
  if (server_->make_session != nullptr) {
    session_ = server_->make_session(*this);
    session_->OnData(first_bytes);
    return;
  }
  if (tls_ != nullptr) {
    StartSession(tls_->alpn() == "h2", first_bytes);
    return;
  }
  sniffed_.append(first_bytes);
  const size_t n = std::min(sniffed_.size(), kHttp2Preface.size());
  const bool may_be_http2 =
      server_->options.enable_http2 && sniffed_.compare(0, n, kHttp2Preface, 0, n) == 0;
  if (may_be_http2 && n < kHttp2Preface.size()) {
    return;
  }
  const std::string bytes = std::exchange(sniffed_, std::string());
  StartSession(may_be_http2, bytes);
}

void Connection::StartSession(bool is_http2, std::string_view first_bytes) {
  if (is_http2) {
    session_ = MakeHttp2Session(*this, server_);
  } else {
    session_ = std::make_unique<Http1Session>(*this, server_);
  }
  if (is_draining_) {
    session_->OnDrain();
  }
  session_->OnData(first_bytes);
}

void Connection::OnPeerEof() {
  if (is_lingering_ || session_ == nullptr) {
    Close();
  } else {
    session_->OnEof();
  }
}

void Connection::SwitchSession(std::unique_ptr<Session> session) {
  retired_.push_back(std::move(session_));
  session_ = std::move(session);
}

void Connection::PauseReading(bool is_paused) {
  const bool resumed = is_paused_ && !is_paused;
  is_paused_ = is_paused;
  if (resumed) {
    WaitReadable();
  }
}

void Connection::Write(std::string bytes) {
  if (is_closed_ || is_lingering_ || bytes.empty()) {
    return;
  }
  const TransportEvent event(*this);
  if (tls_ == nullptr) {
    Queue(std::move(bytes));
    return;
  }
  const base::Status status = tls_->Encrypt(bytes);
  Queue(tls_->TakeOutput());
  if (!status.ok()) {
    Abort();
  }
}

void Connection::Queue(std::string bytes) {
  if (bytes.empty()) {
    return;
  }
  if (unsent_bytes_ == 0) {
    write_deadline_ns_ = loop_.NowNs() + server_->options.write_timeout_ms * kNsPerMs;
  }
  unsent_bytes_ += bytes.size();
  const bool may_glue = !output_.empty() && (output_.size() > 1 || output_offset_ == 0);
  if (may_glue && output_.back().size() + bytes.size() <= kGlueBytes) {
    output_.back().append(bytes);
  } else {
    output_.push_back(std::move(bytes));
  }
}

// Sends until the socket is full. Never calls the session, so that a session may write from within
// any of its functions.
void Connection::Flush() {
  while (!is_writing_ && !is_closed_ && unsent_bytes_ > 0) {
    if (!FlushSome()) {
      return;
    }
  }
}

bool Connection::FlushSome() {
  std::array<asio::const_buffer, kMaxGather> buffers;
  size_t count = 0;
  for (auto it = output_.begin(); it != output_.end() && count < kMaxGather; ++it, ++count) {
    const size_t offset = count == 0 ? output_offset_ : 0;
    buffers[count] = asio::const_buffer(it->data() + offset, it->size() - offset);
  }
  for (size_t i = count; i < kMaxGather; ++i) {
    buffers[i] = asio::const_buffer();
  }
  error_code error;
  size_t n =
      count == 1 ? socket_.write_some(buffers[0], error) : socket_.write_some(buffers, error);
  if (error == asio::error::would_block) {
    WaitWritable();
    return false;
  }
  if (error) {
    Close();
    return false;
  }
  Add(server_->counters.bytes_sent, n);
  unsent_bytes_ -= n;
  sent_since_event_ += n;
  write_deadline_ns_ =
      unsent_bytes_ == 0 ? 0 : loop_.NowNs() + server_->options.write_timeout_ms * kNsPerMs;
  while (n > 0) {
    const size_t left = output_.front().size() - output_offset_;
    if (n < left) {
      output_offset_ += n;
      break;
    }
    n -= left;
    output_.pop_front();
    output_offset_ = 0;
  }
  return true;
}

void Connection::WaitWritable() {
  is_writing_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->is_writing_ = false;
    const TransportEvent event(*self);
    if (error) {
      self->Close();
    }
  });
}

void Connection::EnterEvent() {
  if (++event_depth_ == 1) {
    event_self_ = shared_from_this();
  }
}

void Connection::LeaveEvent() {
  if (--event_depth_ == 0) {
    const std::shared_ptr<Connection> self = std::move(event_self_);
    EndEvent();
  }
}

void Connection::EndEvent() {
  // The session may write again in OnSent(), hence the loop; it ends because each round needs bytes
  // that were really sent.
  while (true) {
    Flush();
    if (is_closed_ || sent_since_event_ == 0 || session_ == nullptr) {
      break;
    }
    sent_since_event_ = 0;
    ++event_depth_;
    session_->OnSent();
    --event_depth_;
  }
  sent_since_event_ = 0;
  AfterFlush();
  retired_.clear();
}

void Connection::AfterFlush() {
  if (is_closed_ || !close_after_flush_ || unsent_bytes_ > 0 || is_lingering_) {
    return;
  }
  if (tls_ != nullptr) {
    tls_->Shutdown();
    Queue(tls_->TakeOutput());
    Flush();
  }
  is_lingering_ = true;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (is_eof_) {
    Close();
    return;
  }
  linger_deadline_ns_ = loop_.NowNs() + kLingerNs;
  is_paused_ = false;
  WaitReadable();
}

void Connection::CloseAfterFlush() {
  const TransportEvent event(*this);
  close_after_flush_ = true;
}

void Connection::Abort() {
  Close();
}

void Connection::Close() {
  if (is_closed_) {
    return;
  }
  is_closed_ = true;
  // The object must survive the callbacks below, whoever drops it meanwhile.
  const TransportEvent event(*this);
  loop_.RemoveTicking(this);
  error_code ignored;
  socket_.close(ignored);
  output_.clear();
  unsent_bytes_ = 0;
  if (session_ != nullptr) {
    session_->OnClosed();
    retired_.push_back(std::move(session_));
  }
  // The callback holds the listener, which must not live as long as this object may.
  const auto on_closed = std::exchange(on_closed_, nullptr);
  on_closed(this);
}

void Connection::OnTick(int64_t now_ns) {
  const TransportEvent event(*this);
  if (write_deadline_ns_ != 0 && now_ns >= write_deadline_ns_) {
    Add(server_->counters.write_timeouts);
    Abort();
  } else if (is_lingering_) {
    if (now_ns >= linger_deadline_ns_) {
      Close();
    }
  } else if (session_ == nullptr) {
    if (now_ns >= handshake_deadline_ns_) {
      Add(server_->counters.header_timeouts);
      Abort();
    }
  } else {
    session_->OnTick(now_ns);
  }
}

}  // namespace sb::net
