// SPDX-License-Identifier: Apache-2.0
//
// The prober http: one transfer a hop, so that phases add up over redirects as the reference's do.
#include <curl/curl.h>

#include <algorithm>
#include <ctime>

#include "collect/probe/certificate_metrics.h"
#include "collect/probe/http_match.h"
#include "collect/probe/probe_address.h"
#include "collect/probe/probe_run.h"
#include "collect/probe/probe_transfer.h"

namespace sb::probe {
namespace {

constexpr int64_t kBodyBytesMax = 64 << 20;
constexpr int kRedirectsMax = 10;
constexpr const char* kPhaseHelp = "Duration of http request by phase, summed over all redirects";

// What is known of the last hop, even when its body could not be read.
struct Hop {
  long status = 0;
  double version = 0;
  double content_length = 0;
  double body_bytes = 0;
  double last_modified = -1;
  TlsFacts tls;
  base::Status error;
  net::ClientResponse reply;
};

class HttpProber {
 public:
  explicit HttpProber(const ProbeJob& job) : job_(job), probe_(job.request.module.http) {}
  bool Run();

 private:
  bool SetUp();
  base::Status Resolve();
  Hop Fetch(const std::string& url);
  void AddPhases(CURL* handle) const;
  void AddPhase(const char* phase, double seconds) const {
    job_.out.metrics.Add("probe_http_duration_seconds", kPhaseHelp, seconds, {{"phase", phase}});
  }
  // The next hop; empty when the reply is the last one.
  base::Result<std::string> NextUrl(const std::string& url, const Hop& hop);
  bool Judge(const Hop& hop) const;
  bool StatusPasses(long status) const;
  void SetMetrics(const Hop& hop, int redirects) const;

