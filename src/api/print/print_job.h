// SPDX-License-Identifier: Apache-2.0
//
// The job that signalbox-print reads, and the document that it writes (render/src/main.cc has both
// forms). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/http_message.h"

namespace sb::print {

enum class Format : uint8_t { kPdf, kSvg };

struct PrintJob {
  Format format = Format::kPdf;
  std::string uid;
  std::string query;    // of the request, as sent
  std::string headers;  // lines that end with CR LF
  std::string time_zone;
  int64_t now_ms = 0;
};

// What of a request the renderer may say in its place: who asks, and for whom.
std::string ForwardedHeaders(const net::Headers& headers);
// The zone for the renderer's environment; "" is UTC. kInvalidArgument for what is no name of a
// zone.
base::Result<std::string> TimeZoneOf(const net::UrlParams& query);
std::string JobJson(const PrintJob& job, const std::string& server_url);

struct PrintAnswer {
  int status = 0;
  std::string message;
  std::string document;
};

// kDataLoss when the output is not whole.
base::Result<PrintAnswer> ReadAnswer(std::string output);

}  // namespace sb::print
