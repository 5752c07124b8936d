// SPDX-License-Identifier: Apache-2.0
#include "net/curl_transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "net/content_coding.h"

namespace sb::net {

using base::InvalidArgument;
using base::Result;
using base::Status;

namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, FreeUrl>;

std::string UrlPart(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
    return "";
  }
  std::string copy(text);
  curl_free(text);
  return copy;
}

template <typename T>
void Set(CURL* handle, CURLoption option, T value) {
  // An option that libcurl does not know is a bug of ours or a wrong libcurl.
  SB_CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

void SetBlob(CURL* handle, CURLoption option, const std::string& text) {
  curl_blob blob;
  blob.data = const_cast<char*>(text.data());
  blob.len = text.size();
  blob.flags = CURL_BLOB_COPY;
  SB_CHECK(curl_easy_setopt(handle, option, &blob) == CURLE_OK);
}

// -1: unknown.
long TlsVersion(const std::string& name, bool is_max) {
  struct Entry {
    std::string_view name;
    long min;
    long max;
  };
  static constexpr Entry kVersions[] = {
      {"", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_DEFAULT},
      {"TLS10", CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_0},
      {"TLS11", CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_1},
      {"TLS12", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2},
      {"TLS13", CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_TLSv1_3},
  };
  for (const Entry& entry : kVersions) {
    if (entry.name == name) {
      return is_max ? entry.max : entry.min;
    }
  }
  return -1;
}

Status CheckRequest(const ClientRequest& request) {
  if (!IsToken(request.method)) {
    return InvalidArgument("invalid method \"" + request.method + "\"");
  }
  for (const Headers::Entry& entry : request.headers) {
    if (!IsToken(entry.first) || !IsHeaderValue(entry.second)) {
      return InvalidArgument("invalid header \"" + entry.first + "\"");
    }
  }
  if (!IsHeaderValue(request.bearer_token)) {
    return InvalidArgument("the bearer token contains a line break");
  }
  return base::OkStatus();
}

bool ToIpAddress(const curl_sockaddr& address, IpAddress* ip) {
  if (address.family == AF_INET) {
    std::array<uint8_t, 4> v4;
    std::memcpy(v4.data(), &reinterpret_cast<const sockaddr_in*>(&address.addr)->sin_addr, 4);
    *ip = IpAddress::FromV4(v4);
    return true;
  }
  if (address.family == AF_INET6) {
    std::memcpy(ip->bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&address.addr)->sin6_addr,
                16);
    return true;
  }
  return false;
}

HttpVersion VersionOf(CURL* handle) {
  long version = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
  return version == CURL_HTTP_VERSION_2_0   ? HttpVersion::kHttp2
         : version == CURL_HTTP_VERSION_1_0 ? HttpVersion::kHttp10
                                            : HttpVersion::kHttp11;
}

}  // namespace

std::string UrlParts::ForMessages() const {
  return scheme + "://" + host + ":" + port + path;
}

bool UrlParts::HasSameOrigin(const UrlParts& other) const {
  return scheme == other.scheme && EqualsIgnoreCase(host, other.host) && port == other.port;
}

Result<UrlParts> ParseUrl(const std::string& url) {
  const UrlPtr parsed(curl_url());
  // The text is not repeated: it may hold a password.
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
      CURLUE_OK) {
    return InvalidArgument("not a valid URL");
  }
  UrlParts parts;
  parts.scheme = UrlPart(parsed.get(), CURLUPART_SCHEME);
  parts.host = UrlPart(parsed.get(), CURLUPART_HOST);
  parts.port = UrlPart(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  parts.path = UrlPart(parsed.get(), CURLUPART_PATH);
  if (parts.scheme != "http" && parts.scheme != "https") {
    return InvalidArgument("unsupported URL scheme \"" + parts.scheme + "\"");
  }
  return parts;
}

Result<std::string> ResolveUrl(const std::string& base, const std::string& location) {
  const UrlPtr url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) {
    return InvalidArgument("the redirect's Location is not a valid URL");
  }
  return UrlPart(url.get(), CURLUPART_URL);
}

