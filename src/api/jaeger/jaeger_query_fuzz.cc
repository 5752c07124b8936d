// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what Jaeger's clients send: OTLP to transform, protobuf searches, JSON tags. A
// search that is accepted is a valid TraceQL query.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/jaeger/model_proto.h"
#include "api/jaeger/request.h"
#include "api/jaeger/ui_json.h"
#include "base/check.h"
#include "query/traceql/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::api::jaeger;  // NOLINT: a fuzz target
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto traces = UiTracesFromOtlp(bytes); traces.ok()) {
    SB_CHECK(!UiTracesJson(*traces).empty());
    std::string proto;
    for (const UiTrace& trace : *traces) {
      AppendSpans(trace, 1, &proto);
    }
  }
  TraceQuery query;
  if (const auto tags = ParseTagsJson(bytes); tags.ok()) {
    query.tags = *tags;
  } else if (auto decoded = QueryFromProto(bytes); decoded.ok()) {
    query = std::move(*decoded);
  }
  const auto parsed = sb::traceql::ParseAndValidate(ToTraceql(query));
  SB_CHECK(parsed.ok() || size > 500);  // long ones are refused as too deep or too long
  return 0;
}
