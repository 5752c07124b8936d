// SPDX-License-Identifier: Apache-2.0
//
// The column names that ingest writes and queries read. An events store knows only names and types;
// what a name means is fixed here.
//
// Spans. A stream is one (resource, instrumentation scope); its attributes are
//   resource.<key>            resource attributes, typed (resource.service.name, …)
//   scope.name scope.version  the instrumentation scope, and scope.<key> its attributes as
//                             scope.attr.<key>
// and a row is one span, its time the span's start:
//   trace_id kBytes(16)  span_id kBytes(8)  parent_span_id kBytes(8), absent on a root
//   name kText  kind kInt (OTLP numbers)  status kInt (OTLP: 0 unset, 1 ok, 2 error)
//   status_message kText  trace_state kText  flags kInt   (absent when empty or 0)
//   duration kInt, nanoseconds, 0 if the span ended before it started
//   events kBytes   the span's OTLP Event messages, each as field 11 of Span (tag, length, bytes)
//   links kBytes    likewise the Link messages, as field 13
//   dropped_attributes dropped_events dropped_links kInt (absent when 0)
//   span.<key>      span attributes, typed
//
// Logs. A stream is one set of stream labels, all kText, under their plain names (app, namespace).
// A row is one log record, its time the record's:
//   line kText      the line or body; an OTLP body that is no string is its JSON text
//   meta.<key>      structured metadata; kText (Loki knows only strings)
//   observed_time kInt ns, severity_number kInt (absent when unknown)
//   trace_id kBytes(16), span_id kBytes(8): recognised by ingest, beside the metadata they came
//   from
#pragma once

#include <string_view>

namespace sb::store {

inline constexpr std::string_view kTraceIdColumn = "trace_id";
inline constexpr std::string_view kSpanIdColumn = "span_id";
inline constexpr std::string_view kParentSpanIdColumn = "parent_span_id";
inline constexpr std::string_view kNameColumn = "name";
inline constexpr std::string_view kKindColumn = "kind";
inline constexpr std::string_view kStatusColumn = "status";
inline constexpr std::string_view kStatusMessageColumn = "status_message";
inline constexpr std::string_view kTraceStateColumn = "trace_state";
inline constexpr std::string_view kFlagsColumn = "flags";
inline constexpr std::string_view kDurationColumn = "duration";
inline constexpr std::string_view kEventsColumn = "events";
inline constexpr std::string_view kLinksColumn = "links";
inline constexpr std::string_view kDroppedAttributesColumn = "dropped_attributes";
inline constexpr std::string_view kDroppedEventsColumn = "dropped_events";
inline constexpr std::string_view kDroppedLinksColumn = "dropped_links";
inline constexpr std::string_view kSpanPrefix = "span.";
inline constexpr std::string_view kResourcePrefix = "resource.";
inline constexpr std::string_view kScopeName = "scope.name";
inline constexpr std::string_view kScopeVersion = "scope.version";
inline constexpr std::string_view kScopeAttributePrefix = "scope.attr.";
inline constexpr std::string_view kResourceSchemaUrl = "resource_schema_url";

inline constexpr std::string_view kLineColumn = "line";
inline constexpr std::string_view kMetadataPrefix = "meta.";
inline constexpr std::string_view kObservedTimeColumn = "observed_time";
inline constexpr std::string_view kSeverityNumberColumn = "severity_number";

}  // namespace sb::store
