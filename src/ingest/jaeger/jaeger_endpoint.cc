// SPDX-License-Identifier: Apache-2.0
#include "ingest/jaeger/jaeger_endpoint.h"

#include <string>

#include "base/log.h"
#include "wire/jaeger/jaeger_to_otlp.h"
#include "wire/jaeger/proto_batch.h"
#include "wire/jaeger/thrift_batch.h"

namespace sb::ingest {
namespace {

base::Counter* RequestCounter(base::Registry* registry, const char* transport) {
  return &registry->AddCounter("signalbox_jaeger_requests_total",
                               "Jaeger batches received, by transport.",
                               {{"transport", transport}});
}

SpanWriteResult Pass(const base::Status& read, const wire::JaegerBatch& batch, SpanSink* sink) {
  if (!read.ok()) {
    return {base::InvalidArgument(std::string(read.message())), 0, 0, ""};
  }
  std::string request;
  wire::JaegerToOtlp(batch, &request);
  return sink->Write(request);
}

}  // namespace

JaegerEndpoint::JaegerEndpoint(SpanSink* sink, LossCounters* losses, base::Registry* registry)
    : sink_(sink),
      losses_(losses),
      http_(RequestCounter(registry, "http")),
      grpc_(RequestCounter(registry, "grpc")),
      udp_(RequestCounter(registry, "udp")) {}

SpanWriteResult JaegerEndpoint::WriteThrift(std::string_view batch) {
  http_->Add();
  wire::JaegerBatch read;
  const base::Status status = wire::ReadThriftBatch(batch, wire::ThriftProtocol::kBinary, &read);
  SpanWriteResult result = Pass(status, read, sink_);
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    losses_->Add(LossReason::kMalformedRequest);
  }
  return result;
}

SpanWriteResult JaegerEndpoint::WriteProto(std::string_view post_spans_request) {
  grpc_->Add();
  wire::JaegerBatch read;
  const base::Status status = wire::ReadPostSpans(post_spans_request, &read);
  SpanWriteResult result = Pass(status, read, sink_);
  if (result.status.code() == base::StatusCode::kInvalidArgument) {
    losses_->Add(LossReason::kMalformedRequest);
  }
  return result;
}

void JaegerEndpoint::TakeDatagram(std::string_view datagram, wire::ThriftProtocol protocol) {
  udp_->Add();
  wire::JaegerBatch read;
  const base::Status status = wire::ReadAgentMessage(datagram, protocol, &read);
  const SpanWriteResult result = Pass(status, read, sink_);
  if (!result.status.ok()) {
    losses_->Add(LossReason::kDatagramMalformed);
    SB_LOG_EVERY(10, kWarn, "a datagram of a Jaeger client is lost", {"bytes", datagram.size()},
                 {"error", result.status.message()});
  }
}

}  // namespace sb::ingest
