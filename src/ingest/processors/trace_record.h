// SPDX-License-Identifier: Apache-2.0
//
// TraceRecord is a traces request taken apart, for processors that change it. Only requests on
// their way through configured processors pay for it.
//
//   TraceRecord record;
//   SB_RETURN_IF_ERROR(ReadTraceRecord(request, &record));
//   … change record …
//   std::string changed = WriteTraceRecord(record);
//
// A span that cannot be decoded is kept as its bytes (`raw`), so that whoever comes after refuses
// and counts it. kInvalidArgument: the envelope is malformed. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/processors/ottl_value.h"
#include "wire/otlp/span_reader.h"

namespace sb::ingest {

struct RecordAttribute {
  std::string key;
  OttlValue value;
};
using RecordAttributes = std::vector<RecordAttribute>;

// Null if there is none.
OttlValue* FindIn(RecordAttributes* attributes, std::string_view key);
const OttlValue* FindIn(const RecordAttributes& attributes, std::string_view key);
void SetIn(RecordAttributes* attributes, std::string_view key, OttlValue value);
void RemoveFrom(RecordAttributes* attributes, std::string_view key);

struct EventRecord {
  uint64_t time_ns = 0;
  std::string name;
  uint32_t dropped_attributes = 0;
  RecordAttributes attributes;
};

struct SpanRecord {
  std::string raw;  // not decoded: nothing else is set
  std::string trace_id;
  std::string span_id;
  std::string parent_span_id;
  std::string trace_state;
  std::string name;
  std::string status_message;
  wire::OtlpSpanKind kind = wire::OtlpSpanKind::kUnspecified;
  wire::OtlpStatusCode status = wire::OtlpStatusCode::kUnset;
  uint64_t start_ns = 0;
  uint64_t end_ns = 0;
  uint32_t flags = 0;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
  RecordAttributes attributes;
  std::vector<EventRecord> events;
  std::vector<std::string> links;  // Link messages

  uint64_t DurationNs() const { return end_ns > start_ns ? end_ns - start_ns : 0; }
};

struct ScopeRecord {
  std::string name;
  std::string version;
  std::string schema_url;
  RecordAttributes attributes;
  std::vector<SpanRecord> spans;
};

struct ResourceRecord {
  std::string schema_url;
  RecordAttributes attributes;
  std::vector<ScopeRecord> scopes;
};

struct TraceRecord {
  std::vector<ResourceRecord> resources;
  size_t SpanCount() const;
};

base::Status ReadTraceRecord(std::string_view request, TraceRecord* record);
// Groups without spans are left out.
std::string WriteTraceRecord(const TraceRecord& record);

}  // namespace sb::ingest
