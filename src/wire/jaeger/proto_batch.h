// SPDX-License-Identifier: Apache-2.0
//
// Batches of jaeger.api_v2 (model.proto): PostSpansRequest of the collector's gRPC service, and the
// single Span that Jaeger writes into Kafka.
//
//   JaegerBatch batch;
//   SB_RETURN_IF_ERROR(ReadPostSpans(message, &batch));
//
// kInvalidArgument for malformed bytes or a batch that would take too much memory. A span's ids are
// padded or, if they are longer, kept as they are: then they are no valid ids of OTLP.
//
// Source: jaeger-idl, proto/api_v2/model.proto and collector.proto. Threads: pure functions.
#pragma once

#include <string_view>

#include "base/status.h"
#include "wire/jaeger/jaeger_model.h"

namespace sb::wire {

base::Status ReadPostSpans(std::string_view bytes, JaegerBatch* batch);
base::Status ReadProtoSpan(std::string_view bytes, JaegerBatch* batch);

}  // namespace sb::wire
