// SPDX-License-Identifier: Apache-2.0
//
// ZipkinEndpoint takes what Zipkin's clients send, as OTLP, to the sink of all spans.
//
//   ZipkinEndpoint endpoint(&sink, env, &losses, &registry);
//   endpoint.AddRoutes("", &router);       // POST /api/v2/spans and /api/v1/spans
//
// Version 2 as application/json or application/x-protobuf, version 1 as application/json; no
// content type is JSON. 202 without body, 400 with the reason, 415 for another content type, 503
// with Retry-After when the sender shall come again.
//
// Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>

#include "base/env.h"
#include "base/instruments.h"
#include "base/status.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_sink.h"
#include "net/router.h"

namespace sb::ingest {

enum class ZipkinFormat : uint8_t { kV1Json, kV2Json, kV2Proto };

// What a request may be, as sent and decompressed.
inline constexpr size_t kZipkinBodyBytesMax = 32U << 20;

class ZipkinEndpoint {
 public:
  // All pointers must outlive the endpoint, and the endpoint the router.
  ZipkinEndpoint(SpanSink* sink, base::Env* env, LossCounters* losses, base::Registry* registry);

  void AddRoutes(const std::string& prefix, net::Router* router);
  // Outcomes as in span_sink.h.
  SpanWriteResult Write(ZipkinFormat format, std::string_view body);

 private:
  net::HttpResponse Reply(bool version_one, const net::HttpRequest& request);

  SpanSink* const sink_;
  const base::Clock& clock_;
  LossCounters* const losses_;
  base::Counter* const requests_;
};

}  // namespace sb::ingest
