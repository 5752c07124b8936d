// SPDX-License-Identifier: Apache-2.0
#include "net/http2_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "net/admission.h"
#include "net/event_loop_impl.h"
#include "net/exchange.h"

namespace sb::net {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Frames handed to the transport before it has to send; bounds memory per connection.
constexpr size_t kMaxTransportBytes = 256 << 10;
// What a peer may go on sending after its reply before it is stopped.
constexpr uint64_t kMaxDroppedBytes = 1 << 20;
constexpr size_t kWriteBatch = 64 << 10;
// What a peer may send ahead: large enough for one remote-write request in one round trip.
constexpr int32_t kStreamWindow = 256 << 10;
constexpr int32_t kConnectionWindow = 4 << 20;
// Frames that cost us work and the peer nothing: resets, pings, settings, empty frames. A burst and
// a rate, after CVE-2023-44487 (rapid reset) and CVE-2019-9512 ff.
constexpr double kNuisanceBurst = 1'000;
constexpr double kNuisancePerSecond = 50;

struct Stream {
  int32_t id = 0;
  HttpRequest request;
  std::string scheme;
  size_t header_bytes = 0;
  bool is_header_too_large = false;
  bool has_headers = false;
  bool is_request_complete = false;
  bool is_body_dropped = false;  // the request is refused or answered, its body is thrown away
  bool is_reply_sent = false;
  uint64_t dropped_bytes = 0;
  std::optional<uint64_t> content_length;
  Headers trailers;
  uint64_t max_body_bytes = 0;
  uint64_t body_received = 0;
  int64_t body_start_ns = 0;
  std::shared_ptr<Exchange> exchange;
  std::shared_ptr<StreamBody> stream_body;

  // The reply.
  bool is_head_sent = false;
  std::string output;  // taken from the exchange, or the whole body of a refusal
  size_t output_offset = 0;
  bool is_output_finished = false;
  bool is_deferred = false;
  Headers reply_trailers;
  int64_t stalled_since_ns = 0;  // 0: nothing is waiting for the peer's window
};

nghttp2_nv MakeHeader(std::string_view name, std::string_view value) {
  nghttp2_nv nv;
  nv.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data()));
  nv.namelen = name.size();
  nv.value = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data()));
  nv.valuelen = value.size();
  nv.flags = NGHTTP2_NV_FLAG_NONE;
  return nv;
}

