// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_traces_endpoint.h"

#include <utility>

#include "wire/otlp/json_to_proto.h"

namespace sb::ingest {

OtlpTracesEndpoint::OtlpTracesEndpoint(SpanSink* sink, LossCounters* losses,
                                       base::Registry* registry)
    : sink_(sink),
      losses_(losses),
      requests_(&registry->AddCounter("signalbox_otlp_requests_total",
                                      "OTLP export requests received.", {{"signal", "traces"}})) {}

OtlpOutcome OtlpTracesEndpoint::Export(wire::OtlpEncoding encoding, std::string_view body) {
  requests_->Add();
  std::string transcoded;
  if (encoding == wire::OtlpEncoding::kJson) {
    const base::Status read = wire::JsonToProto(wire::JsonTraceRequest(), body, &transcoded);
    if (!read.ok()) {
      losses_->Add(LossReason::kMalformedRequest);
      return {base::InvalidArgument(std::string(read.message())), {}};
    }
    body = transcoded;
  }
  SpanWriteResult result = sink_->Write(body);
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    losses_->Add(LossReason::kMalformedRequest);
  }
  return {std::move(result.status), {result.rejected, std::move(result.message)}};
}

}  // namespace sb::ingest
