// SPDX-License-Identifier: Apache-2.0
#include "net/http1_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/trim.h"

namespace sb::net {
namespace {

constexpr size_t kMaxChunkLine = 256;  // size and extensions
constexpr size_t kMaxTrailerBytes = 8 << 10;
constexpr size_t kMaxTrailers = 64;
// Empty lines before a request, which old clients send after a body.
constexpr int kMaxBlankLines = 4;

bool HasControl(std::string_view text, bool allow_tab) {
  return std::any_of(text.begin(), text.end(), [allow_tab](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return (byte < 0x20 && !(allow_tab && c == '\t')) || byte == 0x7f;
  });
}

// A host name, an IP literal, a port: no delimiter of URLs, no user info, no space.
bool IsHost(std::string_view host) {
  return std::none_of(host.begin(), host.end(), [](char c) {
    return static_cast<uint8_t>(c) <= 0x20 || c == 0x7f ||
           std::string_view("/\\?#@,\"<>^`{|}").find(c) != std::string_view::npos;
  });
}

bool ParseDecimal(std::string_view text, uint64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return !text.empty() && text[0] != '-' && error == std::errc() &&
         end == text.data() + text.size();
}

bool SplitHeader(std::string_view line, std::string_view* name, std::string_view* value) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  *name = line.substr(0, colon);
  *value = base::Trim(line.substr(colon + 1));
  return IsToken(*name) && !HasControl(*value, true);
}

}  // namespace

LineReader::Outcome LineReader::Next(std::string_view bytes, size_t* used, size_t max_line,
                                     std::string_view* line) {
  if (partial_is_line_) {
    partial_.clear();
    partial_is_line_ = false;
  }
  const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  const size_t length =
      found != nullptr ? static_cast<size_t>(static_cast<const char*>(found) - bytes.data()) + 1
                       : bytes.size();
  if (partial_.size() + length > max_line) {
    return Outcome::kTooLong;
  }
  *used += length;
  if (found == nullptr) {
    partial_.append(bytes);
    return Outcome::kMore;
  }
  std::string_view whole = bytes.substr(0, length);
  if (!partial_.empty()) {
    partial_.append(whole);
    partial_is_line_ = true;
    whole = partial_;
  }
  if (whole.size() < 2 || whole[whole.size() - 2] != '\r') {
    return Outcome::kBad;
  }
  *line = whole.substr(0, whole.size() - 2);
  return line->find('\r') == std::string_view::npos ? Outcome::kLine : Outcome::kBad;
}

void Http1HeadParser::Reset() {
  head_ = Http1Head();
  lines_ = LineReader();
  bytes_seen_ = 0;
  blank_lines_ = 0;
  has_request_line_ = false;
  error_status_ = 0;
  error_.clear();
}

ParseState Http1HeadParser::Fail(int status, std::string message) {
  error_status_ = status;
  error_ = std::move(message);
  return ParseState::kError;
}

ParseState Http1HeadParser::Feed(std::string_view bytes, size_t* used) {
  *used = 0;
  while (*used < bytes.size()) {
    const size_t before = *used;
    // What is not HTTP at all (TLS on a plain port, binary protocols) is told at its first byte
    // instead of waiting for a line end that may never come.
    if (bytes_seen_ == 0 && bytes[before] != '\r' && !IsToken(bytes.substr(before, 1))) {
      return Fail(400, "not an HTTP request");
    }
    std::string_view line;
    const size_t room = limits_.max_header_bytes -
                        std::min(limits_.max_header_bytes, bytes_seen_ - lines_.pending_bytes());
    const LineReader::Outcome outcome = lines_.Next(bytes.substr(before), used, room, &line);
    bytes_seen_ += *used - before;
    switch (outcome) {
      case LineReader::Outcome::kMore:
        return ParseState::kMore;
      case LineReader::Outcome::kBad:
        return Fail(400, "line does not end in CRLF");
      case LineReader::Outcome::kTooLong:
        return has_request_line_ ? Fail(431, "request header is too large")
                                 : Fail(414, "request line is too long");
      case LineReader::Outcome::kLine:
        break;
    }
    const ParseState state = OnLine(line);
    if (state != ParseState::kMore) {
      return state;
    }
  }
  return ParseState::kMore;
}