std::string LowerName(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

class Http2Session : public Session, public ExchangeSink {
 public:
  Http2Session(Transport& transport, std::shared_ptr<ServerState> server);
  ~Http2Session() override;

  void OnData(std::string_view bytes) override;
  void OnEof() override;
  void OnSent() override { Pump(); }
  void OnClosed() override;
  void OnTick(int64_t now_ns) override;
  void OnDrain() override;
  void OnOutput(Exchange& exchange) override;
  void OnBodyConsumed(Exchange& exchange, size_t bytes) override;

 private:
  static nghttp2_session_callbacks* MakeCallbacks();
  static Http2Session& Self(void* user) { return *static_cast<Http2Session*>(user); }

  Stream* Find(int32_t id);
  Stream* Find(const Exchange& exchange);
  void OnBeginHeaders(int32_t id);
  void OnHeader(Stream& stream, bool is_trailer, std::string_view name, std::string_view value);
  void OnRequestField(Stream& stream, std::string_view name, std::string_view value);
  int OnFrame(const nghttp2_frame& frame);
  void OnHeadersComplete(Stream& stream);
  void BeginBody(Stream& stream, Admission admission);
  void OnBodyBytes(Stream& stream, std::string_view bytes);
  void OnRequestEnd(Stream& stream);
  void OnFrameSent(const nghttp2_frame& frame);
  void OnStreamClose(int32_t id);
  ssize_t ReadOutput(Stream& stream, uint8_t* buffer, size_t size, uint32_t* flags);

  void Refuse(Stream& stream, HttpResponse response);
  void SubmitHead(Stream& stream, const HttpResponse& head, bool has_body);
  void SubmitTrailers(Stream& stream);
  void Reset(Stream& stream, uint32_t error);
  bool IsNuisance();
  void CheckStream(Stream& stream, int64_t now_ns);
  void Pump();
  void PumpOnce(std::string& batch);

  Transport& transport_;
  const std::shared_ptr<ServerState> server_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::unique_ptr<Stream>> streams_;
  bool is_receiving_ = false;
  bool is_pumping_ = false;
  bool is_closed_ = false;
  bool is_draining_ = false;
  double nuisance_budget_ = kNuisanceBurst;
  int64_t nuisance_time_ns_ = 0;
  int64_t idle_since_ns_ = 0;
  int64_t header_since_ns_ = 0;  // a header block is incomplete since then; 0: none is
};

nghttp2_session_callbacks* Http2Session::MakeCallbacks() {
  nghttp2_session_callbacks* callbacks = nullptr;
  SB_CHECK(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_HEADERS) {
          Self(user).OnBeginHeaders(frame->hd.stream_id);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
         const uint8_t* value, size_t value_size, uint8_t, void* user) {
        if (Stream* stream = Self(user).Find(frame->hd.stream_id)) {
          Self(user).OnHeader(*stream, frame->headers.cat != NGHTTP2_HCAT_REQUEST,
                              {reinterpret_cast<const char*>(name), name_size},
                              {reinterpret_cast<const char*>(value), value_size});
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        return Self(user).OnFrame(*frame);
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks,
      [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size, void* user) {
        if (Stream* stream = Self(user).Find(id)) {
          Self(user).OnBodyBytes(*stream, {reinterpret_cast<const char*>(data), size});
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        Self(user).OnFrameSent(*frame);
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, int32_t id, uint32_t, void* user) {
        Self(user).OnStreamClose(id);
        return 0;
      });
  return callbacks;
}

Http2Session::Http2Session(Transport& transport, std::shared_ptr<ServerState> server)
    : transport_(transport), server_(std::move(server)) {
  nghttp2_session_callbacks* callbacks = MakeCallbacks();
  nghttp2_option* option = nullptr;
  SB_CHECK(nghttp2_option_new(&option) == 0);
  // Windows open as bodies are consumed, so that a slow handler slows its peer down.
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_max_outbound_ack(option, 200);
  SB_CHECK(nghttp2_session_server_new2(&session_, callbacks, this, option) == 0);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
       static_cast<uint32_t>(server_->options.max_http2_streams)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(kStreamWindow)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
       static_cast<uint32_t>(server_->options.max_header_bytes)},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  idle_since_ns_ = transport_.loop().NowNs();
  nuisance_time_ns_ = idle_since_ns_;
}

Http2Session::~Http2Session() {
  OnClosed();
  nghttp2_session_del(session_);
}

Stream* Http2Session::Find(int32_t id) {
  const auto it = streams_.find(id);
  return it != streams_.end() ? it->second.get() : nullptr;
}

Stream* Http2Session::Find(const Exchange& exchange) {
  for (const auto& [id, stream] : streams_) {
    if (stream->exchange.get() == &exchange) {
      return stream.get();
    }
  }
  return nullptr;
}

void Http2Session::OnData(std::string_view bytes) {
  is_receiving_ = true;
  const ssize_t used = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  is_receiving_ = false;
  if (used < 0) {
    // A bad preface, or a flood that nghttp2 itself detected. What it still wants to say is sent.
    Add(server_->counters.http2_protocol_errors);
    Pump();
    transport_.CloseAfterFlush();
    return;
  }
  Pump();
}

void Http2Session::OnBeginHeaders(int32_t id) {
  header_since_ns_ = transport_.loop().NowNs();
  if (Find(id) == nullptr) {
    auto stream = std::make_unique<Stream>();
    stream->id = id;
    stream->request.version = HttpVersion::kHttp2;
    streams_.emplace(id, std::move(stream));
  }
}

void Http2Session::OnHeader(Stream& stream, bool is_trailer, std::string_view name,
                            std::string_view value) {
  // RFC 9113 section 10.5.1 counts 32 bytes of overhead for each field.
  stream.header_bytes += name.size() + value.size() + 32;
  if (stream.header_bytes > server_->options.max_header_bytes ||
      stream.request.headers.size() >= server_->options.max_headers) {
    stream.is_header_too_large = true;
    return;
  }
  if (is_trailer && stream.has_headers) {
    stream.trailers.Add(std::string(name), std::string(value));
  } else {
    OnRequestField(stream, name, value);
  }
}

void Http2Session::OnRequestField(Stream& stream, std::string_view name, std::string_view value) {
  HttpRequest& request = stream.request;
  if (name == ":method") {
    request.method = value;
  } else if (name == ":path") {
    request.target = value;
  } else if (name == ":authority") {
    request.host = value;
  } else if (name == ":scheme") {
    stream.scheme = value;
  } else if (name == "cookie" && request.headers.Has("cookie")) {
    // HTTP/2 may split Cookie; handlers expect one (RFC 9113 section 8.2.3).
    std::string joined(request.headers.Get("cookie"));
    joined += "; ";
    joined += value;
    request.headers.Set("cookie", std::move(joined));
  } else {
    if (name == "host" && request.host.empty()) {
      request.host = value;
    } else if (name == "content-length") {
      uint64_t length = 0;
      std::from_chars(value.data(), value.data() + value.size(), length);
      stream.content_length = length;
    }
    request.headers.Add(std::string(name), std::string(value));
  }
}

int Http2Session::OnFrame(const nghttp2_frame& frame) {
  const uint8_t type = frame.hd.type;
  const bool is_empty_data = type == NGHTTP2_DATA && frame.hd.length == 0 &&
                             (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0;
  if (type == NGHTTP2_RST_STREAM || type == NGHTTP2_PING || type == NGHTTP2_SETTINGS ||
      type == NGHTTP2_PRIORITY || is_empty_data) {
    if (IsNuisance()) {
      Add(server_->counters.http2_protocol_errors);
      nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
      return 0;
    }
  }
  if (type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) {
    return 0;
  }
  Stream* stream = Find(frame.hd.stream_id);
  if (stream == nullptr) {
    return 0;
  }
  if (type == NGHTTP2_HEADERS) {
    header_since_ns_ = 0;
    if (!stream->has_headers) {
      stream->has_headers = true;
      OnHeadersComplete(*stream);
    }
  }
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
    OnRequestEnd(*stream);
  }
  return 0;
}

void Http2Session::OnHeadersComplete(Stream& stream) {
  Add(server_->counters.requests_http2);
  if (stream.is_header_too_large) {
    Add(server_->counters.header_too_large);
    return Refuse(stream, PlainTextResponse(431, "request header is too large"));
  }
  HttpRequest& request = stream.request;
  if (request.method == "CONNECT") {
    return Refuse(stream, PlainTextResponse(501, "CONNECT is not supported"));
  }
  std::string target = std::move(request.target);
  const bool has_path = target.starts_with('/') || (target == "*" && request.method == "OPTIONS");
  if (!has_path || !SetTargetAndPeer(request, std::move(target), transport_.peer())) {
    Add(server_->counters.malformed_requests);
    return Refuse(stream, PlainTextResponse(400, "malformed request target"));
  }
  Admission admission = Admit(*server_, request, stream.content_length);
  if (admission.refusal.has_value()) {
    return Refuse(stream, *std::move(admission.refusal));
  }
  BeginBody(stream, std::move(admission));
}

void Http2Session::BeginBody(Stream& stream, Admission admission) {
  stream.max_body_bytes = admission.max_body_bytes;
  stream.body_start_ns = transport_.loop().NowNs();
  const bool is_streaming = admission.match.found && admission.match.route->options.streaming_body;
  const bool wants_continue =
      EqualsIgnoreCase(stream.request.headers.Get("expect"), "100-continue");
  stream.exchange = std::make_shared<Exchange>(
      transport_.loop(), server_, std::move(stream.request), std::move(admission.match), this);
  if (wants_continue) {
    const nghttp2_nv status = MakeHeader(":status", "100");
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream.id, nullptr, &status, 1, nullptr);
  }
  if (is_streaming) {
    stream.stream_body = stream.exchange->StartStreamBody();
    stream.exchange->Dispatch();
  }
}

void Http2Session::OnBodyBytes(Stream& stream, std::string_view bytes) {
  stream.body_received += bytes.size();
  const bool is_too_large =
      stream.exchange != nullptr && stream.body_received > stream.max_body_bytes;
  if (stream.stream_body != nullptr && !is_too_large && !stream.is_body_dropped) {
    // The window opens again when the handler has read (OnBodyConsumed).
    stream.stream_body->Push(bytes);
    return;
  }
  nghttp2_session_consume(session_, stream.id, bytes.size());
  if (stream.is_body_dropped || stream.exchange == nullptr) {
    stream.dropped_bytes += bytes.size();
    if (stream.is_reply_sent && stream.dropped_bytes > kMaxDroppedBytes) {
      Reset(stream, NGHTTP2_NO_ERROR);
    }
    return;
  }
  if (is_too_large) {
    Add(server_->counters.body_too_large);
    if (stream.stream_body != nullptr) {
      stream.stream_body->Fail(base::ResourceExhausted("request body is too large"));
    }
    stream.exchange->Cancel();
    return Refuse(stream, PlainTextResponse(413, "request body is too large"));
  }
  if (!server_->ReserveBody(bytes.size())) {
    Add(server_->counters.overload_refused);
    stream.exchange->Cancel();
    return Refuse(stream, PlainTextResponse(503, "too many request bodies in memory"));
  }
  stream.exchange->AddReservedBody(bytes.size());
  stream.exchange->mutable_request().body.append(bytes);
}

void Http2Session::OnRequestEnd(Stream& stream) {
  stream.is_request_complete = true;
  if (stream.exchange == nullptr || stream.is_body_dropped) {
    return;
  }
  if (stream.stream_body != nullptr) {
    stream.stream_body->Finish(std::move(stream.trailers));
    return;
  }
  stream.exchange->mutable_request().received_body_bytes = stream.body_received;
  stream.exchange->Dispatch();
}

// Answers without a handler. The peer is told to stop sending once the answer is out.
void Http2Session::Refuse(Stream& stream, HttpResponse response) {
  stream.exchange = nullptr;
  stream.is_body_dropped = true;
  if (stream.is_head_sent) {
    return Reset(stream, NGHTTP2_CANCEL);
  }
  server_->CountStatus(response.status);
  response.headers.Set("Content-Length", std::to_string(response.body.size()));
  stream.output = stream.request.method == "HEAD" ? std::string() : std::move(response.body);
  stream.is_output_finished = true;
  SubmitHead(stream, response, !stream.output.empty());
}

void Http2Session::SubmitHead(Stream& stream, const HttpResponse& head, bool has_body) {
  stream.is_head_sent = true;
  stream.stalled_since_ns = transport_.loop().NowNs();
  const std::string status = std::to_string(head.status);
  const std::string date = transport_.loop().HttpDate();
  std::vector<std::string> names;
  names.reserve(head.headers.size());
  std::vector<nghttp2_nv> fields;
  fields.push_back(MakeHeader(":status", status));
  fields.push_back(MakeHeader("date", date));
  for (const Headers::Entry& entry : head.headers) {
    fields.push_back(MakeHeader(names.emplace_back(LowerName(entry.first)), entry.second));
  }
  nghttp2_data_provider provider;
  provider.source.ptr = &stream;
  provider.read_callback = [](nghttp2_session*, int32_t, uint8_t* buffer, size_t size,
                              uint32_t* flags, nghttp2_data_source* source, void* user) {
    return Self(user).ReadOutput(*static_cast<Stream*>(source->ptr), buffer, size, flags);
  };
  const int result = nghttp2_submit_response(session_, stream.id, fields.data(), fields.size(),
                                             has_body ? &provider : nullptr);
  if (result != 0) {
    Reset(stream, NGHTTP2_INTERNAL_ERROR);
  }
}

// nghttp2 asks for the next bytes of a reply, as far as the peer's window allows.
ssize_t Http2Session::ReadOutput(Stream& stream, uint8_t* buffer, size_t size, uint32_t* flags) {
  if (stream.output_offset == stream.output.size() && !stream.is_output_finished &&
      stream.exchange != nullptr) {
    Exchange::Output output = stream.exchange->TakeOutput();
    if (output.is_aborted) {
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    stream.output = std::move(output.bytes);
    stream.output_offset = 0;
    stream.is_output_finished = output.is_finished;
    stream.reply_trailers = std::move(output.trailers);
  }
  const size_t left = stream.output.size() - stream.output_offset;
  if (left == 0 && !stream.is_output_finished) {
    stream.is_deferred = true;
    stream.stalled_since_ns = 0;
    return NGHTTP2_ERR_DEFERRED;
  }
  const size_t take = std::min(left, size);
  std::memcpy(buffer, stream.output.data() + stream.output_offset, take);
  stream.output_offset += take;
  stream.stalled_since_ns = transport_.loop().NowNs();
  if (take == left && stream.is_output_finished) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!stream.reply_trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      SubmitTrailers(stream);
    }
  }
  return static_cast<ssize_t>(take);
}

