// SPDX-License-Identifier: Apache-2.0
//
// JaegerToOtlp writes a Jaeger batch as an ExportTraceServiceRequest, with the meaning that the
// OpenTelemetry Collector gives it:
//
//   process            resource; its name service.name, the tag hostname host.name
//   span.kind          the kind of the span
//   error, otel.status_code, http.status_code   the status
//   parent id, references   the parent: the id, else the first CHILD_OF of the same trace, else the
//                      first FOLLOWS_FROM; all other references become links
//   otel.scope.name, otel.scope.version, otel.library.…   the scope
//   logs               events, named by their field `event` (or a lone `message`)
//
// Source: OpenTelemetry specification, "OpenTelemetry to Jaeger Transformation"; Collector,
// pkg/translator/jaeger. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/jaeger/jaeger_model.h"
#include "wire/otlp/span_reader.h"

namespace sb::wire {

// Appends to `request`.
void JaegerToOtlp(const JaegerBatch& batch, std::string* request);

// What HTTP says about a span that has no other status: 5xx and what is no status code are errors,
// 4xx are unless the span is the server's.
OtlpStatusCode StatusOfHttp(int64_t http_status, OtlpSpanKind kind);

// "server", "CLIENT", … in any case; kUnspecified for anything else.
OtlpSpanKind SpanKindOfText(std::string_view text);

}  // namespace sb::wire