ParseState Http1HeadParser::OnLine(std::string_view line) {
  if (!has_request_line_) {
    if (line.empty()) {
      bytes_seen_ = 0;
      return ++blank_lines_ > kMaxBlankLines ? Fail(400, "too many empty lines")
                                             : ParseState::kMore;
    }
    has_request_line_ = true;
    return OnRequestLine(line);
  }
  return line.empty() ? Complete() : OnHeaderLine(line);
}

ParseState Http1HeadParser::OnRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Fail(400, "malformed request line");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method) || target.empty() || target.find(' ') != std::string_view::npos ||
      HasControl(target, false)) {
    return Fail(400, "malformed request line");
  }
  if (version == "HTTP/1.1") {
    head_.version = HttpVersion::kHttp11;
  } else if (version == "HTTP/1.0") {
    head_.version = HttpVersion::kHttp10;
  } else if (version.starts_with("HTTP/")) {
    return Fail(505, "unsupported HTTP version");
  } else {
    return Fail(400, "malformed HTTP version");
  }
  constexpr size_t kUsualHeaders = 16;
  head_.headers.Reserve(kUsualHeaders);
  head_.method = method;
  return OnTarget(target);
}

// Forms of the target: "/path?query", "http://host/path" (as sent to proxies), "*" for OPTIONS.
ParseState Http1HeadParser::OnTarget(std::string_view target) {
  if (head_.method == "CONNECT") {
    return Fail(501, "CONNECT is not supported");
  }
  if (target == "*" && head_.method == "OPTIONS") {
    head_.target = "*";
    return ParseState::kMore;
  }
  if (target.starts_with("http://") || target.starts_with("https://")) {
    target.remove_prefix(target.find("//") + 2);
    const size_t end = target.find_first_of("/?");
    head_.host = target.substr(0, end);
    if (head_.host.empty() || !IsHost(head_.host)) {
      return Fail(400, "malformed request target");
    }
    target = end == std::string_view::npos ? std::string_view() : target.substr(end);
    head_.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
    return ParseState::kMore;
  }
  if (target.front() != '/') {
    return Fail(400, "malformed request target");
  }
  head_.target = target;
  return ParseState::kMore;
}

ParseState Http1HeadParser::OnHeaderLine(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return Fail(400, "folded header line");
  }
  std::string_view name;
  std::string_view value;
  if (!SplitHeader(line, &name, &value)) {
    return Fail(400, "malformed header line");
  }
  if (head_.headers.size() >= limits_.max_headers) {
    return Fail(431, "too many headers");
  }
  head_.headers.Add(std::string(name), std::string(value));
  return ParseState::kMore;
}

ParseState Http1HeadParser::Complete() {
  if (CheckHost() == ParseState::kError || CheckFraming() == ParseState::kError) {
    return ParseState::kError;
  }
  const bool is_http11 = head_.version == HttpVersion::kHttp11;
  head_.keep_alive = is_http11 ? !head_.headers.HasToken("Connection", "close")
                               : head_.headers.HasToken("Connection", "keep-alive");
  if (const std::string* expect = head_.headers.Find("Expect"); expect != nullptr && is_http11) {
    if (!EqualsIgnoreCase(*expect, "100-continue")) {
      return Fail(417, "unknown expectation");
    }
    head_.expects_continue = true;
  }
  return ParseState::kDone;
}

ParseState Http1HeadParser::CheckHost() {
  size_t hosts = 0;
  for (const Headers::Entry& entry : head_.headers) {
    if (EqualsIgnoreCase(entry.first, "Host")) {
      ++hosts;
      if (!IsHost(entry.second)) {
        return Fail(400, "malformed Host header");
      }
      if (head_.host.empty()) {
        head_.host = entry.second;
      }
    }
  }
  if (hosts > 1) {
    return Fail(400, "too many Host headers");
  }
  if (hosts == 0 && head_.version == HttpVersion::kHttp11) {
    return Fail(400, "missing required Host header");
  }
  return ParseState::kMore;
}

