// SPDX-License-Identifier: Apache-2.0
#include "net/http1_session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/admission.h"
#include "net/event_loop_impl.h"

namespace sb::net {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Pipelined bytes that wait behind a request before the peer is no longer read.
constexpr size_t kMaxBacklog = 64 << 10;
// Unread bytes of a streaming body before the peer is no longer read.
constexpr size_t kMaxStreamBuffer = 256 << 10;
// Bodies of refused requests up to this size are skipped, so that the connection can go on.
constexpr uint64_t kMaxSkippedBody = 256 << 10;
// Memory set aside for a body on the strength of its Content-Length alone.
constexpr uint64_t kMaxTrustedLength = 1 << 20;

void AppendNumber(std::string& out, uint64_t value, int base) {
  std::array<char, 24> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  SB_CHECK(error == std::errc());
  out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

}  // namespace

Http1Session::Http1Session(Transport& transport, std::shared_ptr<ServerState> server)
    : transport_(transport),
      server_(std::move(server)),
      parser_({server_->options.max_header_bytes, server_->options.max_headers}) {
  deadline_ns_ = transport_.loop().NowNs() + server_->options.header_timeout_ms * kNsPerMs;
}

Http1Session::~Http1Session() {
  if (exchange_ != nullptr) {
    exchange_->Cancel();
  }
}

void Http1Session::OnData(std::string_view bytes) {
  Process(bytes);
}

// One request after the other, until the bytes are used up or have to wait.
void Http1Session::Process(std::string_view bytes) {
  is_processing_ = true;
  while (!is_closed_ && !bytes.empty()) {
    size_t used = 0;
    unprocessed_bytes_ = bytes.size();
    if (state_ == State::kHead) {
      used = ReadHead(bytes);
    } else if (state_ == State::kBody) {
      used = ReadBody(bytes);
    } else {
      break;
    }
    bytes.remove_prefix(used);
  }
  is_processing_ = false;
  unprocessed_bytes_ = 0;
  if (state_ == State::kReply && !is_closed_) {
    StashBacklog(bytes);
  }
}

void Http1Session::StashBacklog(std::string_view bytes) {
  backlog_.append(bytes);
  if (backlog_.size() > kMaxBacklog) {
    transport_.PauseReading(true);
  }
}

size_t Http1Session::ReadHead(std::string_view bytes) {
  if (parser_.IsIdle()) {
    deadline_ns_ = transport_.loop().NowNs() + server_->options.header_timeout_ms * kNsPerMs;
  }
  size_t used = 0;
  switch (parser_.Feed(bytes, &used)) {
    case ParseState::kMore:
      break;
    case ParseState::kDone:
      OnHead();
      break;
    case ParseState::kError: {
      const int status = parser_.error_status();
      Add(status == 431 || status == 414 ? server_->counters.header_too_large
                                         : server_->counters.malformed_requests);
      Fail(status, parser_.error());
      break;
    }
  }
  return used;
}

void Http1Session::OnHead() {
  Http1Head head = parser_.TakeHead();
  parser_.Reset();
  Add(server_->counters.requests_http1);
  version_ = head.version;
  is_head_request_ = head.method == "HEAD";
  keep_alive_ = head.keep_alive;
  HttpRequest request;
  request.method = std::move(head.method);
  request.headers = std::move(head.headers);
  request.host = std::move(head.host);
  request.version = head.version;
  if (!SetTargetAndPeer(request, std::move(head.target), transport_.peer())) {
    Add(server_->counters.malformed_requests);
    return Fail(400, "malformed request target");
  }
  Admission admission = Admit(*server_, request, head.content_length);
  if (admission.refusal.has_value()) {
    return Refuse(*std::move(admission.refusal), head);
  }
  max_body_bytes_ = admission.max_body_bytes;
  const bool is_found = admission.match.found;
  exchange_ = std::make_shared<Exchange>(transport_.loop(), server_, std::move(request),
                                         std::move(admission.match), this);
  is_head_written_ = false;
  body_use_ =
      is_found && exchange_->route().options.streaming_body ? BodyUse::kStream : BodyUse::kBuffer;
  BeginBody(head);
}

void Http1Session::BeginBody(const Http1Head& head) {
  is_body_chunked_ = head.is_chunked;
  body_left_ = head.content_length.value_or(0);
  body_received_ = 0;
  body_start_ns_ = transport_.loop().NowNs();
  body_progress_ns_ = body_start_ns_;
  is_body_complete_ = false;
  if (head.is_chunked) {
    chunks_ = ChunkedDecoder(body_use_ == BodyUse::kSkip ? kMaxSkippedBody : max_body_bytes_);
  }
  if (body_use_ == BodyUse::kStream) {
    stream_body_ = exchange_->StartStreamBody();
  }
  if (body_use_ == BodyUse::kBuffer && body_left_ > 0) {
    exchange_->mutable_request().body.reserve(
        static_cast<size_t>(std::min(body_left_, kMaxTrustedLength)));
  }
  state_ = State::kBody;
  if (head.expects_continue && head.HasBody() && body_use_ != BodyUse::kSkip) {
    transport_.Write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  if (body_use_ == BodyUse::kStream) {
    exchange_->Dispatch();
  }
  if (!head.HasBody()) {
    OnBodyEnd();
  }
}

size_t Http1Session::ReadBody(std::string_view bytes) {
  body_progress_ns_ = transport_.loop().NowNs();
  return is_body_chunked_ ? ReadChunked(bytes) : ReadSized(bytes);
}

size_t Http1Session::ReadSized(std::string_view bytes) {
  const auto take = static_cast<size_t>(std::min<uint64_t>(body_left_, bytes.size()));
  body_left_ -= take;
  if (TakeBodyBytes(bytes.substr(0, take)) && body_left_ == 0) {
    OnBodyEnd();
  }
  return take;
}

size_t Http1Session::ReadChunked(std::string_view bytes) {
  size_t used = 0;
  chunk_bytes_.clear();
  const ParseState state = chunks_.Feed(bytes, &used, chunk_bytes_);
  if (state == ParseState::kError) {
    if (chunks_.too_large() && body_use_ == BodyUse::kSkip) {
      keep_alive_ = false;
      OnBodyEnd();
    } else if (chunks_.too_large()) {
      Add(server_->counters.body_too_large);
      Fail(413, "request body is too large");
    } else {
      Add(server_->counters.malformed_requests);
      Fail(400, "malformed chunked body");
    }
  } else if (TakeBodyBytes(chunk_bytes_) && state == ParseState::kDone) {
    OnBodyEnd();
  }
  return used;
}

// False if the request ended here.
bool Http1Session::TakeBodyBytes(std::string_view bytes) {
  body_received_ += bytes.size();
  switch (body_use_) {
    case BodyUse::kSkip:
      break;
    case BodyUse::kStream:
      stream_body_->Push(bytes);
      if (stream_body_->buffered_bytes() > kMaxStreamBuffer) {
        transport_.PauseReading(true);
      }
      break;
    case BodyUse::kBuffer:
      if (!server_->ReserveBody(bytes.size())) {
        Add(server_->counters.overload_refused);
        Fail(503, "too many request bodies in memory");
        return false;
      }
      exchange_->AddReservedBody(bytes.size());
      exchange_->mutable_request().body.append(bytes);
      break;
  }
  return true;
}

void Http1Session::OnBodyEnd() {
  is_body_complete_ = true;
  switch (body_use_) {
    case BodyUse::kSkip: {
      state_ = State::kReply;
      Exchange::Output output;
      output.bytes = std::exchange(skip_reply_.body, std::string());
      output.head = std::move(skip_reply_);
      output.is_finished = true;
      WriteReply(std::move(output));
      break;
    }
    case BodyUse::kStream:
      stream_body_->Finish(is_body_chunked_ ? chunks_.trailers() : Headers());
      state_ = State::kReply;
      break;
    case BodyUse::kBuffer:
      exchange_->mutable_request().received_body_bytes = body_received_;
      state_ = State::kReply;
      exchange_->Dispatch();
      break;
  }
}

// Gives an answer that no handler made. A short body is skipped first, a long one, or one the peer
// only sends when asked to, ends the connection.
void Http1Session::Refuse(HttpResponse response, const Http1Head& head) {
  const bool may_skip =
      !head.expects_continue && head.content_length.value_or(0) <= kMaxSkippedBody;
  response.headers.Set("Content-Length", std::to_string(response.body.size()));
  if (is_head_request_) {
    response.body.clear();
  }
  is_head_written_ = false;
  skip_reply_ = std::move(response);
  body_use_ = BodyUse::kSkip;
  if (may_skip || !head.HasBody()) {
    BeginBody(head);
    return;
  }
  keep_alive_ = false;
  OnBodyEnd();
}

// Answers what cannot be understood or must not go on, and closes.
void Http1Session::Fail(int status, std::string_view text) {
  if (exchange_ != nullptr) {
    if (stream_body_ != nullptr) {
      stream_body_->Fail(status == 413 ? base::ResourceExhausted(std::string(text))
                                       : base::InvalidArgument(std::string(text)));
    }
    exchange_->Cancel();
    exchange_ = nullptr;
  }
  keep_alive_ = false;
  if (is_head_written_) {
    // A reply is half out: all that is left is to cut it.
    state_ = State::kClosing;
    transport_.Abort();
    return;
  }
  HttpResponse response = PlainTextResponse(status, text);
  response.headers.Set("Content-Length", std::to_string(response.body.size()));
  server_->CountStatus(status);
  std::string body = is_head_request_ ? std::string() : std::move(response.body);
  WriteHead(response, false);
  transport_.Write(std::move(body));
  state_ = State::kClosing;
  transport_.CloseAfterFlush();
}

void Http1Session::WriteHead(HttpResponse& head, bool has_chunked_body) {
  std::string out;
  out.reserve(256);
  out += "HTTP/1.1 ";
  AppendNumber(out, static_cast<uint64_t>(head.status), 10);
  out += ' ';
  out += ReasonPhrase(head.status);
  out += "\r\nDate: ";
  out += transport_.loop().HttpDate();
  out += "\r\n";
  for (const Headers::Entry& entry : head.headers) {
    out += entry.first;
    out += ": ";
    out += entry.second;
    out += "\r\n";
  }
  if (has_chunked_body) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (head.status != 101) {
    if (!keep_alive_) {
      out += "Connection: close\r\n";
    } else if (version_ == HttpVersion::kHttp10) {
      out += "Connection: keep-alive\r\n";
    }
  }
  out += "\r\n";
  is_head_written_ = true;
  transport_.Write(std::move(out));
}

void Http1Session::OnOutput(Exchange& exchange) {
  SB_CHECK(exchange_.get() == &exchange);
  const TransportEvent event(transport_);
  WriteReply(exchange.TakeOutput());
}

void Http1Session::WriteReply(Exchange::Output output) {
  if (output.head.has_value()) {
    HttpResponse& head = *output.head;
    const bool is_sized = head.headers.Has("Content-Length");
    reply_has_no_body_ =
        is_head_request_ || head.status < 200 || head.status == 204 || head.status == 304;
    const bool may_chunk = version_ == HttpVersion::kHttp11;
    is_reply_sized_ = is_sized;
    is_reply_chunked_ = !is_sized && !reply_has_no_body_ && may_chunk;
    const bool ends_by_close = !is_sized && !reply_has_no_body_ && !may_chunk;
    keep_alive_ = keep_alive_ && !ends_by_close && !MustClose();
    WriteHead(head, is_reply_chunked_);
    if (body_use_ == BodyUse::kSkip) {
      server_->CountStatus(head.status);
    }
  }
  if (!output.bytes.empty() && !reply_has_no_body_) {
    if (is_reply_chunked_) {
      std::string frame;
      AppendNumber(frame, output.bytes.size(), 16);
      frame += "\r\n";
      transport_.Write(std::move(frame));
      output.bytes += "\r\n";
    }
    transport_.Write(std::move(output.bytes));
  }
  if (output.upgrade) {
    exchange_->Complete();
    exchange_ = nullptr;
    state_ = State::kClosing;
    std::unique_ptr<Session> session = output.upgrade(transport_);
    Session* next = session.get();
    const std::string rest = std::exchange(backlog_, std::string());
    transport_.SwitchSession(std::move(session));
    transport_.PauseReading(false);
    if (!rest.empty()) {
      next->OnData(rest);
    }
    return;
  }
  if (output.is_aborted) {
    return CutReply();
  }
  if (!output.is_finished) {
    exchange_->SetInTransport(transport_.unsent_bytes());
    return;
  }
  if (is_reply_chunked_) {
    std::string end = "0\r\n";
    for (const Headers::Entry& entry : output.trailers) {
      end += entry.first + ": " + entry.second + "\r\n";
    }
    end += "\r\n";
    transport_.Write(std::move(end));
  }
  if (exchange_ != nullptr) {
    exchange_->Complete();
    exchange_ = nullptr;
  }
  FinishReply();
}

// The handler gave up. What it wrote still goes out, and the missing rest tells the peer; only a
// body that ends with the connection needs a harder cut.
void Http1Session::CutReply() {
  exchange_->Complete();
  exchange_ = nullptr;
  state_ = State::kClosing;
  if (is_reply_chunked_ || is_reply_sized_) {
    transport_.CloseAfterFlush();
  } else {
    transport_.Abort();
  }
}

void Http1Session::FinishReply() {
  if (!is_body_complete_ && body_use_ == BodyUse::kStream) {
    // The handler answered without reading everything.
    keep_alive_ = false;
  }
  is_reply_chunked_ = false;
  stream_body_ = nullptr;
  if (MustClose()) {
    state_ = State::kClosing;
    transport_.CloseAfterFlush();
    return;
  }
  state_ = State::kHead;
  is_head_written_ = false;
  is_head_request_ = false;
  deadline_ns_ = transport_.loop().NowNs() + server_->options.idle_timeout_ms * kNsPerMs;
  transport_.PauseReading(false);
  if (!is_processing_) {
    NextRequest();
  }
}

void Http1Session::NextRequest() {
  if (!backlog_.empty()) {
    const std::string bytes = std::exchange(backlog_, std::string());
    Process(bytes);
  }
  if (is_eof_ && (state_ == State::kHead || state_ == State::kBody)) {
    CloseIncomplete();
  }
}

// After the peer's end: nothing that is not complete yet ever will be.
void Http1Session::CloseIncomplete() {
  if (exchange_ != nullptr) {
    exchange_->Cancel();
    exchange_ = nullptr;
  }
  state_ = State::kClosing;
  transport_.CloseAfterFlush();
}

bool Http1Session::MustClose() const {
  return !keep_alive_ || is_draining_ || (is_eof_ && backlog_.empty() && unprocessed_bytes_ == 0);
}

void Http1Session::OnBodyConsumed(Exchange&, size_t) {
  const TransportEvent event(transport_);
  body_progress_ns_ = transport_.loop().NowNs();
  if (stream_body_ != nullptr && stream_body_->buffered_bytes() <= kMaxStreamBuffer / 2) {
    transport_.PauseReading(false);
  }
}

void Http1Session::OnEof() {
  if (is_eof_) {
    return;
  }
  is_eof_ = true;
  if (state_ == State::kReply) {
    if (exchange_ != nullptr) {
      exchange_->PeerHalfClosed();
    }
  } else if (state_ != State::kClosing) {
    CloseIncomplete();
  }
}

void Http1Session::OnSent() {
  if (exchange_ != nullptr && is_head_written_) {
    exchange_->SetInTransport(transport_.unsent_bytes());
  }
}

void Http1Session::OnClosed() {
  is_closed_ = true;
  state_ = State::kClosing;
  if (exchange_ != nullptr) {
    const std::shared_ptr<Exchange> exchange = std::move(exchange_);
    exchange->Cancel();
  }
}

// A streaming body may last as long as it likes, but not stand still while the handler waits.
int64_t Http1Session::BodyDeadline() const {
  if (body_use_ == BodyUse::kStream) {
    return body_progress_ns_ + server_->options.body_timeout_ms * kNsPerMs;
  }
  return BodyDeadlineNs(server_->options, body_start_ns_, body_received_);
}

void Http1Session::OnTick(int64_t now_ns) {
  if (state_ == State::kHead && now_ns >= deadline_ns_) {
    if (parser_.IsIdle()) {
      Add(server_->counters.idle_timeouts);
      state_ = State::kClosing;
      transport_.CloseAfterFlush();
    } else {
      Add(server_->counters.header_timeouts);
      Fail(408, "request header took too long");
    }
  } else if (state_ == State::kBody && now_ns >= BodyDeadline()) {
    if (stream_body_ != nullptr && stream_body_->buffered_bytes() > 0) {
      return;
    }
    Add(server_->counters.body_timeouts);
    if (stream_body_ != nullptr) {
      stream_body_->Fail(base::DeadlineExceeded("request body took too long"));
    }
    Fail(408, "request body took too long");
  }
}

void Http1Session::OnDrain() {
  is_draining_ = true;
  if (state_ == State::kHead && parser_.IsIdle()) {
    state_ = State::kClosing;
    transport_.CloseAfterFlush();
  }
}

}  // namespace sb::net
