// SPDX-License-Identifier: Apache-2.0
//
// CurlTransfer is one hop of one request: a libcurl easy handle with its options, and what came
// back. HttpClient drives it; redirects are a new transfer each, so that the address filter, the
// headers and the method can follow the rules at every hop.
//
// Threads: the client's thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "net/http_client.h"

namespace sb::net {

// The parts of an absolute http or https URL.
struct UrlParts {
  std::string scheme;
  std::string host;  // IPv6 literals with brackets
  std::string port;  // never empty
  std::string path;
  // "http://host:port/path", safe for messages: no user info, no query.
  std::string ForMessages() const;
  bool HasSameOrigin(const UrlParts& other) const;
};
base::Result<UrlParts> ParseUrl(const std::string& url);
// For messages and logs.
std::string StripUserInfo(const std::string& url);
// The target of a redirect, resolved against the URL that answered.
base::Result<std::string> ResolveUrl(const std::string& base, const std::string& location);

class CurlTransfer {
 public:
  // `request` outlives the transfer.
  static base::Result<std::unique_ptr<CurlTransfer>> Create(const ClientRequest& request,
                                                            const std::string& url,
                                                            const std::string& user_agent,
                                                            int64_t timeout_ms);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  CURL* handle() const { return handle_; }
  // After the transfer: the reply, or why there is none.
  base::Result<ClientResponse> Finish(CURLcode code);
  bool is_new_connection() const { return is_new_connection_; }
  bool is_address_denied() const { return is_address_denied_; }
  bool is_body_too_large() const { return is_body_too_large_; }

 private:
  CurlTransfer(const ClientRequest& request, UrlParts url);
  base::Status SetUp(const std::string& url, const std::string& user_agent, int64_t timeout_ms);
  void SetUpMethod();
  void SetUpHeaders(const std::string& user_agent);
  base::Status SetUpTls();
  void SetUpServerName(const std::string& url);
  void SetUpProxy();
  base::Status ToStatus(CURLcode code) const;
  base::Status DecodeBody();

  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const ClientRequest& request_;
  const UrlParts url_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  curl_slist* proxy_headers_ = nullptr;
  ClientResponse response_;
  bool has_body_started_ = false;
  bool is_new_connection_ = false;
  bool is_address_denied_ = false;
  bool is_body_too_large_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace sb::net
