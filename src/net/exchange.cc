// SPDX-License-Identifier: Apache-2.0
#include "net/exchange.h"

#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "net/event_loop_impl.h"
#include "net/websocket_session.h"

namespace sb::net {
namespace {

// Headers that belong to the connection, not to the handler.
constexpr std::string_view kConnectionHeaders[] = {"Connection", "Keep-Alive", "Transfer-Encoding",
                                                   "Upgrade",    "Date",       "Proxy-Connection"};

bool HasNoBody(int status) {
  return status < 200 || status == 204 || status == 304;
}

HttpResponse Overloaded(std::string_view why) {
  HttpResponse response = PlainTextResponse(503, why);
  response.headers.Add("Retry-After", "1");
  return response;
}

}  // namespace

const Executor* FindExecutor(const ServerState& server, const Route& route) {
  if (route.options.run_on_event_loop) {
    return nullptr;
  }
  const auto it = server.options.executors.find(route.options.pool);
  return it != server.options.executors.end() ? &it->second : nullptr;
}

Exchange::Exchange(EventLoop& loop, std::shared_ptr<ServerState> server, HttpRequest request,
                   Router::Match match, ExchangeSink* sink)
    : loop_(loop),
      server_(std::move(server)),
      route_(std::move(match.route)),
      request_(std::move(request)),
      is_head_request_(request_.method == "HEAD"),
      start_ns_(loop.NowNs()),
      sink_(sink) {
  request_.path_params = std::move(match.path_params);
  request_.mount_prefix = route_->mount_prefix;
  Add(server_->counters.requests_in_flight);
}

Exchange::~Exchange() {
  Report();
  server_->ReleaseBody(reserved_body_bytes_);
  Subtract(server_->counters.requests_in_flight);
}

std::shared_ptr<StreamBody> Exchange::StartStreamBody() {
  stream_body_ = std::make_shared<StreamBody>([weak = weak_from_this()](size_t bytes) {
    if (const std::shared_ptr<Exchange> self = weak.lock()) {
      self->loop_.Post([self, bytes] {
        if (self->sink_ != nullptr) {
          self->sink_->OnBodyConsumed(*self, bytes);
        }
      });
    }
  });
  request_.body_reader = stream_body_;
  return stream_body_;
}

void Exchange::Dispatch() {
  // Held by the handler's task and by whoever calls Detach(); the last one out completes the reply.
  const std::shared_ptr<ResponseWriter> guard(
      static_cast<ResponseWriter*>(this), [self = shared_from_this()](ResponseWriter*) mutable {
        // guard_ keeps this function alive, which therefore must not keep the exchange.
        const std::shared_ptr<Exchange> exchange = std::move(self);
        exchange->OnHandlerReleased();
      });
  guard_ = guard;
  const Executor* executor = FindExecutor(*server_, *route_);
  if (executor == nullptr) {
    RunHandler();
    return;
  }
  if (!(*executor)([this, guard] { RunHandler(); })) {
    Add(server_->counters.overload_refused);
    Send(Overloaded("too many requests are waiting"));
  }
}

void Exchange::RunHandler() {
  if (is_gone_ || !DecodeBody()) {
    return;
  }
  try {
    route_->handler(request_, *this);
  } catch (const std::exception& e) {
    SB_LOG_EVERY(1, kError, "handler threw", {"route", route_->pattern}, {"error", e.what()});
  }
}

// Undoes Content-Encoding on the handler's thread. "snappy" without framing is part of the remote
// write protocol and stays; anything else unknown is refused.
bool Exchange::DecodeBody() {
  const std::string coding = request_.headers.GetJoined("Content-Encoding");
  if (coding.empty() || request_.body_reader != nullptr || EqualsIgnoreCase(coding, "snappy")) {
    return true;
  }
  if (!request_.body.empty()) {
    const size_t limit = route_->options.max_decoded_body_bytes != 0
                             ? route_->options.max_decoded_body_bytes
                             : server_->options.max_decoded_body_bytes;
    base::Result<std::string> decoded = DecodeContent(coding, request_.body, limit);
    if (!decoded.ok()) {
      const bool is_bomb = decoded.status().code() == base::StatusCode::kResourceExhausted;
      const bool is_unknown = decoded.status().code() == base::StatusCode::kUnimplemented;
      Add(is_bomb ? server_->counters.body_too_large : server_->counters.body_undecodable);
      Send(PlainTextResponse(is_bomb ? 413 : is_unknown ? 415 : 400, decoded.status().message()));
      return false;
    }
    request_.body = *std::move(decoded);
  }
  request_.headers.Remove("Content-Encoding");
  return true;
}

void Exchange::OnHandlerReleased() {
  bool is_unanswered = false;
  {
    const base::MutexLock lock(mutex_);
    is_unanswered = phase_ == Phase::kOpen;
    if (phase_ == Phase::kStreaming) {
      phase_ = Phase::kFinished;
      is_aborted_ = true;
      Add(server_->counters.handler_failures, is_gone_ ? 0 : 1);
      WakeLoop();
    }
  }
  if (is_unanswered && !is_gone_) {
    Add(server_->counters.handler_failures);
    Send(PlainTextResponse(500, "Internal Server Error"));
  }
}

bool Exchange::Advance(Phase from, Phase to) {
  const base::MutexLock lock(mutex_);
  if (phase_ != from) {
    SB_LOG_EVERY(1, kError, "handler answers out of order", {"route", route_->pattern});
    return false;
  }
  phase_ = to;
  return true;
}

void Exchange::PrepareHead(HttpResponse& head) {
  for (const std::string_view name : kConnectionHeaders) {
    head.headers.Remove(name);
  }
  bool is_valid = head.status >= 200 && head.status <= 999;
  for (const Headers::Entry& entry : head.headers) {
    is_valid = is_valid && IsToken(entry.first) && IsHeaderValue(entry.second);
  }
  if (!is_valid) {
    SB_LOG_EVERY(1, kError, "handler gave an invalid status or header", {"route", route_->pattern},
                 {"status", head.status});
    Add(server_->counters.handler_failures);
    head = PlainTextResponse(500, "Internal Server Error");
  }
  has_no_body_ = is_head_request_ || HasNoBody(head.status);
}

ContentCoding Exchange::CodingFor(const HttpResponse& head) const {
  if (!server_->options.enable_compression || route_->options.no_compression ||
      HasNoBody(head.status) || head.status == 206 || head.headers.Has("Content-Encoding") ||
      !IsCompressible(head.headers.Get("Content-Type"))) {
    return ContentCoding::kIdentity;
  }
  return ChooseCoding(request_.headers.Get("Accept-Encoding"));
}

void Exchange::Send(HttpResponse response) {
  if (!Advance(Phase::kOpen, Phase::kFinished)) {
    return;
  }
  PrepareHead(response);
  if (response.body.size() >= server_->options.min_compress_bytes) {
    const ContentCoding coding = CodingFor(response);
    if (coding != ContentCoding::kIdentity) {
      response.body = EncodeContent(coding, response.body);
      response.headers.Add("Content-Encoding", std::string(ContentCodingName(coding)));
      response.headers.Add("Vary", "Accept-Encoding");
    }
  }
  if (!HasNoBody(response.status)) {
    response.headers.Set("Content-Length", std::to_string(response.body.size()));
  }
  std::string body = has_no_body_ ? std::string() : std::move(response.body);
  response.body.clear();
  const base::MutexLock lock(mutex_);
  status_ = response.status;
  body_bytes_ = body.size();
  head_ = std::move(response);
  pending_ = std::move(body);
  WakeLoop();
}

void Exchange::Start(HttpResponse head) {
  if (!Advance(Phase::kOpen, Phase::kStreaming)) {
    return;
  }
  PrepareHead(head);
  const ContentCoding coding = CodingFor(head);
  if (coding != ContentCoding::kIdentity) {
    encoder_ = ContentEncoder::Create(coding);
    head.headers.Add("Content-Encoding", std::string(ContentCodingName(coding)));
    head.headers.Add("Vary", "Accept-Encoding");
    head.headers.Remove("Content-Length");
  }
  if (const std::string* length = head.headers.Find("Content-Length")) {
    uint64_t declared = 0;
    std::from_chars(length->data(), length->data() + length->size(), declared);
    declared_left_ = declared;
  }
  const std::string first = std::exchange(head.body, std::string());
  {
    const base::MutexLock lock(mutex_);
    status_ = head.status;
    head_ = std::move(head);
    WakeLoop();
  }
  if (!first.empty()) {
    Write(first);
  }
}

bool Exchange::Write(std::string_view bytes) {
  if (has_no_body_ || bytes.empty()) {
    return !is_gone_;
  }
  std::string output;
  if (encoder_ != nullptr) {
    encoder_->Encode(bytes, ContentEncoder::Mode::kContinue, output);
  } else {
    output = bytes;
  }
  return AppendBody(std::move(output), true);
}

bool Exchange::Flush() {
  if (encoder_ == nullptr || has_no_body_) {
    return !is_gone_;
  }
  std::string output;
  encoder_->Encode({}, ContentEncoder::Mode::kFlush, output);
  return AppendBody(std::move(output), true);
}

bool Exchange::AppendBody(std::string bytes, bool waits) {
  const base::MutexLock lock(mutex_);
  if (phase_ != Phase::kStreaming || is_gone_) {
    return false;
  }
  if (bytes.empty()) {
    return true;
  }
  if (declared_left_.has_value()) {
    if (bytes.size() > *declared_left_) {
      SB_LOG_EVERY(1, kError, "handler wrote more than its Content-Length",
                   {"route", route_->pattern});
      bytes.resize(static_cast<size_t>(*declared_left_));
    }
    *declared_left_ -= bytes.size();
  }
  body_bytes_ += bytes.size();
  if (pending_.empty()) {
    pending_ = std::move(bytes);
  } else {
    pending_ += bytes;
  }
  WakeLoop();
  while (waits && UnsentLocked() > server_->options.write_buffer_bytes && !is_gone_ &&
         !loop_.IsHere()) {
    drained_.Wait(mutex_);
  }
  return !is_gone_;
}

void Exchange::SetTrailer(std::string name, std::string value) {
  if (!IsToken(name) || !IsHeaderValue(value)) {
    SB_LOG_EVERY(1, kError, "handler gave an invalid trailer", {"route", route_->pattern});
    return;
  }
  const base::MutexLock lock(mutex_);
  trailers_.Add(std::move(name), std::move(value));
}

void Exchange::Finish() {
  if (encoder_ != nullptr && !has_no_body_) {
    std::string output;
    encoder_->Encode({}, ContentEncoder::Mode::kFinish, output);
    AppendBody(std::move(output), false);
  }
  if (!Advance(Phase::kStreaming, Phase::kFinished)) {
    return;
  }
  const base::MutexLock lock(mutex_);
  // A body shorter than its Content-Length must not pass for a whole one.
  is_aborted_ = declared_left_.value_or(0) > 0 && !has_no_body_;
  WakeLoop();
}

base::Result<std::shared_ptr<WebSocket>> Exchange::AcceptWebSocket(WebSocketOptions options,
                                                                   WebSocketCallbacks callbacks) {
  SB_ASSIGN_OR_RETURN(WebSocketHandshake handshake, CheckWebSocketRequest(request_, options));
  const Executor* executor = FindExecutor(*server_, *route_);
  auto channel = std::make_shared<WebSocketChannel>(
      loop_, server_, std::move(options), std::move(callbacks),
      executor != nullptr ? *executor : Executor(), handshake.subprotocol);
  if (!Advance(Phase::kOpen, Phase::kFinished)) {
    return base::FailedPrecondition("the request was already answered");
  }
  const base::MutexLock lock(mutex_);
  head_ = std::move(handshake.response);
  status_ = head_->status;
  upgrade_ = [channel](Transport& transport) { return MakeWebSocketSession(transport, channel); };
  WakeLoop();
  return std::shared_ptr<WebSocket>(channel);
}

void Exchange::OnCancel(std::function<void()> callback) {
  {
    const base::MutexLock lock(mutex_);
    if (!IsCancelled()) {
      cancel_callback_ = std::move(callback);
      return;
    }
  }
  callback();
}

void Exchange::WakeLoop() {
  if (wake_posted_) {
    return;
  }
  wake_posted_ = true;
  loop_.Post([self = shared_from_this()] { self->DeliverOutput(); });
}

void Exchange::DeliverOutput() {
  {
    const base::MutexLock lock(mutex_);
    wake_posted_ = false;
  }
  if (sink_ != nullptr) {
    sink_->OnOutput(*this);
  }
}

Exchange::Output Exchange::TakeOutput() {
  const base::MutexLock lock(mutex_);
  Output output;
  output.head = std::exchange(head_, std::nullopt);
  output.bytes = std::exchange(pending_, std::string());
  output.is_aborted = is_aborted_;
  output.is_finished = phase_ == Phase::kFinished;
  if (output.is_finished) {
    output.trailers = std::move(trailers_);
    output.upgrade = std::move(upgrade_);
  }
  if (UnsentLocked() <= server_->options.write_buffer_bytes) {
    drained_.NotifyAll();
  }
  return output;
}

void Exchange::SetInTransport(size_t bytes) {
  const base::MutexLock lock(mutex_);
  in_transport_ = bytes;
  if (UnsentLocked() <= server_->options.write_buffer_bytes) {
    drained_.NotifyAll();
  }
}

void Exchange::PeerHalfClosed() {
  RaiseCancelled();
}

void Exchange::Cancel() {
  sink_ = nullptr;
  if (is_gone_.exchange(true)) {
    return;
  }
  Add(server_->counters.requests_cancelled);
  if (stream_body_ != nullptr) {
    stream_body_->Fail(base::Cancelled("the peer went away"));
  }
  RaiseCancelled();
}

void Exchange::RaiseCancelled() {
  std::function<void()> callback;
  {
    const base::MutexLock lock(mutex_);
    is_cancelled_.store(true, std::memory_order_relaxed);
    callback = std::exchange(cancel_callback_, nullptr);
    drained_.NotifyAll();
  }
  if (callback) {
    callback();
  }
}

void Exchange::Complete() {
  sink_ = nullptr;
  {
    const base::MutexLock lock(mutex_);
    in_transport_ = 0;
    cancel_callback_ = nullptr;
    server_->CountStatus(status_);
  }
  if (stream_body_ != nullptr) {
    stream_body_->Fail(base::Cancelled("the request is answered"));
  }
}

// When both the session and the handler are done with the request, so that nothing changes any
// more.
void Exchange::Report() {
  if (!server_->options.on_response) {
    return;
  }
  const base::MutexLock lock(mutex_);
  const int status = is_gone_ && status_ == 0 ? 499 : status_;
  server_->options.on_response(request_, *route_, status, body_bytes_, loop_.NowNs() - start_ns_);
}

}  // namespace sb::net
