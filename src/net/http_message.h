// SPDX-License-Identifier: Apache-2.0
//
// What a request and a reply are made of. Shared by the server (http_server.h), the router
// (router.h) and the client (http_client.h); nothing here knows a socket.
//
//   HttpResponse reply(200, "{}", "application/json");
//   reply.headers.Add("Cache-Control", "no-store");
//
// Header names compare without regard to case, keep the order and the spelling in which they were
// added, and may repeat. The parser guarantees that names are tokens and values are free of CR, LF
// and NUL; what the program adds itself is checked when it is written to the wire (a value with a
// line break is a bug of ours and is replaced by a 500).
//
// Threads: values; distinct objects are independent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "net/url_params.h"

namespace sb::net {

class BodyReader;

class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  void Add(std::string name, std::string value);
  // Replaces every value of `name` by one.
  void Set(std::string_view name, std::string value);
  void Remove(std::string_view name);
  void Clear() { entries_.clear(); }
  // The first value, or "" if there is none. The view lives until the next change.
  std::string_view Get(std::string_view name) const;
  // Null if there is none.
  const std::string* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  std::vector<std::string_view> GetAll(std::string_view name) const;
  // Every value of `name`, joined by ", ".
  std::string GetJoined(std::string_view name) const;
  // Whether a comma-separated list such as Connection holds `token` (any case).
  bool HasToken(std::string_view name, std::string_view token) const;

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }
  void Reserve(size_t n) { entries_.reserve(n); }

 private:
  std::vector<Entry> entries_;
};

enum class HttpVersion : uint8_t { kHttp10, kHttp11, kHttp2 };
// "HTTP/1.1" and so on.
std::string_view HttpVersionName(HttpVersion version);

struct HttpRequest {
  std::string method;        // as sent; HEAD reaches the handler of GET unchanged
  std::string target;        // as sent: "/api/v1/query?query=up%5B5m%5D"
  std::string path;          // decoded, without the query: "/api/v1/query"
  std::string raw_query;     // as sent, without '?'
  UrlParams query;           // decoded, in order, names may repeat; empty if it is malformed
  base::Status query_error;  // why it is; FormParams() returns it
  UrlParams path_params;     // what the pattern of the route captured, decoded
  std::string mount_prefix;  // "/prometheus" if the router was mounted there
  Headers headers;
  // The whole body, with Content-Encoding (gzip, deflate, zstd) already undone and the header
  // removed; a Content-Encoding that is still there ("snappy") is the handler's business. Empty for
  // routes with `streaming_body`, which read `body_reader` instead.
  std::string body;
  std::shared_ptr<BodyReader> body_reader;
  std::string host;          // Host, or :authority
  std::string peer_address;  // "192.0.2.7" or "2001:db8::7", without port
  uint16_t peer_port = 0;
  HttpVersion version = HttpVersion::kHttp11;
  bool is_tls = false;
  std::string tls_client_subject;    // of a verified client certificate, else empty
  uint64_t received_body_bytes = 0;  // on the wire, before decompression
  // Whatever the access hook attached (the authenticated user).
  std::shared_ptr<const void> principal;

  // Content-Type without parameters, in lower case.
  std::string MediaType() const;
  // Query parameters, and for POST, PUT and PATCH with application/x-www-form-urlencoded the body's
  // parameters before them, as Go's Request.ParseForm() merges them. kInvalidArgument for a
  // malformed escape.
  base::Result<UrlParams> FormParams() const;
};

struct HttpResponse {
  HttpResponse() = default;
  explicit HttpResponse(int code) : status(code) {}
  HttpResponse(int code, std::string body_bytes, std::string_view content_type);

  int status = 200;
  Headers headers;
  std::string body;
};

// "Not Found" for 404; "Unknown" for what has no name.
std::string_view ReasonPhrase(int status);
// text/plain with a line feed at the end.
HttpResponse PlainTextResponse(int status, std::string_view text);

// ASCII only, as HTTP means it.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
// A method or header name: one or more of the characters RFC 9110 calls tchar.
bool IsToken(std::string_view text);
// No CR, LF or NUL.
bool IsHeaderValue(std::string_view text);

}  // namespace sb::net
