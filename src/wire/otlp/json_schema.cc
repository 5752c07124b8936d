// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/json_schema.h"

namespace sb::wire {
namespace {

using enum JsonType;

extern const JsonMessage kAnyValue;
extern const JsonMessage kKeyValue;

constexpr JsonField Attributes(uint32_t number, std::string_view name = "attributes") {
  return {name, number, kMessage, true, &kKeyValue};
}
constexpr JsonField Dropped(uint32_t number, std::string_view name = "droppedAttributesCount") {
  return {name, number, kVarint};
}

constexpr JsonField kArrayFields[] = {{"values", 1, kMessage, true, &kAnyValue}};
constexpr JsonMessage kArrayValue = {kArrayFields};
constexpr JsonField kMapFields[] = {{"values", 1, kMessage, true, &kKeyValue}};
constexpr JsonMessage kMapValue = {kMapFields};
constexpr JsonField kAnyValueFields[] = {
    {"stringValue", 1, kString},
    {"boolValue", 2, kBool},
    {"intValue", 3, kVarint},
    {"doubleValue", 4, kDouble},
    {"arrayValue", 5, kMessage, false, &kArrayValue},
    {"kvlistValue", 6, kMessage, false, &kMapValue},
    {"bytesValue", 7, kBytes},
};
constexpr JsonMessage kAnyValue = {kAnyValueFields};
constexpr JsonField kKeyValueFields[] = {{"key", 1, kString},
                                         {"value", 2, kMessage, false, &kAnyValue}};
constexpr JsonMessage kKeyValue = {kKeyValueFields};

constexpr JsonField kEntityFields[] = {{"schemaUrl", 1, kString},
                                       {"type", 2, kString},
                                       {"idKeys", 3, kString, true},
                                       {"descriptionKeys", 4, kString, true}};
constexpr JsonMessage kEntity = {kEntityFields};
constexpr JsonField kResourceFields[] = {
    Attributes(1), Dropped(2), {"entityRefs", 3, kMessage, true, &kEntity}};
constexpr JsonMessage kResource = {kResourceFields};
constexpr JsonField kScopeFields[] = {
    {"name", 1, kString}, {"version", 2, kString}, Attributes(3), Dropped(4)};
constexpr JsonMessage kScope = {kScopeFields};

// Metrics.
constexpr std::string_view kTemporalities[] = {"AGGREGATION_TEMPORALITY_UNSPECIFIED",
                                               "AGGREGATION_TEMPORALITY_DELTA",
                                               "AGGREGATION_TEMPORALITY_CUMULATIVE"};
constexpr JsonField Temporality() {
  return {"aggregationTemporality", 2, kEnum, false, nullptr, kTemporalities};
}

constexpr JsonField kExemplarFields[] = {Attributes(7, "filteredAttributes"),
                                         {"timeUnixNano", 2, kFixed64},
                                         {"asDouble", 3, kDouble},
                                         {"asInt", 6, kFixed64},
                                         {"spanId", 4, kId},
                                         {"traceId", 5, kId}};
constexpr JsonMessage kExemplar = {kExemplarFields};
constexpr JsonField Exemplars(uint32_t number) {
  return {"exemplars", number, kMessage, true, &kExemplar};
}

constexpr JsonField kNumberPointFields[] = {Attributes(7),
                                            {"startTimeUnixNano", 2, kFixed64},
                                            {"timeUnixNano", 3, kFixed64},
                                            {"asDouble", 4, kDouble},
                                            {"asInt", 6, kFixed64},
                                            Exemplars(5),
                                            {"flags", 8, kVarint}};
constexpr JsonMessage kNumberPoint = {kNumberPointFields};
constexpr JsonField kHistogramPointFields[] = {Attributes(9),
                                               {"startTimeUnixNano", 2, kFixed64},
                                               {"timeUnixNano", 3, kFixed64},
                                               {"count", 4, kFixed64},
                                               {"sum", 5, kDouble},
                                               {"bucketCounts", 6, kFixed64, true},
                                               {"explicitBounds", 7, kDouble, true},
                                               Exemplars(8),
                                               {"flags", 10, kVarint},
                                               {"min", 11, kDouble},
                                               {"max", 12, kDouble}};
constexpr JsonMessage kHistogramPoint = {kHistogramPointFields};
constexpr JsonField kBucketsFields[] = {{"offset", 1, kZigZag}, {"bucketCounts", 2, kVarint, true}};
constexpr JsonMessage kBuckets = {kBucketsFields};
constexpr JsonField kExponentialPointFields[] = {Attributes(1),
                                                 {"startTimeUnixNano", 2, kFixed64},
                                                 {"timeUnixNano", 3, kFixed64},
                                                 {"count", 4, kFixed64},
                                                 {"sum", 5, kDouble},
                                                 {"scale", 6, kZigZag},
                                                 {"zeroCount", 7, kFixed64},
                                                 {"positive", 8, kMessage, false, &kBuckets},
                                                 {"negative", 9, kMessage, false, &kBuckets},
                                                 {"flags", 10, kVarint},
                                                 Exemplars(11),
                                                 {"min", 12, kDouble},
                                                 {"max", 13, kDouble},
                                                 {"zeroThreshold", 14, kDouble}};
constexpr JsonMessage kExponentialPoint = {kExponentialPointFields};
constexpr JsonField kQuantileFields[] = {{"quantile", 1, kDouble}, {"value", 2, kDouble}};
constexpr JsonMessage kQuantile = {kQuantileFields};
constexpr JsonField kSummaryPointFields[] = {Attributes(7),
                                             {"startTimeUnixNano", 2, kFixed64},
                                             {"timeUnixNano", 3, kFixed64},
                                             {"count", 4, kFixed64},
                                             {"sum", 5, kDouble},
                                             {"quantileValues", 6, kMessage, true, &kQuantile},
                                             {"flags", 8, kVarint}};
constexpr JsonMessage kSummaryPoint = {kSummaryPointFields};

constexpr JsonField kGaugeFields[] = {{"dataPoints", 1, kMessage, true, &kNumberPoint}};
constexpr JsonMessage kGauge = {kGaugeFields};
constexpr JsonField kSumFields[] = {
    {"dataPoints", 1, kMessage, true, &kNumberPoint}, Temporality(), {"isMonotonic", 3, kBool}};
constexpr JsonMessage kSum = {kSumFields};
constexpr JsonField kHistogramFields[] = {{"dataPoints", 1, kMessage, true, &kHistogramPoint},
                                          Temporality()};
constexpr JsonMessage kHistogram = {kHistogramFields};
constexpr JsonField kExponentialFields[] = {{"dataPoints", 1, kMessage, true, &kExponentialPoint},
                                            Temporality()};
constexpr JsonMessage kExponential = {kExponentialFields};
constexpr JsonField kSummaryFields[] = {{"dataPoints", 1, kMessage, true, &kSummaryPoint}};
constexpr JsonMessage kSummary = {kSummaryFields};
constexpr JsonField kMetricFields[] = {{"name", 1, kString},
                                       {"description", 2, kString},
                                       {"unit", 3, kString},
                                       {"gauge", 5, kMessage, false, &kGauge},
                                       {"sum", 7, kMessage, false, &kSum},
                                       {"histogram", 9, kMessage, false, &kHistogram},
                                       {"exponentialHistogram", 10, kMessage, false, &kExponential},
                                       {"summary", 11, kMessage, false, &kSummary},
                                       Attributes(12, "metadata")};
constexpr JsonMessage kMetric = {kMetricFields};

// Traces.
constexpr std::string_view kSpanKinds[] = {"SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL",
                                           "SPAN_KIND_SERVER",      "SPAN_KIND_CLIENT",
                                           "SPAN_KIND_PRODUCER",    "SPAN_KIND_CONSUMER"};
constexpr std::string_view kStatusCodes[] = {"STATUS_CODE_UNSET", "STATUS_CODE_OK",
                                             "STATUS_CODE_ERROR"};
constexpr JsonField kEventFields[] = {
    {"timeUnixNano", 1, kFixed64}, {"name", 2, kString}, Attributes(3), Dropped(4)};
constexpr JsonMessage kEvent = {kEventFields};
constexpr JsonField kLinkFields[] = {
    {"traceId", 1, kId}, {"spanId", 2, kId}, {"traceState", 3, kString},
    Attributes(4),       Dropped(5),         {"flags", 6, kFixed32}};
constexpr JsonMessage kLink = {kLinkFields};
constexpr JsonField kStatusFields[] = {{"message", 2, kString},
                                       {"code", 3, kEnum, false, nullptr, kStatusCodes}};
constexpr JsonMessage kStatus = {kStatusFields};
constexpr JsonField kSpanFields[] = {{"traceId", 1, kId},
                                     {"spanId", 2, kId},
                                     {"traceState", 3, kString},
                                     {"parentSpanId", 4, kId},
                                     {"name", 5, kString},
                                     {"kind", 6, kEnum, false, nullptr, kSpanKinds},
                                     {"startTimeUnixNano", 7, kFixed64},
                                     {"endTimeUnixNano", 8, kFixed64},
                                     Attributes(9),
                                     Dropped(10),
                                     {"events", 11, kMessage, true, &kEvent},
                                     Dropped(12, "droppedEventsCount"),
                                     {"links", 13, kMessage, true, &kLink},
                                     Dropped(14, "droppedLinksCount"),
                                     {"status", 15, kMessage, false, &kStatus},
                                     {"flags", 16, kFixed32}};
constexpr JsonMessage kSpan = {kSpanFields};

// Logs.
constexpr std::string_view kSeverities[] = {
    "SEVERITY_NUMBER_UNSPECIFIED", "SEVERITY_NUMBER_TRACE",  "SEVERITY_NUMBER_TRACE2",
    "SEVERITY_NUMBER_TRACE3",      "SEVERITY_NUMBER_TRACE4", "SEVERITY_NUMBER_DEBUG",
    "SEVERITY_NUMBER_DEBUG2",      "SEVERITY_NUMBER_DEBUG3", "SEVERITY_NUMBER_DEBUG4",
    "SEVERITY_NUMBER_INFO",        "SEVERITY_NUMBER_INFO2",  "SEVERITY_NUMBER_INFO3",
    "SEVERITY_NUMBER_INFO4",       "SEVERITY_NUMBER_WARN",   "SEVERITY_NUMBER_WARN2",
    "SEVERITY_NUMBER_WARN3",       "SEVERITY_NUMBER_WARN4",  "SEVERITY_NUMBER_ERROR",
    "SEVERITY_NUMBER_ERROR2",      "SEVERITY_NUMBER_ERROR3", "SEVERITY_NUMBER_ERROR4",
    "SEVERITY_NUMBER_FATAL",       "SEVERITY_NUMBER_FATAL2", "SEVERITY_NUMBER_FATAL3",
    "SEVERITY_NUMBER_FATAL4"};
constexpr JsonField kLogRecordFields[] = {{"timeUnixNano", 1, kFixed64},
                                          {"observedTimeUnixNano", 11, kFixed64},
                                          {"severityNumber", 2, kEnum, false, nullptr, kSeverities},
                                          {"severityText", 3, kString},
                                          {"body", 5, kMessage, false, &kAnyValue},
                                          Attributes(6),
                                          Dropped(7),
                                          {"flags", 8, kFixed32},
                                          {"traceId", 9, kId},
                                          {"spanId", 10, kId},
                                          {"eventName", 12, kString}};
constexpr JsonMessage kLogRecord = {kLogRecordFields};

// The three envelopes.
constexpr JsonField Resource() {
  return {"resource", 1, kMessage, false, &kResource};
}
constexpr JsonField Scope() {
  return {"scope", 1, kMessage, false, &kScope};
}
constexpr JsonField SchemaUrl() {
  return {"schemaUrl", 3, kString};
}

constexpr JsonField kScopeMetricsFields[] = {
    Scope(), {"metrics", 2, kMessage, true, &kMetric}, SchemaUrl()};
constexpr JsonMessage kScopeMetrics = {kScopeMetricsFields};
constexpr JsonField kResourceMetricsFields[] = {
    Resource(), {"scopeMetrics", 2, kMessage, true, &kScopeMetrics}, SchemaUrl()};
constexpr JsonMessage kResourceMetrics = {kResourceMetricsFields};
constexpr JsonField kMetricsFields[] = {{"resourceMetrics", 1, kMessage, true, &kResourceMetrics}};
constexpr JsonMessage kMetrics = {kMetricsFields};

constexpr JsonField kScopeSpansFields[] = {
    Scope(), {"spans", 2, kMessage, true, &kSpan}, SchemaUrl()};
constexpr JsonMessage kScopeSpans = {kScopeSpansFields};
constexpr JsonField kResourceSpansFields[] = {
    Resource(), {"scopeSpans", 2, kMessage, true, &kScopeSpans}, SchemaUrl()};
constexpr JsonMessage kResourceSpans = {kResourceSpansFields};
constexpr JsonField kTraceFields[] = {{"resourceSpans", 1, kMessage, true, &kResourceSpans}};
constexpr JsonMessage kTrace = {kTraceFields};

constexpr JsonField kScopeLogsFields[] = {
    Scope(), {"logRecords", 2, kMessage, true, &kLogRecord}, SchemaUrl()};
constexpr JsonMessage kScopeLogs = {kScopeLogsFields};
constexpr JsonField kResourceLogsFields[] = {
    Resource(), {"scopeLogs", 2, kMessage, true, &kScopeLogs}, SchemaUrl()};
constexpr JsonMessage kResourceLogs = {kResourceLogsFields};
constexpr JsonField kLogsFields[] = {{"resourceLogs", 1, kMessage, true, &kResourceLogs}};
constexpr JsonMessage kLogs = {kLogsFields};

}  // namespace

const JsonField* JsonMessage::Find(std::string_view name) const {
  for (const JsonField& field : fields) {
    if (field.name == name) {
      return &field;
    }
  }
  return nullptr;
}

const JsonMessage& JsonMetricsRequest() {
  return kMetrics;
}
const JsonMessage& JsonTraceRequest() {
  return kTrace;
}
const JsonMessage& JsonLogsRequest() {
  return kLogs;
}

}  // namespace sb::wire
