// SPDX-License-Identifier: Apache-2.0
#include "http_client.h"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "encoding/compress.h"

namespace sb::load {
namespace {

constexpr size_t kIdleMax = 64;
constexpr size_t kHeadBytesMax = 256u << 10;

double Millis(Nanos nanos) {
  return double(nanos) / double(kMilli);
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return (x | 0x20) == (y | 0x20) || (x == y);
  });
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      out += char(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Reads one response out of the bytes of a connection, as they come.
class ResponseParser {
 public:
  ResponseParser(bool head_only, bool keep_body) : head_only_(head_only), keep_body_(keep_body) {}

  enum class State : uint8_t { kMore, kDone, kBad };
  State Feed(std::string* in, HttpResponse* out) {
    for (;;) {
      switch (phase_) {
        case Phase::kHead: {
          const size_t end = in->find("\r\n\r\n");
          if (end == std::string::npos) {
            return in->size() > kHeadBytesMax ? State::kBad : State::kMore;
          }
          if (!ReadHead(std::string_view(*in).substr(0, end + 2), out)) return State::kBad;
          in->erase(0, end + 4);
          if (out->status >= 100 && out->status < 200 && out->status != 101) continue;
          if (head_only_ || out->status == 204 || out->status == 304 || out->status == 101) {
            return State::kDone;
          }
          phase_ = chunked_ ? Phase::kChunkSize : length_ ? Phase::kLength : Phase::kToEnd;
          continue;
        }
        case Phase::kLength: {
          if (!Take(in, &*length_, out)) return State::kBad;
          return *length_ == 0 ? State::kDone : State::kMore;
        }
        case Phase::kToEnd: {
          uint64_t all = in->size();
          return Take(in, &all, out) ? State::kMore : State::kBad;
        }
        case Phase::kChunkSize: {
          const size_t end = in->find("\r\n");
          if (end == std::string::npos) return in->size() > 4096 ? State::kBad : State::kMore;
          const auto [last, error] = std::from_chars(in->data(), in->data() + end, chunk_, 16);
          if (error != std::errc() || chunk_ > HttpClient::kBodyBytesMax) return State::kBad;
          in->erase(0, end + 2);
          phase_ = chunk_ == 0 ? Phase::kTrailer : Phase::kChunk;
          continue;
        }
        case Phase::kChunk: {
          if (!Take(in, &chunk_, out)) return State::kBad;
          if (chunk_ > 0 || in->size() < 2) return State::kMore;
          in->erase(0, 2);
          phase_ = Phase::kChunkSize;
          continue;
        }
        case Phase::kTrailer: {
          const size_t end = in->find("\r\n");
          if (end == std::string::npos) return in->size() > 65536 ? State::kBad : State::kMore;
          in->erase(0, end + 2);
          if (end == 0) return State::kDone;
          continue;
        }
      }
    }
  }
  // Whether the end of the connection is the end of the response.
  bool EndsWithConnection() const { return phase_ == Phase::kToEnd; }
  bool keep_alive() const { return keep_alive_ && phase_ != Phase::kToEnd; }
  const std::string& encoding() const { return encoding_; }

 private:
  enum class Phase : uint8_t { kHead, kLength, kToEnd, kChunkSize, kChunk, kTrailer };

  bool Take(std::string* in, uint64_t* left, HttpResponse* out) {
    const size_t bytes = size_t(std::min<uint64_t>(*left, in->size()));
    body_bytes_ += bytes;
    if (body_bytes_ > HttpClient::kBodyBytesMax) return false;
    if (keep_body_) out->body.append(*in, 0, bytes);
    in->erase(0, bytes);
    *left -= bytes;
    return true;
  }

  bool ReadHead(std::string_view head, HttpResponse* out) {
    const size_t line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    if (!line.starts_with("HTTP/1.") || line.size() < 12) return false;
    out->proto = line.substr(0, 8);
    const auto [last, error] = std::from_chars(line.data() + 9, line.data() + 12, out->status);
    if (error != std::errc()) return false;
    out->status_text = line.substr(9);
    keep_alive_ = line[7] == '1';
    out->headers = head.substr(line_end + 2);
    std::string_view rest = out->headers;
    while (!rest.empty()) {
      const size_t end = rest.find("\r\n");
      ReadField(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return true;
  }

  void ReadField(std::string_view field) {
    const size_t colon = field.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = field.substr(0, colon);
    std::string_view value = field.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (SameName(name, "content-length")) {
      uint64_t length = 0;
      std::from_chars(value.data(), value.data() + value.size(), length);
      length_ = length;
    } else if (SameName(name, "transfer-encoding")) {
      chunked_ = value.size() >= 7 && SameName(value.substr(value.size() - 7), "chunked");
    } else if (SameName(name, "connection")) {
      if (SameName(value, "close")) keep_alive_ = false;
      if (SameName(value, "keep-alive")) keep_alive_ = true;
    } else if (SameName(name, "content-encoding")) {
      encoding_ = value;
    }
  }

  bool head_only_;
  bool keep_body_;
  Phase phase_ = Phase::kHead;
  bool keep_alive_ = false;
  bool chunked_ = false;
  std::optional<uint64_t> length_;
  uint64_t chunk_ = 0;
  uint64_t body_bytes_ = 0;
  std::string encoding_;
};

}  // namespace

bool ParseUrl(std::string_view text, Url* url) {
  const size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, scheme_end);
  url->tls = SameName(scheme, "https") || SameName(scheme, "wss");
  if (!url->tls && !SameName(scheme, "http") && !SameName(scheme, "ws")) return false;
  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('#'));
  const size_t path = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, path);
  url->target = text.substr(path);
  if (url->target.empty() || url->target[0] != '/') url->target.insert(0, "/");
  // What may not stand on the request line is escaped; what is escaped already stays.
  if (std::ranges::any_of(url->target, [](char c) { return c <= ' ' || c >= 127; })) {
    std::string escaped;
    for (const char c : url->target) {
      if (c > ' ' && c < 127) {
        escaped += c;
        continue;
      }
      constexpr char kHex[] = "0123456789ABCDEF";
      escaped += {'%', kHex[uint8_t(c) >> 4], kHex[uint8_t(c) & 15]};
    }
    url->target = std::move(escaped);
  }
  const size_t at = authority.rfind('@');
  url->user_info.clear();
  if (at != std::string_view::npos) {
    url->user_info = PercentDecoded(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  url->authority = authority;
  url->port = url->tls ? 443 : 80;
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url->port);
    if (error != std::errc() || end != port.data() + port.size()) return false;
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  url->host = authority;
  return !url->host.empty() && url->authority.find_first_of("\r\n ") == std::string::npos;
}

// One request on its way.
class HttpClient::Flight {
 public:
  Flight(HttpClient& client, const HttpRequest& request, const std::atomic<Nanos>* stop,
         HttpResponse* response)
      : client_(client), request_(request), out_(*response), begin_(NowNs()),
        wait_{begin_ + request.timeout, stop},
        parser_(request.method == "HEAD", request.keep_body) {
    key_ = request.url.host + ':' + std::to_string(request.url.port);
    if (request.url.tls) key_ += 's';
  }