void Http2Session::SubmitTrailers(Stream& stream) {
  std::vector<std::string> names;
  names.reserve(stream.reply_trailers.size());
  std::vector<nghttp2_nv> fields;
  for (const Headers::Entry& entry : stream.reply_trailers) {
    fields.push_back(MakeHeader(names.emplace_back(LowerName(entry.first)), entry.second));
  }
  nghttp2_submit_trailer(session_, stream.id, fields.data(), fields.size());
}

void Http2Session::OnOutput(Exchange& exchange) {
  Stream* stream = Find(exchange);
  if (stream == nullptr || is_closed_) {
    return;
  }
  const TransportEvent event(transport_);
  if (!stream->is_head_sent) {
    Exchange::Output output = exchange.TakeOutput();
    if (output.is_aborted || !output.head.has_value()) {
      Reset(*stream, NGHTTP2_INTERNAL_ERROR);
      return Pump();
    }
    stream->output = std::move(output.bytes);
    stream->is_output_finished = output.is_finished;
    stream->reply_trailers = std::move(output.trailers);
    const bool has_body =
        !output.is_finished || !stream->output.empty() || !stream->reply_trailers.empty();
    SubmitHead(*stream, *output.head, has_body);
  } else if (stream->is_deferred) {
    stream->is_deferred = false;
    stream->stalled_since_ns = transport_.loop().NowNs();
    nghttp2_session_resume_data(session_, stream->id);
  }
  Pump();
}

