// SPDX-License-Identifier: Apache-2.0
//
// TracesPart brings spans in: the doors of OTLP, Jaeger and Zipkin, the metrics made of spans, and
// what a Collector file says about all this. Questions about traces are another part's business.
//
// Path of a span: door -> endpoint (decode to OTLP) -> processors -> connectors -> samplers ->
// events store.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ingest/otlp/otlp_traces_endpoint.h"
#include "ingest/pipeline/observed_sink.h"
#include "ingest/pipeline/span_writer.h"
#include "server/part.h"

namespace sb::server {

class TracesPart final : public Part {
 public:
  explicit TracesPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;

 private:
  ingest::SpanWriter writer_;
  ingest::ObservedSink sink_;
  ingest::OtlpTracesEndpoint otlp_;
};

}  // namespace sb::server