  // Connects if needed and sends. False: the response says why.
  bool Start() {
    out_ = HttpResponse();
    stream_ = client_.TakeIdle(key_);
    reused_ = stream_ != nullptr;
    return SendOn();
  }

  // Reads what is there; true when the exchange is over.
  bool Continue(bool block) {
    for (;;) {
      StreamError error;
      const size_t before = in_.size();
      const NetStream::Got got = stream_->Receive(block, wait_, &in_, &error);
      if (got == NetStream::Got::kLater) return false;
      if (got == NetStream::Got::kBytes) {
        if (first_byte_ == 0) first_byte_ = NowNs();
        out_.bytes_received += in_.size() - before;
        const auto state = parser_.Feed(&in_, &out_);
        if (state == ResponseParser::State::kDone) return Finish(parser_.keep_alive());
        if (state == ResponseParser::State::kBad) {
          return Fail({1000, "malformed HTTP response"});
        }
        continue;
      }
      if (got == NetStream::Got::kEnd && parser_.EndsWithConnection()) return Finish(false);
      // The server closed a kept connection before it saw the request: once more on a new one.
      if (reused_ && out_.bytes_received == 0 && error.code != 1050) {
        reused_ = false;
        stream_ = nullptr;
        if (!SendOn()) return true;
        continue;
      }
      return Fail(got == NetStream::Got::kEnd ? StreamError{1000, "unexpected EOF"} : error);
    }
  }

  int fd() const { return stream_ == nullptr ? -1 : stream_->fd(); }
  Nanos deadline() const { return wait_.deadline; }
  bool HasBuffered() const { return stream_ != nullptr && stream_->HasBuffered(); }
  bool Passed() const { return wait_.Passed(NowNs()); }
  void TimeOut() { Fail({1050, "request timeout"}); }

 private:
  bool SendOn() {
    StreamError error;
    if (stream_ == nullptr) {
      ConnectTimings timings;
      stream_ = NetStream::Open(client_.settings_, request_.url.host, request_.url.port,
                                request_.url.tls, wait_, &timings, &error);
      out_.timings.connecting = timings.connecting;
      out_.timings.tls = timings.tls;
      if (stream_ == nullptr) {
        out_.timings.blocked = Millis(NowNs() - begin_);
        Fail(error);
        return false;
      }
    }
    const Nanos ready = NowNs();
    out_.timings.blocked = std::max(
        0.0, Millis(ready - begin_) - out_.timings.connecting - out_.timings.tls);
    std::string bytes;
    bytes.reserve(256 + request_.headers.size() + request_.body.size());
    bytes.append(request_.method).append(" ").append(request_.url.target).append(" HTTP/1.1\r\n");
    bytes.append("Host: ").append(request_.url.authority).append("\r\n").append(request_.headers);
    if (request_.has_body) {
      bytes.append("Content-Length: ").append(std::to_string(request_.body.size())).append("\r\n");
    }
    bytes.append("\r\n").append(request_.body);
    out_.bytes_sent += bytes.size();
    const bool sent = stream_->Send(bytes, wait_, &error);
    sent_ = NowNs();
    out_.timings.sending = Millis(sent_ - ready);
    if (sent) return true;
    if (reused_ && error.code != 1050) {
      reused_ = false;
      stream_ = nullptr;
      return SendOn();
    }
    Fail(error);
    return false;
  }

