// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_session.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/event_loop_impl.h"

namespace sb::net {

using base::InvalidArgument;
using base::Result;

namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Pings of a peer that are not yet answered, in bytes of pongs that it does not read.
constexpr size_t kMaxUnsentPongs = 64 << 10;

std::string ChooseSubprotocol(const HttpRequest& request, const WebSocketOptions& options) {
  for (const std::string& protocol : options.subprotocols) {
    if (request.headers.HasToken("Sec-WebSocket-Protocol", protocol)) {
      return protocol;
    }
  }
  return "";
}

}  // namespace

Result<WebSocketHandshake> CheckWebSocketRequest(const HttpRequest& request,
                                                 const WebSocketOptions& options) {
  const Headers& headers = request.headers;
  if (request.method != "GET" || request.version != HttpVersion::kHttp11 ||
      !headers.HasToken("Connection", "upgrade") || !headers.HasToken("Upgrade", "websocket")) {
    return InvalidArgument("the request does not ask for a WebSocket");
  }
  if (headers.Get("Sec-WebSocket-Version") != "13") {
    return InvalidArgument("unsupported WebSocket version \"" +
                           std::string(headers.Get("Sec-WebSocket-Version")) + "\"");
  }
  const std::string_view key = headers.Get("Sec-WebSocket-Key");
  if (!IsWebSocketKey(key)) {
    return InvalidArgument("malformed Sec-WebSocket-Key");
  }
  const std::vector<std::string>& origins = options.allowed_origins;
  if (!origins.empty() && headers.Has("Origin") &&
      std::find(origins.begin(), origins.end(), headers.Get("Origin")) == origins.end()) {
    return base::PermissionDenied("origin is not allowed: \"" + std::string(headers.Get("Origin")) +
                                  "\"");
  }
  WebSocketHandshake handshake;
  handshake.subprotocol = ChooseSubprotocol(request, options);
  handshake.response.status = 101;
  Headers& reply = handshake.response.headers;
  reply.Add("Upgrade", "websocket");
  reply.Add("Connection", "Upgrade");
  reply.Add("Sec-WebSocket-Accept", WebSocketAcceptKey(key));
  if (!handshake.subprotocol.empty()) {
    reply.Add("Sec-WebSocket-Protocol", handshake.subprotocol);
  }
  return handshake;
}

class WebSocketSession : public Session {
 public:
  WebSocketSession(Transport& transport, std::shared_ptr<WebSocketChannel> channel)
      : transport_(transport),
        channel_(std::move(channel)),
        reader_(channel_->options_.max_message_bytes) {
    channel_->session_ = this;
    last_heard_ns_ = transport_.loop().NowNs();
    Add(counters().websockets_accepted);
    Add(counters().websockets_open);
    channel_->PostPump();
  }

  ~WebSocketSession() override {
    Disconnect();
    Subtract(counters().websockets_open);
  }

  void OnData(std::string_view bytes) override {
    last_heard_ns_ = transport_.loop().NowNs();
    is_ping_out_ = false;
    WebSocketReader::Event event;
    while (!is_done_) {
      switch (reader_.Next(bytes, &event)) {
        case WebSocketReader::Outcome::kMore:
          return;
        case WebSocketReader::Outcome::kError:
          Add(counters().websocket_protocol_errors);
          return FailWith(reader_.error_code(), reader_.error());
        case WebSocketReader::Outcome::kEvent:
          OnEvent(std::move(event));
          break;
      }
    }
  }

  void OnEof() override {
    is_done_ = true;
    transport_.CloseAfterFlush();
  }
  void OnSent() override { channel_->SetInTransport(transport_.unsent_bytes()); }
  void OnClosed() override { Disconnect(); }

  void OnDrain() override {
    if (!close_sent_) {
      SendClose(EncodeWebSocketClose(kCloseGoingAway, "server is shutting down"));
    }
  }

  void OnTick(int64_t now_ns) override {
    ResumeReading();
    if (close_sent_) {
      if (now_ns >= close_deadline_ns_) {
        transport_.Abort();
      }
      return;
    }
    const int64_t interval = channel_->options_.ping_interval_ms * kNsPerMs;
    if (is_paused_ || now_ns < last_heard_ns_ + interval) {
      return;
    }
    if (!is_ping_out_) {
      is_ping_out_ = true;
      transport_.Write(EncodeWebSocketFrame(WebSocketOpcode::kPing, {}));
    } else if (now_ns >= last_heard_ns_ + 2 * interval) {
      Add(counters().idle_timeouts);
      transport_.Abort();
    }
  }

