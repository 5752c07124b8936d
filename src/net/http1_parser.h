// SPDX-License-Identifier: Apache-2.0
//
// A strict, incremental parser of HTTP/1.x request heads (RFC 9112), and the decoder of chunked
// bodies. Both take bytes as they arrive, in any pieces, in linear time, and hold no more than
// their limits.
//
//   Http1HeadParser parser(limits);
//   size_t used = 0;
//   switch (parser.Feed(bytes, &used)) {
//     case ParseState::kMore:  …                       // used == bytes.size()
//     case ParseState::kDone:  parser.head(); …        // the body starts at bytes[used]
//     case ParseState::kError: parser.error_status();  // answer this and close
//   }
//
// What could be understood in two ways is refused (request smuggling): lines must end in CRLF,
// names are followed by the colon at once, no folded lines, one Host, one Content-Length of digits
// only, never together with Transfer-Encoding, which may only be "chunked" and only in HTTP/1.1.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace sb::net {

enum class ParseState : uint8_t { kMore, kDone, kError };

struct Http1Limits {
  size_t max_header_bytes = 64 << 10;
  size_t max_headers = 256;
};

struct Http1Head {
  std::string method;
  std::string target;
  std::string host;  // of an absolute target, else the Host header
  HttpVersion version = HttpVersion::kHttp11;
  Headers headers;
  std::optional<uint64_t> content_length;
  bool is_chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool HasBody() const { return is_chunked || content_length.value_or(0) > 0; }
};

// Collects lines that end in CRLF; a bare LF or CR is an error.
class LineReader {
 public:
  enum class Outcome : uint8_t { kLine, kMore, kBad, kTooLong };
  // On kLine `*line` lives until the next call.
  Outcome Next(std::string_view bytes, size_t* used, size_t max_line, std::string_view* line);
  // Bytes of the line that is not complete yet.
  size_t pending_bytes() const { return partial_is_line_ ? 0 : partial_.size(); }

 private:
  std::string partial_;
  bool partial_is_line_ = false;
};

class Http1HeadParser {
 public:
  explicit Http1HeadParser(Http1Limits limits) : limits_(limits) {}

  ParseState Feed(std::string_view bytes, size_t* used);
  // Nothing of a request has arrived yet.
  bool IsIdle() const { return bytes_seen_ == 0; }
  const Http1Head& head() const { return head_; }
  Http1Head TakeHead() { return std::move(head_); }
  int error_status() const { return error_status_; }
  const std::string& error() const { return error_; }
  void Reset();

 private:
  ParseState Fail(int status, std::string message);
  ParseState OnLine(std::string_view line);
  ParseState OnRequestLine(std::string_view line);
  ParseState OnTarget(std::string_view target);
  ParseState OnHeaderLine(std::string_view line);
  ParseState Complete();
  ParseState CheckHost();
  ParseState CheckFraming();

  Http1Limits limits_;
  LineReader lines_;
  Http1Head head_;
  size_t bytes_seen_ = 0;
  int blank_lines_ = 0;
  bool has_request_line_ = false;
  int error_status_ = 0;
  std::string error_;
};

class ChunkedDecoder {
 public:
  // Appends decoded bytes to `out`; `max_out` bounds what is appended over all calls together.
  // After kDone the next message starts at bytes[used].
  ParseState Feed(std::string_view bytes, size_t* used, std::string& out);
  explicit ChunkedDecoder(uint64_t max_bytes = std::numeric_limits<uint64_t>::max())
      : max_bytes_(max_bytes) {}
  bool too_large() const { return too_large_; }
  const Headers& trailers() const { return trailers_; }
  uint64_t decoded_bytes() const { return decoded_bytes_; }

 private:
  enum class Part : uint8_t { kSize, kData, kDataEnd, kTrailer, kDone };
  ParseState OnLine(std::string_view line);
  bool ParseSize(std::string_view line);
  bool ParseTrailer(std::string_view line);

  uint64_t max_bytes_;
  LineReader lines_;
  Part part_ = Part::kSize;
  uint64_t left_in_chunk_ = 0;
  uint64_t decoded_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  bool too_large_ = false;
  Headers trailers_;
};

}  // namespace sb::net