void Http2Session::OnBodyConsumed(Exchange& exchange, size_t bytes) {
  Stream* stream = Find(exchange);
  if (stream == nullptr || is_closed_) {
    return;
  }
  const TransportEvent event(transport_);
  nghttp2_session_consume(session_, stream->id, bytes);
  Pump();
}

void Http2Session::Reset(Stream& stream, uint32_t error) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, error);
}

// A reply that is complete before its request tells the peer to stop sending (RFC 9113
// section 8.1).
void Http2Session::OnFrameSent(const nghttp2_frame& frame) {
  if ((frame.hd.type != NGHTTP2_DATA && frame.hd.type != NGHTTP2_HEADERS) ||
      (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
    return;
  }
  if (Stream* stream = Find(frame.hd.stream_id);
      stream != nullptr && !stream->is_request_complete) {
    stream->is_reply_sent = true;
    stream->is_body_dropped = true;
    stream->body_start_ns = transport_.loop().NowNs();
    stream->dropped_bytes = 0;
  }
}

void Http2Session::OnStreamClose(int32_t id) {
  const auto it = streams_.find(id);
  if (it == streams_.end()) {
    return;
  }
  Stream& stream = *it->second;
  if (stream.exchange != nullptr) {
    const bool is_whole = stream.is_output_finished && stream.output_offset == stream.output.size();
    const std::shared_ptr<Exchange> exchange = std::move(stream.exchange);
    if (is_whole && stream.is_head_sent) {
      exchange->Complete();
    } else {
      exchange->Cancel();
    }
  }
  if (stream.stream_body != nullptr) {
    // What the handler never read still counts against the connection's window.
    nghttp2_session_consume_connection(session_, stream.stream_body->buffered_bytes());
  }
  streams_.erase(it);
  idle_since_ns_ = transport_.loop().NowNs();
}

bool Http2Session::IsNuisance() {
  const int64_t now = transport_.loop().NowNs();
  const double elapsed_s = static_cast<double>(now - nuisance_time_ns_) * 1e-9;
  nuisance_time_ns_ = now;
  nuisance_budget_ =
      std::min(kNuisanceBurst, nuisance_budget_ + elapsed_s * kNuisancePerSecond) - 1;
  return nuisance_budget_ < 0;
}

void Http2Session::PumpOnce(std::string& batch) {
  while (batch.size() < kWriteBatch) {
    const uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size <= 0) {
      return;
    }
    batch.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
  }
}

