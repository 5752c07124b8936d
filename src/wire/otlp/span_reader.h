// SPDX-License-Identifier: Apache-2.0
//
// The Span message of OTLP, below the scope.
//
//   OtlpSpan span;                       // reuse it: its vectors keep their memory
//   SB_RETURN_IF_ERROR(ReadSpan(item, &span));
//
// Everything is a view into the request; events and links stay encoded until somebody asks for one.
// kInvalidArgument for malformed bytes, also inside of attribute values, and for arrays and maps
// nested deeper than kAnyValueDepthMax. Ids of a wrong length are not malformed: judging them is
// IsValid()'s business, so that the other spans of a request can be kept.
//
// Source: opentelemetry/proto/trace/v1/trace.proto. Threads: values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/otlp/any_value.h"

namespace sb::wire {

inline constexpr uint32_t kSpanEventField = 11;
inline constexpr uint32_t kSpanLinkField = 13;

enum class OtlpSpanKind : uint8_t {
  kUnspecified,
  kInternal,
  kServer,
  kClient,
  kProducer,
  kConsumer
};
enum class OtlpStatusCode : uint8_t { kUnset, kOk, kError };
// "SPAN_KIND_SERVER", "STATUS_CODE_ERROR": as the Collector writes them.
std::string_view OtlpSpanKindName(OtlpSpanKind kind);
std::string_view OtlpStatusCodeName(OtlpStatusCode code);

struct OtlpSpan {
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view parent_span_id;  // empty on a root
  std::string_view trace_state;
  std::string_view name;
  std::string_view status_message;
  OtlpSpanKind kind = OtlpSpanKind::kUnspecified;
  OtlpStatusCode status = OtlpStatusCode::kUnset;
  uint64_t start_ns = 0;
  uint64_t end_ns = 0;
  uint32_t flags = 0;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
  size_t encoded_bytes = 0;
  std::vector<KeyValue> attributes;      // a key may be there twice: the first one holds
  std::vector<std::string_view> events;  // Event messages
  std::vector<std::string_view> links;   // Link messages

  // 0 if the span ended before it started.
  uint64_t DurationNs() const { return end_ns > start_ns ? end_ns - start_ns : 0; }
  bool IsRoot() const { return parent_span_id.empty(); }
};
// Replaces what `span` held. An all-zero parent id is none.
base::Status ReadSpan(std::string_view bytes, OtlpSpan* span);

// Why a span cannot be stored; null if it can. A literal.
const char* WhyInvalid(const OtlpSpan& span);

struct OtlpSpanEvent {
  uint64_t time_ns = 0;
  std::string_view name;
  uint32_t dropped_attributes = 0;
  std::vector<KeyValue> attributes;
};
base::Status ReadSpanEvent(std::string_view bytes, OtlpSpanEvent* event);

struct OtlpSpanLink {
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view trace_state;
  uint32_t flags = 0;
  uint32_t dropped_attributes = 0;
  std::vector<KeyValue> attributes;
};
base::Status ReadSpanLink(std::string_view bytes, OtlpSpanLink* link);

// Whether the array or map is well-formed all the way down.
base::Status CheckAnyValue(const AnyValue& value);

}  // namespace sb::wire