  const ProbeJob& job_;
  const HttpProbe& probe_;
  net::ClientRequest request_;
  std::string url_;
  std::string pin_;  // where libcurl connects to; empty: through a proxy
};

bool HttpProber::SetUp() {
  const std::string& target = job_.request.target;
  url_ =
      target.starts_with("http://") || target.starts_with("https://") ? target : "http://" + target;
  if (probe_.enable_http3 || probe_.client.oauth2.has_value() ||
      !probe_.fail_if_body_json_matches_cel.empty() ||
      !probe_.fail_if_body_json_not_matches_cel.empty()) {
    return job_.Fail("HTTP/3, oauth2 and CEL are not probed; remove them from the module");
  }
  request_.method = probe_.method.empty() ? "GET" : probe_.method;
  request_.body = probe_.body;
  if (!probe_.body_file.empty()) {
    base::Result<std::string> body = job_.source.env.files().ReadFile(probe_.body_file);
    if (!body.ok()) {
      return job_.Fail(body.status().message());
    }
    request_.body = *std::move(body);
  }
  request_.accept_encoding = probe_.compression;
  const int64_t limit = probe_.body_size_limit.bytes;
  request_.max_response_bytes =
      static_cast<size_t>(limit > 0 ? std::min(limit, kBodyBytesMax) : kBodyBytesMax);
  for (const auto& [name, value] : probe_.headers) {
    request_.headers.Set(name, value);
  }
  const base::Status applied =
      net::ConfiguredClient(job_.source.client, probe_.client, job_.source.env).Apply(request_);
  if (!applied.ok()) {
    return job_.Fail(applied.message());
  }
  if (!job_.request.hostname.empty()) {
    request_.headers.Set("Host", job_.request.hostname);
    if (request_.tls.server_name.empty()) {
      request_.tls.server_name = job_.request.hostname;
    }
  }
  request_.address_filter = job_.request.filter;
  return true;
}

base::Status HttpProber::Resolve() {
  SB_ASSIGN_OR_RETURN(const net::UrlParts url, net::ParseUrl(url_));
  if (!request_.proxy.url.empty() && probe_.skip_resolve_phase_with_proxy) {
    return base::OkStatus();
  }
  std::string host = url.host;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  SB_ASSIGN_OR_RETURN(const ProbeAddress address, ChooseAddress(job_, probe_.ip, host));
  AddPhase("resolve", address.lookup_seconds);
  if (request_.proxy.url.empty()) {
    pin_ = PinOf(url, address.ip);
  }
  return base::OkStatus();
}

void HttpProber::AddPhases(CURL* handle) const {
  const auto at = [handle](CURLINFO info) {
    curl_off_t us = 0;
    curl_easy_getinfo(handle, info, &us);
    return static_cast<double>(us) / 1e6;
  };
  const double lookup = at(CURLINFO_NAMELOOKUP_TIME_T);
  const double connect = at(CURLINFO_CONNECT_TIME_T);
  const double tls = at(CURLINFO_APPCONNECT_TIME_T);
  const double ready = at(CURLINFO_PRETRANSFER_TIME_T);
  const double first = at(CURLINFO_STARTTRANSFER_TIME_T);
  const double total = at(CURLINFO_TOTAL_TIME_T);
  AddPhase("connect", std::max(0.0, connect - lookup));
  AddPhase("tls", std::max(0.0, tls - connect));
  if (ready > 0) {
    AddPhase("processing", std::max(0.0, (first > 0 ? first : total) - ready));
  }
  if (first > 0) {
    AddPhase("transfer", std::max(0.0, total - first));
  }
}

Hop HttpProber::Fetch(const std::string& url) {
  Hop hop;
  const int64_t left_ms = job_.LeftMs();
  if (left_ms <= 0) {
    hop.error = base::DeadlineExceeded("timeout");
    return hop;
  }
  request_.timeout_ms = left_ms;
  request_.connect_timeout_ms = left_ms;
  auto transfer = net::CurlTransfer::Create(request_, url, "Signalbox", left_ms);
  if (!transfer.ok()) {
    hop.error = transfer.status();
    return hop;
  }
  CURL* handle = (*transfer)->handle();
  curl_easy_setopt(handle, CURLOPT_FILETIME, 1L);
  const CURLcode code = PerformPinned(
      **transfer, pin_,
      request_.tls.insecure_skip_verify ? ChainTrust::kNotVerified : ChainTrust::kVerified,
      &hop.tls);
  AddPhases(handle);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &hop.status);
  if (hop.status == 0) {
    hop.tls = TlsFacts();  // the reference tells of TLS only with a reply
  } else {
    long version = 0;
    curl_off_t length = 0;
    curl_off_t received = 0;
    curl_off_t modified = -1;
    curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    curl_easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &received);
    curl_easy_getinfo(handle, CURLINFO_FILETIME_T, &modified);
    hop.version = version == CURL_HTTP_VERSION_2_0 ? 2 : version == CURL_HTTP_VERSION_1_0 ? 1 : 1.1;
    hop.content_length = static_cast<double>(length);
    hop.body_bytes = static_cast<double>(received);
    hop.last_modified = static_cast<double>(modified);
  }
  base::Result<net::ClientResponse> reply = (*transfer)->Finish(code);
  if (reply.ok()) {
    hop.reply = *std::move(reply);
    hop.body_bytes = static_cast<double>(hop.reply.body.size());
  } else {
    hop.error = reply.status();
  }
  return hop;
}

base::Result<std::string> HttpProber::NextUrl(const std::string& url, const Hop& hop) {
  const bool is_redirect = hop.status == 301 || hop.status == 302 || hop.status == 303 ||
                           hop.status == 307 || hop.status == 308;
  const std::string location(hop.reply.headers.Get("Location"));
  if (!hop.error.ok() || !is_redirect || !probe_.client.follow_redirects || location.empty()) {
    return std::string();
  }
  SB_ASSIGN_OR_RETURN(std::string next, net::ResolveUrl(url, location));
  SB_ASSIGN_OR_RETURN(const net::UrlParts from, net::ParseUrl(url));
  SB_ASSIGN_OR_RETURN(const net::UrlParts to, net::ParseUrl(next));
  if (hop.status < 304 && request_.method != "GET" && request_.method != "HEAD") {
    request_.method = "GET";
    request_.body.clear();
    request_.headers.Remove("Content-Type");
  }
  if (!from.HasSameOrigin(to)) {
    request_.headers.Remove("Authorization");
    request_.headers.Remove("Cookie");
    request_.headers.Remove("Host");
    request_.bearer_token.clear();
    request_.basic_auth_user.clear();
    request_.basic_auth_password.clear();
    if (job_.request.module.http.client.tls_config.server_name.empty()) {
      request_.tls.server_name.clear();
    }
  }
  return next;
}

