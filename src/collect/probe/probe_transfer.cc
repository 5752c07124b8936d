// SPDX-License-Identifier: Apache-2.0
#include "collect/probe/probe_transfer.h"

namespace sb::probe {
namespace {

struct Watch {
  CURL* handle;
  ChainTrust trust;
  TlsFacts* tls;
};

// The connection is there, the request is not sent yet: the last moment at which libcurl surely
// still has the session.
int OnConnected(void* user, char*, char*, int, int) {
  const auto& watch = *static_cast<Watch*>(user);
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(watch.handle, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
      session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL &&
      session->internals != nullptr) {
    *watch.tls = FactsOf(static_cast<SSL*>(session->internals), watch.trust);
  }
  return CURL_PREREQFUNC_OK;
}

}  // namespace

std::string PinOf(const net::UrlParts& url, const net::IpAddress& ip) {
  const std::string address = ip.ToString();
  return url.host + ":" + url.port + ":" + (ip.IsV4() ? address : "[" + address + "]");
}

CURLcode PerformPinned(net::CurlTransfer& transfer, const std::string& pin, ChainTrust trust,
                       TlsFacts* tls) {
  CURL* handle = transfer.handle();
  *tls = TlsFacts();
  Watch watch{handle, trust, tls};
  curl_slist* resolve = pin.empty() ? nullptr : curl_slist_append(nullptr, pin.c_str());
  curl_easy_setopt(handle, CURLOPT_RESOLVE, resolve);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &OnConnected);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, &watch);
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, nullptr);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, nullptr);
  curl_easy_setopt(handle, CURLOPT_RESOLVE, nullptr);
  curl_slist_free_all(resolve);
  return code;
}

}  // namespace sb::probe
