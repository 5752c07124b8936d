// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "signalbox/instrumentation/curl.h"
#include "signalbox/journey.h"
#include "signalbox/sdk.h"

int main() {
  auto sdk = signalbox::Sdk::Start({.service_name = "stranger",
                                    .sends_traces = false,
                                    .sends_metrics = false,
                                    .sends_logs = false});
  const auto orders = sdk->meter("m").CreateCounter("orders");
  signalbox::WithJourney(sdk->tracer("t"), "checkout", [&] { orders.Add(2); });
  const signalbox::HttpClient http(sdk->tracer("t"), sdk->meter("m"));
  CURL* handle = curl_easy_init();
  // Nobody listens on port 1.
  const CURLcode code = signalbox::curl::Perform(http, handle, {.url = "http://127.0.0.1:1/"});
  curl_easy_cleanup(handle);
  const std::string page = sdk->PrometheusText();
  const bool is_good = code == CURLE_COULDNT_CONNECT &&
                       page.find("orders_total") != std::string::npos &&
                       page.find("error_type=\"connection_refused\"") != std::string::npos;
  std::printf("%s\n", is_good ? "ok" : page.c_str());
  return is_good ? 0 : 1;
}