void Http2Session::Pump() {
  if (is_closed_ || is_receiving_ || is_pumping_) {
    return;
  }
  is_pumping_ = true;
  while (transport_.unsent_bytes() < kMaxTransportBytes) {
    std::string batch;
    PumpOnce(batch);
    if (batch.empty()) {
      break;
    }
    transport_.Write(std::move(batch));
  }
  is_pumping_ = false;
  const bool is_over =
      nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  if (is_over || (is_draining_ && streams_.empty())) {
    transport_.CloseAfterFlush();
  }
}

void Http2Session::OnEof() {
  OnClosed();
  transport_.CloseAfterFlush();
}

void Http2Session::OnClosed() {
  is_closed_ = true;
  for (auto& [id, stream] : streams_) {
    if (stream->exchange != nullptr) {
      const std::shared_ptr<Exchange> exchange = std::move(stream->exchange);
      exchange->Cancel();
    }
  }
}

void Http2Session::CheckStream(Stream& stream, int64_t now_ns) {
  const int64_t write_timeout = server_->options.write_timeout_ms * kNsPerMs;
  if (stream.stalled_since_ns != 0 && !stream.is_deferred &&
      now_ns >= stream.stalled_since_ns + write_timeout) {
    Add(server_->counters.write_timeouts);
    Reset(stream, NGHTTP2_CANCEL);
    return;
  }
  if (stream.is_reply_sent &&
      now_ns >= stream.body_start_ns + server_->options.body_timeout_ms * kNsPerMs) {
    Reset(stream, NGHTTP2_NO_ERROR);
    return;
  }
  const bool reads_body = stream.exchange != nullptr && stream.stream_body == nullptr &&
                          !stream.is_request_complete && !stream.is_body_dropped;
  if (reads_body &&
      now_ns >= BodyDeadlineNs(server_->options, stream.body_start_ns, stream.body_received)) {
    Add(server_->counters.body_timeouts);
    stream.exchange->Cancel();
    Refuse(stream, PlainTextResponse(408, "request body took too long"));
  }
}

void Http2Session::OnTick(int64_t now_ns) {
  for (auto& [id, stream] : streams_) {
    CheckStream(*stream, now_ns);
  }
  if (header_since_ns_ != 0 &&
      now_ns >= header_since_ns_ + server_->options.header_timeout_ms * kNsPerMs) {
    Add(server_->counters.header_timeouts);
    transport_.Abort();
    return;
  }
  if (streams_.empty() && now_ns >= idle_since_ns_ + server_->options.idle_timeout_ms * kNsPerMs) {
    Add(server_->counters.idle_timeouts);
    nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
    transport_.CloseAfterFlush();
  }
  Pump();
}

void Http2Session::OnDrain() {
  is_draining_ = true;
  const int32_t last = nghttp2_session_get_last_proc_stream_id(session_);
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
  Pump();
}

}  // namespace

std::unique_ptr<Session> MakeHttp2Session(Transport& transport,
                                          std::shared_ptr<ServerState> server) {
  return std::make_unique<Http2Session>(transport, std::move(server));
}

}  // namespace sb::net