std::string StripUserInfo(const std::string& url) {
  const UrlPtr parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return "";
  }
  curl_url_set(parsed.get(), CURLUPART_USER, nullptr, 0);
  curl_url_set(parsed.get(), CURLUPART_PASSWORD, nullptr, 0);
  return UrlPart(parsed.get(), CURLUPART_URL);
}

CurlTransfer::CurlTransfer(const ClientRequest& request, UrlParts url)
    : request_(request), url_(std::move(url)), handle_(curl_easy_init()) {
  SB_CHECK(handle_ != nullptr);
}

CurlTransfer::~CurlTransfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(connect_to_);
  curl_slist_free_all(proxy_headers_);
}

Result<std::unique_ptr<CurlTransfer>> CurlTransfer::Create(const ClientRequest& request,
                                                           const std::string& url,
                                                           const std::string& user_agent,
                                                           int64_t timeout_ms) {
  SB_RETURN_IF_ERROR(CheckRequest(request));
  SB_ASSIGN_OR_RETURN(UrlParts parts, ParseUrl(url));
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(request, std::move(parts)));
  SB_RETURN_IF_ERROR(transfer->SetUp(url, user_agent, timeout_ms));
  return transfer;
}

Status CurlTransfer::SetUp(const std::string& url, const std::string& user_agent,
                           int64_t timeout_ms) {
  Set(handle_, CURLOPT_URL, url.c_str());
  Set(handle_, CURLOPT_PRIVATE, this);
  Set(handle_, CURLOPT_ERRORBUFFER, error_);
  Set(handle_, CURLOPT_NOSIGNAL, 1L);
  Set(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<int64_t>(timeout_ms, 1)));
  Set(handle_, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::max<int64_t>(std::min(request_.connect_timeout_ms, timeout_ms), 1)));
  Set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(handle_, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  Set(handle_, CURLOPT_HEADERDATA, this);
  Set(handle_, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  Set(handle_, CURLOPT_WRITEDATA, this);
  Set(handle_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::OnOpenSocket);
  Set(handle_, CURLOPT_OPENSOCKETDATA, this);
  Set(handle_, CURLOPT_TCP_NODELAY, 1L);
  Set(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  Set(handle_, CURLOPT_BUFFERSIZE, 65'536L);
  Set(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // The body is undone in DecodeBody(), which is faster and has its own limit.
  Set(handle_, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  Set(handle_, CURLOPT_HTTP_VERSION,
      static_cast<long>(request_.http2_prior_knowledge ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                        : request_.enable_http2        ? CURL_HTTP_VERSION_2TLS
                                                       : CURL_HTTP_VERSION_1_1));
  if (request_.address_filter != nullptr) {
    // A connection that somebody else opened has not passed this filter.
    Set(handle_, CURLOPT_FRESH_CONNECT, 1L);
  }
  if (!request_.unix_socket.empty()) {
    Set(handle_, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  }
  SetUpMethod();
  SetUpHeaders(user_agent);
  SB_RETURN_IF_ERROR(SetUpTls());
  SetUpServerName(url);
  SetUpProxy();
  return base::OkStatus();
}

void CurlTransfer::SetUpMethod() {
  if (request_.method == "HEAD") {
    Set(handle_, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
             request_.method == "PATCH") {
    Set(handle_, CURLOPT_POST, 1L);
    Set(handle_, CURLOPT_POSTFIELDS, request_.body.data());
    Set(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    Set(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  } else {
    Set(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void CurlTransfer::SetUpHeaders(const std::string& user_agent) {
  const auto add = [this](const std::string& line) {
    headers_ = curl_slist_append(headers_, line.c_str());
    SB_CHECK(headers_ != nullptr);
  };
  for (const Headers::Entry& entry : request_.headers) {
    // libcurl drops "Name:" and sends an empty value for "Name;".
    add(entry.second.empty() ? entry.first + ";" : entry.first + ": " + entry.second);
  }
  if (!request_.headers.Has("User-Agent")) {
    Set(handle_, CURLOPT_USERAGENT, user_agent.c_str());
  }
  if (!request_.headers.Has("Accept-Encoding") && !request_.accept_encoding.empty()) {
    add("Accept-Encoding: " + request_.accept_encoding);
  }
  if (!request_.headers.Has("Expect")) {
    add("Expect:");  // no wait for 100-continue before large bodies
  }
  if (!request_.body.empty() && !request_.headers.Has("Content-Type")) {
    add("Content-Type:");  // libcurl would call it a form
  }
  if (!request_.headers.Has("Authorization")) {
    if (!request_.bearer_token.empty()) {
      add("Authorization: Bearer " + request_.bearer_token);
    } else if (!request_.basic_auth_user.empty() || !request_.basic_auth_password.empty()) {
      Set(handle_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      Set(handle_, CURLOPT_USERNAME, request_.basic_auth_user.c_str());
      Set(handle_, CURLOPT_PASSWORD, request_.basic_auth_password.c_str());
    }
  }
  Set(handle_, CURLOPT_HTTPHEADER, headers_);
}

Status CurlTransfer::SetUpTls() {
  const ClientTlsOptions& tls = request_.tls;
  const long min = TlsVersion(tls.min_version, false);
  const long max = TlsVersion(tls.max_version, true);
  if (min < 0 || max < 0) {
    return InvalidArgument("unknown TLS version \"" +
                           (min < 0 ? tls.min_version : tls.max_version) + "\"");
  }
  Set(handle_, CURLOPT_SSLVERSION, min | max);
  if (!tls.ca_pem.empty()) {
    SetBlob(handle_, CURLOPT_CAINFO_BLOB, tls.ca_pem);
  }
  if (!tls.cert_pem.empty()) {
    SetBlob(handle_, CURLOPT_SSLCERT_BLOB, tls.cert_pem);
    SetBlob(handle_, CURLOPT_SSLKEY_BLOB, tls.key_pem.empty() ? tls.cert_pem : tls.key_pem);
  }
  if (tls.insecure_skip_verify) {
    Set(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
    Set(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  return base::OkStatus();
}

// libcurl takes the name for SNI and verification from the URL. So the URL gets the wanted name,
// and the connection goes to where the original one points.
void CurlTransfer::SetUpServerName(const std::string& url) {
  const std::string& name = request_.tls.server_name;
  if (name.empty() || url_.scheme != "https" || EqualsIgnoreCase(name, url_.host)) {
    return;
  }
  const UrlPtr renamed(curl_url());
  if (curl_url_set(renamed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_set(renamed.get(), CURLUPART_HOST, name.c_str(), 0) != CURLUE_OK) {
    return;
  }
  Set(handle_, CURLOPT_URL, UrlPart(renamed.get(), CURLUPART_URL).c_str());
  const std::string redirect = name + ":" + url_.port + ":" + url_.host + ":" + url_.port;
  connect_to_ = curl_slist_append(nullptr, redirect.c_str());
  Set(handle_, CURLOPT_CONNECT_TO, connect_to_);
  if (!request_.headers.Has("Host")) {
    const bool is_default_port = url_.port == "443";
    const std::string host = "Host: " + url_.host + (is_default_port ? "" : ":" + url_.port);
    headers_ = curl_slist_append(headers_, host.c_str());
    Set(handle_, CURLOPT_HTTPHEADER, headers_);
  }
}

void CurlTransfer::SetUpProxy() {
  const ProxyOptions& proxy = request_.proxy;
  if (proxy.url.empty()) {
    // An empty string switches the environment's proxies off; libcurl reads them by itself.
    if (!proxy.from_environment) {
      Set(handle_, CURLOPT_PROXY, "");
    }
    return;
  }
  Set(handle_, CURLOPT_PROXY, proxy.url.c_str());
  Set(handle_, CURLOPT_NOPROXY, proxy.no_proxy.c_str());
  if (proxy.connect_headers.empty()) {
    return;
  }
  Set(handle_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  for (const auto& [name, value] : proxy.connect_headers) {
    proxy_headers_ = curl_slist_append(proxy_headers_, (name + ": " + value).c_str());
  }
  Set(handle_, CURLOPT_PROXYHEADER, proxy_headers_);
}

size_t CurlTransfer::OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& self = *static_cast<CurlTransfer*>(user);
  std::string_view line(data, size * count);
  if (line.starts_with("HTTP/") && !self.has_body_started_) {
    // A new head: what came before was an interim reply.
    self.response_.headers.Clear();
    if (line.starts_with("HTTP/2 4") || line.starts_with("HTTP/2 5")) {
      // libcurl 7.88 stops an upload that is refused and cannot use the connection afterwards.
      Set(self.handle_, CURLOPT_FORBID_REUSE, self.request_.body.empty() ? 0L : 1L);
    }
    return size * count;
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return size * count;
  }
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  Headers& into = self.has_body_started_ ? self.response_.trailers : self.response_.headers;
  constexpr size_t kMaxResponseHeaders = 1'000;
  if (into.size() >= kMaxResponseHeaders) {
    return 0;
  }
  into.Add(std::string(line.substr(0, colon)), std::string(value));
  return size * count;
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* user) {
  auto& self = *static_cast<CurlTransfer*>(user);
  self.has_body_started_ = true;
  const size_t bytes = size * count;
  if (bytes > self.request_.max_response_bytes - self.response_.body.size()) {
    self.is_body_too_large_ = true;
    return 0;
  }
  self.response_.body.append(data, bytes);
  return bytes;
}

curl_socket_t CurlTransfer::OnOpenSocket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& self = *static_cast<CurlTransfer*>(user);
  self.is_new_connection_ = true;
  const AddressFilter* filter = self.request_.address_filter.get();
  if (filter != nullptr) {
    IpAddress ip;
    if (!ToIpAddress(*address, &ip) || !filter->IsAllowed(ip)) {
      self.is_address_denied_ = true;
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Status CurlTransfer::ToStatus(CURLcode code) const {
  const std::string where = ": " + url_.ForMessages();
  if (is_address_denied_) {
    return base::PermissionDenied("address is not allowed" + where);
  }
  if (is_body_too_large_) {
    return base::ResourceExhausted("response body is larger than the limit of " +
                                   std::to_string(request_.max_response_bytes) + " bytes" + where);
  }
  // libcurl's own text may repeat the host and port, but never credentials.
  const std::string text = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return base::DeadlineExceeded("timeout" + where);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_SSL_CERTPROBLEM:
      return InvalidArgument(text + where);
    default:
      return base::Unavailable(text + where);
  }
}

Status CurlTransfer::DecodeBody() {
  const std::string coding = response_.headers.GetJoined("Content-Encoding");
  if (coding.empty() || response_.body.empty() || !IsKnownCoding(coding)) {
    return base::OkStatus();
  }
  Result<std::string> decoded = DecodeContent(coding, response_.body, request_.max_response_bytes);
  if (!decoded.ok()) {
    return decoded.status().WithPrefix("cannot decode response of " + url_.ForMessages());
  }
  response_.body = *std::move(decoded);
  response_.headers.Remove("Content-Encoding");
  response_.headers.Remove("Content-Length");
  return base::OkStatus();
}

Result<ClientResponse> CurlTransfer::Finish(CURLcode code) {
  if (code != CURLE_OK) {
    return ToStatus(code);
  }
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  response_.version = VersionOf(handle_);
  response_.received_bytes = response_.body.size();
  response_.reused_connection = !is_new_connection_;
  const Status decoded = DecodeBody();
  if (!decoded.ok()) {
    is_body_too_large_ = decoded.code() == base::StatusCode::kResourceExhausted;
    return decoded;
  }
  return std::move(response_);
}

}  // namespace sb::net
