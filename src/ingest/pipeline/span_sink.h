// SPDX-License-Identifier: Apache-2.0
//
// SpanSink is where every door of spans delivers: requests in OTLP protobuf, whatever the client
// spoke. Sinks stand one before another: processors, connectors, samplers, at the end the store
// (span_writer.h).
//
//   SpanWriteResult result = sink->Write(export_trace_service_request);
//
// Outcomes, which decide whether a sender keeps its data:
//   OK                 the spans are stored, durably, or dropped as the configuration says; only
//                      `rejected` ones were refused for good, and `message` names why
//   kInvalidArgument   the request is malformed, nothing of it was stored; not sent again
//   kUnavailable       the store could not take it, nothing of it was stored; sent again
// Sinks count what they lose themselves; a caller counts malformed requests only.
//
// Threads: safe for concurrent use.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/span_reader.h"

namespace sb::ingest {

struct SpanWriteResult {
  base::Status status;
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  std::string message;  // of the first refusal
};

class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual SpanWriteResult Write(std::string_view request) = 0;
};

// Sees spans on their way, for connectors. Called with up to some dozen valid spans of one
// resource and scope, after the request was accepted; must not block.
class SpanObserver {
 public:
  virtual ~SpanObserver() = default;
  virtual void Observe(const wire::OtlpResource& resource, const wire::OtlpScope& scope,
                       std::span<const wire::OtlpSpan> spans) = 0;
};

}  // namespace sb::ingest