  bool Finish(bool keep_alive) {
    const Nanos now = NowNs();
    out_.timings.waiting = Millis(first_byte_ - sent_);
    out_.timings.receiving = Millis(now - first_byte_);
    Describe();
    if (keep_alive && in_.empty() && out_.status != 101) {
      client_.Keep(std::move(key_), std::move(stream_));
    }
    if (!parser_.encoding().empty() && !out_.body.empty()) Decode();
    return true;
  }

  void Decode() {
    const std::string& name = parser_.encoding();
    const auto coding = SameName(name, "gzip")      ? encoding::Compression::kGzip
                        : SameName(name, "deflate") ? encoding::Compression::kZlib
                        : SameName(name, "zstd")    ? encoding::Compression::kZstd
                                                    : encoding::Compression::kNone;
    if (coding == encoding::Compression::kNone) return;
    std::string raw;
    const base::Status status = encoding::Decompress(coding, out_.body, kBodyBytesMax, &raw);
    if (status.ok()) {
      out_.body = std::move(raw);
    } else {
      out_.error = "the body does not decode: " + std::string(status.message());
      out_.error_code = 1701;
    }
  }

  bool Fail(StreamError error) {
    out_.timings.waiting = sent_ == 0 ? 0 : Millis(NowNs() - sent_);
    Describe();
    out_.status = 0;
    out_.error = std::move(error.text);
    out_.error_code = error.code;
    stream_ = nullptr;
    return true;
  }

  void Describe() {
    if (stream_ == nullptr) return;
    out_.remote_ip = stream_->remote_ip();
    out_.remote_port = stream_->remote_port();
    out_.tls_version = stream_->tls_version();
  }

  HttpClient& client_;
  const HttpRequest& request_;
  HttpResponse& out_;
  Nanos begin_;
  WaitLimit wait_;
  ResponseParser parser_;
  std::string key_;
  std::unique_ptr<NetStream> stream_;
  std::string in_;
  bool reused_ = false;
  Nanos sent_ = 0;
  Nanos first_byte_ = 0;
};

std::unique_ptr<NetStream> HttpClient::TakeIdle(const std::string& key) {
  for (auto it = idle_.rbegin(); it != idle_.rend(); ++it) {
    if (it->key != key) continue;
    std::unique_ptr<NetStream> stream = std::move(it->stream);
    idle_.erase(std::next(it).base());
    return stream;
  }
  return nullptr;
}

void HttpClient::Keep(std::string key, std::unique_ptr<NetStream> stream) {
  if (settings_.no_connection_reuse) return;
  if (idle_.size() >= kIdleMax) idle_.erase(idle_.begin());
  idle_.push_back({std::move(key), std::move(stream)});
}

void HttpClient::Exchange(const HttpRequest& request, const std::atomic<Nanos>* stop,
                          HttpResponse* response) {
  Flight flight(*this, request, stop, response);
  if (flight.Start()) flight.Continue(/*block=*/true);
}

void HttpClient::ExchangeAll(std::span<const HttpRequest> requests, size_t at_once,
                             const std::atomic<Nanos>* stop, std::span<HttpResponse> responses) {
  std::vector<std::unique_ptr<Flight>> flights;
  size_t next = 0;
  while (next < requests.size() || !flights.empty()) {
    while (next < requests.size() && flights.size() < std::max<size_t>(at_once, 1)) {
      auto flight = std::make_unique<Flight>(*this, requests[next], stop, &responses[next]);
      next++;
      if (flight->Start()) flights.push_back(std::move(flight));
    }
    if (flights.empty()) continue;
    std::vector<pollfd> entries;
    for (const auto& flight : flights) entries.push_back({flight->fd(), POLLIN, 0});
    poll(entries.data(), entries.size(), 100);
    for (size_t i = 0; i < entries.size(); i++) {
      const bool readable = entries[i].revents != 0 || flights[i]->HasBuffered();
      bool over = readable && flights[i]->Continue(/*block=*/false);
      if (!over && flights[i]->Passed()) {
        flights[i]->TimeOut();
        over = true;
      }
      if (over) flights[i] = nullptr;
    }
    std::erase(flights, nullptr);
  }
}

}  // namespace sb::load
