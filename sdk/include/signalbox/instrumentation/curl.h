// SPDX-License-Identifier: Apache-2.0
//
// libcurl with telemetry (http.h). Own CMake target signalbox::sdk_curl, which links libcurl.
//
//   HttpClient http(sdk->tracer("shop"), sdk->meter("shop"));
//   CURLcode code = curl::Perform(http, handle, {.method = "GET", .url = url, .headers = {"Accept:
//   */*"}});
//
// Sets the URL and the headers of the handle (with trace and baggage added) and performs it;
// everything else (method options, body, TLS, timeouts) is as the caller set it before. The headers
// are taken off the handle again. With redirects one span tells of all, with the count as
// http.request.resend_count.
//
// Threads: as libcurl, one thread for a handle at a time.
#pragma once

#include <curl/curl.h>

#include <string>
#include <vector>

#include "signalbox/http.h"

namespace signalbox::curl {

struct Request {
  std::string method = "GET";  // what the handle's options make of it, for the span
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string url_template = {};
};

CURLcode Perform(const HttpClient& client, CURL* handle, const Request& request);

}  // namespace signalbox::curl
