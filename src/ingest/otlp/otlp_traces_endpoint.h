// SPDX-License-Identifier: Apache-2.0
//
// OtlpTracesEndpoint takes ExportTraceServiceRequest, protobuf or JSON, to the sink of all spans.
//
//   OtlpTracesEndpoint endpoint(&sink, &losses, &registry);
//   OtlpOutcome outcome = endpoint.Export(OtlpEncoding::kProtobuf, body);
//
// Outcomes as in otlp_endpoint.h. Threads: safe for concurrent use.
#pragma once

#include <string_view>

#include "base/instruments.h"
#include "ingest/otlp/otlp_endpoint.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_sink.h"

namespace sb::ingest {

class OtlpTracesEndpoint final : public OtlpEndpoint {
 public:
  // All pointers must outlive the endpoint.
  OtlpTracesEndpoint(SpanSink* sink, LossCounters* losses, base::Registry* registry);

  OtlpOutcome Export(wire::OtlpEncoding encoding, std::string_view body) override;

 private:
  SpanSink* const sink_;
  LossCounters* const losses_;
  base::Counter* const requests_;
};

}  // namespace sb::ingest