bool HttpProber::StatusPasses(long status) const {
  const std::vector<int64_t>& valid = probe_.valid_status_codes;
  const bool passes = valid.empty() ? status >= 200 && status < 300
                                    : std::find(valid.begin(), valid.end(), status) != valid.end();
  return passes || job_.Fail("Invalid HTTP response status code: " + std::to_string(status));
}

bool HttpProber::Judge(const Hop& hop) const {
  if (hop.status == 0) {
    return job_.Fail("Error for HTTP request: " + std::string(hop.error.message()));
  }
  bool success = StatusPasses(hop.status);
  if (success && hop.error.ok()) {
    success =
        HeadersPass(job_, probe_, hop.reply.headers) && BodyPasses(job_, probe_, hop.reply.body);
    job_.SetFailedDueToRegex(!success);
  }
  if (!hop.error.ok()) {
    success = job_.Fail("Failed to read HTTP response body: " + std::string(hop.error.message()));
  }
  const std::vector<std::string>& versions = probe_.valid_http_versions;
  const std::string version = hop.version == 2   ? "HTTP/2.0"
                              : hop.version == 1 ? "HTTP/1.0"
                                                 : "HTTP/1.1";
  if (!versions.empty() && std::find(versions.begin(), versions.end(), version) == versions.end()) {
    success = job_.Fail("Invalid HTTP version number: " + version);
  }
  if (hop.tls.is_known && probe_.fail_if_ssl) {
    success = job_.Fail("Final request was over SSL");
  } else if (!hop.tls.is_known && probe_.fail_if_not_ssl && success) {
    success = job_.Fail("Final request was not over SSL");
  }
  return success;
}

void HttpProber::SetMetrics(const Hop& hop, int redirects) const {
  ProbeMetrics& metrics = job_.out.metrics;
  metrics.Set("probe_http_content_length", "Length of http content response", hop.content_length);
  metrics.Set("probe_http_redirects", "The number of redirects", redirects);
  metrics.Set("probe_http_ssl", "Indicates if SSL was used for the final redirect",
              hop.tls.is_known ? 1 : 0);
  metrics.Set("probe_http_status_code", "Response HTTP status code",
              static_cast<double>(hop.status));
  metrics.Set("probe_http_uncompressed_body_length", "Length of uncompressed response body",
              hop.body_bytes);
  metrics.Set("probe_http_version", "Returns the version of HTTP of the probe response",
              hop.version);
  if (hop.last_modified >= 0) {
    metrics.Set("probe_http_last_modified_timestamp_seconds",
                "Returns the Last-Modified HTTP response header in unixtime", hop.last_modified);
  }
  if (hop.tls.is_known) {
    SetCertificateMetrics(hop.tls, &metrics);
    metrics.Set("probe_tls_cipher_info", "Returns the TLS cipher negotiated during handshake", 1,
                {{"cipher", hop.tls.cipher}});
  }
}

bool HttpProber::Run() {
  job_.SetFailedDueToRegex(false);
  SetMetrics(Hop(), 0);
  for (const char* phase : {"resolve", "connect", "tls", "processing", "transfer"}) {
    AddPhase(phase, 0);
  }
  if (!SetUp()) {
    return false;
  }
  if (const base::Status status = Resolve(); !status.ok()) {
    return job_.Fail(status.message());
  }
  for (int redirects = 0;; ++redirects) {
    const Hop hop = Fetch(url_);
    SetMetrics(hop, redirects);
    base::Result<std::string> next = NextUrl(url_, hop);
    if (!next.ok() || (!next->empty() && redirects == kRedirectsMax)) {
      return job_.Fail(next.ok() ? "Don't follow more than 10 redirects" : next.status().message());
    }
    if (next->empty()) {
      return Judge(hop);
    }
    job_.out.log.Add("info", "Received redirect: " + net::StripUserInfo(*next));
    url_ = *std::move(next);
  }
}

}  // namespace

bool ProbeHttp(const ProbeJob& job) {
  return HttpProber(job).Run();
}

}  // namespace sb::probe
