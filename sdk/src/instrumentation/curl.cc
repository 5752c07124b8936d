// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/curl.h"

#include <memory>

namespace signalbox::curl {

namespace {

std::string_view VersionText(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "1.0";
    case CURL_HTTP_VERSION_1_1:
      return "1.1";
    case CURL_HTTP_VERSION_2_0:
      return "2";
    case CURL_HTTP_VERSION_3:
      return "3";
    default:
      return "";
  }
}

std::string KindOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_COULDNT_CONNECT:
      return "connection_refused";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "name_resolution_error";
    default:
      return "CURLE_" + std::to_string(code);
  }
}

void Append(curl_slist** list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(*list, line.c_str()); longer != nullptr) {
    *list = longer;
  }
}

}  // namespace

CURLcode Perform(const HttpClient& client, CURL* handle, const Request& request) {
  SentRequest sent(
      client, {.method = request.method, .url = request.url, .url_template = request.url_template});
  curl_slist* raw = nullptr;
  for (const std::string& header : request.headers) {
    Append(&raw, header);
  }
  sent.AddHeaders([&](std::string_view name, std::string_view value) {
    Append(&raw, std::string(name).append(": ").append(value));
  });
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(raw, &curl_slist_free_all);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  if (code != CURLE_OK) {
    sent.Failed(KindOf(code), curl_easy_strerror(code));
    return code;
  }
  long status = 0;
  long version = 0;
  long redirects = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
  curl_easy_getinfo(handle, CURLINFO_REDIRECT_COUNT, &redirects);
  if (redirects > 0) {
    sent.span().Set("http.request.resend_count", redirects);
  }
  sent.Answered(static_cast<int>(status), VersionText(version));
  return code;
}

}  // namespace signalbox::curl
