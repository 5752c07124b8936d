// SPDX-License-Identifier: Apache-2.0
//
// JaegerEndpoint takes what Jaeger's clients, agents and collectors send, as OTLP, to the sink of
// all spans. It knows no socket: jaeger_handler.h and net/udp_listener.h are its doors.
//
//   SpanWriteResult result = endpoint.WriteThrift(body);          // HTTP: a bare Batch, binary
//   SpanWriteResult result = endpoint.WriteProto(message);        // gRPC: PostSpansRequest
//   endpoint.TakeDatagram(datagram, ThriftProtocol::kCompact);    // UDP: emitBatch
//
// Outcomes as in span_sink.h. A datagram has nobody to answer to: what cannot be stored of it is
// counted. Threads: safe for concurrent use.
#pragma once

#include <string_view>

#include "base/instruments.h"
#include "ingest/pipeline/loss.h"
#include "ingest/pipeline/span_sink.h"
#include "wire/jaeger/thrift_reader.h"

namespace sb::ingest {

class JaegerEndpoint {
 public:
  // All pointers must outlive the endpoint.
  JaegerEndpoint(SpanSink* sink, LossCounters* losses, base::Registry* registry);

  SpanWriteResult WriteThrift(std::string_view batch);
  SpanWriteResult WriteProto(std::string_view post_spans_request);
  void TakeDatagram(std::string_view datagram, wire::ThriftProtocol protocol);

 private:
  SpanSink* const sink_;
  LossCounters* const losses_;
  base::Counter* const http_;
  base::Counter* const grpc_;
  base::Counter* const udp_;
};

}  // namespace sb::ingest