  // Moves what handlers sent to the transport.
  void Pump() {
    const TransportEvent event(transport_);
    bool wants_close = false;
    std::string bytes = channel_->TakeOutbox(&wants_close);
    if (!close_sent_) {
      transport_.Write(std::move(bytes));
    }
    channel_->SetInTransport(transport_.unsent_bytes());
    if (wants_close && !close_sent_) {
      MarkCloseSent();
    }
    ResumeReading();
  }

 private:
  ServerCounters& counters() { return channel_->server_->counters; }

  void OnEvent(WebSocketReader::Event event) {
    switch (event.opcode) {
      case WebSocketOpcode::kPing:
        // A flood of pings to which the answers are not read is not worth answering.
        if (!close_sent_ && transport_.unsent_bytes() < kMaxUnsentPongs) {
          transport_.Write(EncodeWebSocketFrame(WebSocketOpcode::kPong, event.payload));
        }
        break;
      case WebSocketOpcode::kPong:
        break;
      case WebSocketOpcode::kClose:
        OnClose(event.payload);
        break;
      default:
        channel_->Deliver({event.opcode == WebSocketOpcode::kText, std::move(event.payload)});
        if (channel_->inbox_size() >= channel_->options_.max_queued_messages) {
          is_paused_ = true;
          transport_.PauseReading(true);
        }
        break;
    }
  }

  void OnClose(std::string_view payload) {
    uint16_t code = kCloseNoStatus;
    if (payload.size() >= 2) {
      code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                   static_cast<uint8_t>(payload[1]));
    }
    const std::string_view reason = payload.size() > 2 ? payload.substr(2) : std::string_view();
    if (payload.size() == 1 || (payload.size() >= 2 && !IsValidCloseCode(code)) ||
        !IsUtf8(reason)) {
      Add(counters().websocket_protocol_errors);
      return FailWith(kCloseProtocolError, "malformed close frame");
    }
    close_code_ = code;
    close_reason_ = reason;
    if (!close_sent_) {
      SendClose(EncodeWebSocketClose(code, reason));
    }
    is_done_ = true;
    transport_.CloseAfterFlush();
  }

  void FailWith(uint16_t code, std::string_view reason) {
    close_code_ = code;
    close_reason_ = reason;
    if (!close_sent_) {
      SendClose(EncodeWebSocketClose(code, reason));
    }
    is_done_ = true;
    transport_.CloseAfterFlush();
  }

  void SendClose(std::string frame) {
    transport_.Write(std::move(frame));
    MarkCloseSent();
  }

  void MarkCloseSent() {
    close_sent_ = true;
    channel_->is_open_ = false;
    close_deadline_ns_ = transport_.loop().NowNs() + channel_->options_.close_timeout_ms * kNsPerMs;
  }

  void ResumeReading() {
    if (is_paused_ && channel_->inbox_size() <= channel_->options_.max_queued_messages / 2) {
      is_paused_ = false;
      last_heard_ns_ = transport_.loop().NowNs();
      transport_.PauseReading(false);
    }
  }

  void Disconnect() {
    if (channel_->session_ == this) {
      channel_->session_ = nullptr;
      channel_->DeliverClose(close_code_, close_reason_);
    }
  }

  Transport& transport_;
  const std::shared_ptr<WebSocketChannel> channel_;
  WebSocketReader reader_;
  int64_t last_heard_ns_ = 0;
  int64_t close_deadline_ns_ = 0;
  bool is_ping_out_ = false;
  bool close_sent_ = false;
  bool is_paused_ = false;
  bool is_done_ = false;  // nothing is read any more
  uint16_t close_code_ = kCloseAbnormal;
  std::string close_reason_;
};

std::unique_ptr<Session> MakeWebSocketSession(Transport& transport,
                                              std::shared_ptr<WebSocketChannel> channel) {
  return std::make_unique<WebSocketSession>(transport, std::move(channel));
}

WebSocketChannel::WebSocketChannel(EventLoop& loop, std::shared_ptr<ServerState> server,
                                   WebSocketOptions options, WebSocketCallbacks callbacks,
                                   Executor executor, std::string subprotocol)
    : loop_(loop),
      server_(std::move(server)),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      executor_(std::move(executor)),
      subprotocol_(std::move(subprotocol)) {}