ParseState Http1HeadParser::CheckFraming() {
  size_t lengths = 0;
  size_t codings = 0;
  for (const Headers::Entry& entry : head_.headers) {
    if (EqualsIgnoreCase(entry.first, "Content-Length")) {
      ++lengths;
      uint64_t length = 0;
      if (!ParseDecimal(entry.second, &length)) {
        return Fail(400, "malformed Content-Length");
      }
      head_.content_length = length;
    } else if (EqualsIgnoreCase(entry.first, "Transfer-Encoding")) {
      ++codings;
      if (!EqualsIgnoreCase(entry.second, "chunked")) {
        return Fail(501, "unsupported Transfer-Encoding");
      }
      head_.is_chunked = true;
    }
  }
  if (lengths > 1 || codings > 1) {
    return Fail(400, "repeated Content-Length or Transfer-Encoding");
  }
  if (lengths > 0 && codings > 0) {
    return Fail(400, "both Content-Length and Transfer-Encoding");
  }
  if (codings > 0 && head_.version != HttpVersion::kHttp11) {
    return Fail(400, "Transfer-Encoding in an HTTP/1.0 request");
  }
  return ParseState::kMore;
}

ParseState ChunkedDecoder::Feed(std::string_view bytes, size_t* used, std::string& out) {
  *used = 0;
  while (*used < bytes.size() && part_ != Part::kDone) {
    const std::string_view rest = bytes.substr(*used);
    if (part_ == Part::kData) {
      const auto take = static_cast<size_t>(std::min<uint64_t>(left_in_chunk_, rest.size()));
      out.append(rest.substr(0, take));
      *used += take;
      decoded_bytes_ += take;
      left_in_chunk_ -= take;
      part_ = left_in_chunk_ == 0 ? Part::kDataEnd : Part::kData;
      continue;
    }
    std::string_view line;
    const size_t max_line = part_ == Part::kTrailer   ? kMaxTrailerBytes - trailer_bytes_
                            : part_ == Part::kDataEnd ? 2
                                                      : kMaxChunkLine;
    switch (lines_.Next(rest, used, max_line, &line)) {
      case LineReader::Outcome::kMore:
        return ParseState::kMore;
      case LineReader::Outcome::kBad:
      case LineReader::Outcome::kTooLong:
        return ParseState::kError;
      case LineReader::Outcome::kLine:
        break;
    }
    if (OnLine(line) == ParseState::kError) {
      return ParseState::kError;
    }
  }
  return part_ == Part::kDone ? ParseState::kDone : ParseState::kMore;
}

ParseState ChunkedDecoder::OnLine(std::string_view line) {
  bool valid = true;
  switch (part_) {
    case Part::kSize:
      valid = ParseSize(line);
      break;
    case Part::kDataEnd:
      valid = line.empty();
      part_ = Part::kSize;
      break;
    case Part::kTrailer:
      if (line.empty()) {
        part_ = Part::kDone;
      } else {
        valid = ParseTrailer(line);
      }
      break;
    case Part::kData:
    case Part::kDone:
      break;
  }
  return valid ? ParseState::kMore : ParseState::kError;
}

bool ChunkedDecoder::ParseSize(std::string_view line) {
  constexpr size_t kMaxDigits = 15;  // so that no sum of sizes can wrap
  const size_t end = line.find_first_of("; \t");
  const std::string_view digits = line.substr(0, end);
  uint64_t size = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || digits.size() > kMaxDigits || digits[0] == '-' || error != std::errc() ||
      stop != digits.data() + digits.size()) {
    return false;
  }
  if (end != std::string_view::npos) {
    const std::string_view extension = base::Trim(line.substr(end));
    if (!extension.starts_with(';') || HasControl(extension, true)) {
      return false;
    }
  }
  if (size > max_bytes_ - decoded_bytes_) {
    too_large_ = true;
    return false;
  }
  left_in_chunk_ = size;
  part_ = size == 0 ? Part::kTrailer : Part::kData;
  return true;
}

bool ChunkedDecoder::ParseTrailer(std::string_view line) {
  std::string_view name;
  std::string_view value;
  if (!SplitHeader(line, &name, &value) || trailers_.size() >= kMaxTrailers) {
    return false;
  }
  trailer_bytes_ += line.size() + 2;
  // What steers the message may not come after it (RFC 9110 section 6.5.1).
  for (const std::string_view forbidden :
       {"Content-Length", "Transfer-Encoding", "Host", "Content-Encoding", "Trailer"}) {
    if (EqualsIgnoreCase(name, forbidden)) {
      return false;
    }
  }
  trailers_.Add(std::string(name), std::string(value));
  return true;
}

}  // namespace sb::net