WebSocketChannel::~WebSocketChannel() = default;

bool WebSocketChannel::SendText(std::string_view text) {
  return Send(WebSocketOpcode::kText, text);
}

bool WebSocketChannel::SendBinary(std::string_view bytes) {
  return Send(WebSocketOpcode::kBinary, bytes);
}

bool WebSocketChannel::Send(WebSocketOpcode opcode, std::string_view payload) {
  std::string frame = EncodeWebSocketFrame(opcode, payload);
  const base::MutexLock lock(mutex_);
  while (is_open_ && outbox_.size() + in_transport_ > options_.max_unsent_bytes &&
         !loop_.IsHere()) {
    drained_.Wait(mutex_);
  }
  if (!is_open_ || wants_close_) {
    return false;
  }
  Enqueue(std::move(frame));
  return true;
}

void WebSocketChannel::Enqueue(std::string frame) {
  if (outbox_.empty()) {
    outbox_ = std::move(frame);
  } else {
    outbox_ += frame;
  }
  if (wake_posted_) {
    return;
  }
  wake_posted_ = true;
  PostPump();
}

void WebSocketChannel::PostPump() {
  loop_.Post([self = shared_from_this()] {
    if (self->session_ != nullptr) {
      self->session_->Pump();
    }
  });
}

void WebSocketChannel::Close(uint16_t code, std::string_view reason) {
  const base::MutexLock lock(mutex_);
  if (!is_open_ || wants_close_) {
    return;
  }
  wants_close_ = true;
  Enqueue(EncodeWebSocketClose(code, reason));
}

size_t WebSocketChannel::unsent_bytes() const {
  const base::MutexLock lock(mutex_);
  return outbox_.size() + in_transport_;
}

std::string WebSocketChannel::TakeOutbox(bool* wants_close) {
  const base::MutexLock lock(mutex_);
  wake_posted_ = false;
  *wants_close = wants_close_;
  return std::exchange(outbox_, std::string());
}

void WebSocketChannel::SetInTransport(size_t bytes) {
  const base::MutexLock lock(mutex_);
  in_transport_ = bytes;
  drained_.NotifyAll();
}

size_t WebSocketChannel::inbox_size() const {
  const base::MutexLock lock(mutex_);
  return inbox_.size();
}

void WebSocketChannel::Deliver(WebSocketMessage message) {
  {
    const base::MutexLock lock(mutex_);
    inbox_.push_back(std::move(message));
  }
  StartCallbacks();
}

void WebSocketChannel::DeliverClose(uint16_t code, std::string reason) {
  is_open_ = false;
  {
    const base::MutexLock lock(mutex_);
    has_close_event_ = true;
    close_code_ = code;
    close_reason_ = std::move(reason);
    drained_.NotifyAll();
  }
  StartCallbacks();
}

void WebSocketChannel::StartCallbacks() {
  {
    const base::MutexLock lock(mutex_);
    if (is_running_callbacks_) {
      return;
    }
    is_running_callbacks_ = true;
  }
  auto task = [self = shared_from_this()] { self->RunCallbacks(); };
  // A full pool must not lose a message or the close; the loop's thread is then the way out.
  if (!executor_ || !executor_(task)) {
    loop_.Post(std::move(task));
  }
}

void WebSocketChannel::RunCallbacks() {
  while (true) {
    WebSocketMessage message;
    bool is_close = false;
    uint16_t code = 0;
    std::string reason;
    {
      const base::MutexLock lock(mutex_);
      if (!inbox_.empty()) {
        message = std::move(inbox_.front());
        inbox_.pop_front();
        if (inbox_.size() == options_.max_queued_messages / 2) {
          PostPump();
        }
      } else if (has_close_event_) {
        is_close = true;
        has_close_event_ = false;
        code = close_code_;
        reason = std::move(close_reason_);
      } else {
        is_running_callbacks_ = false;
        return;
      }
    }
    try {
      if (is_close && callbacks_.on_close) {
        callbacks_.on_close(*this, code, reason);
      } else if (!is_close && callbacks_.on_message) {
        callbacks_.on_message(*this, std::move(message));
      }
    } catch (const std::exception& e) {
      SB_LOG_EVERY(1, kError, "WebSocket callback threw", {"error", e.what()});
    }
  }
}

}  // namespace sb::net
