// SPDX-License-Identifier: Apache-2.0
//
// TraceWriter writes an ExportTraceServiceRequest. Other span formats become OTLP this way, so that
// there is one reader behind all doors.
//
//   std::string request;
//   TraceWriter out(&request);
//   out.BeginResource();
//   out.Text("service.name", "shop");            // attributes of what was begun last
//   out.BeginScope("lib", "1.0");
//   out.BeginSpan();
//   out.Ids(trace_id, span_id, parent_id);
//   out.proto().Bytes(5, "GET /");               // every other field by its number
//   out.Text("http.method", "GET");
//   out.BeginEvent(time_ns, "exception"); out.Text(…); out.EndEvent();
//   out.EndSpan();
//   out.EndScope();
//   out.EndResource();
//
// Resource attributes stand before the first scope. Calls out of order are bugs (SB_CHECK).
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/protobuf.h"
#include "wire/otlp/any_value.h"
#include "wire/otlp/span_reader.h"

namespace sb::wire {

class TraceWriter {
 public:
  explicit TraceWriter(std::string* out) : proto_(out) {}

  void BeginResource();
  void BeginScope(std::string_view name, std::string_view version);
  void BeginSpan();
  void BeginEvent(uint64_t time_ns, std::string_view name);
  void BeginLink(std::string_view trace_id, std::string_view span_id);
  void EndLink() { End(Place::kLink); }
  void EndEvent() { End(Place::kEvent); }
  void EndSpan() { End(Place::kSpan); }
  void EndScope() { End(Place::kScope); }
  void EndResource();

  // An empty parent is left out.
  void Ids(std::string_view trace_id, std::string_view span_id, std::string_view parent_id);
  void NameKindTimes(std::string_view name, OtlpSpanKind kind, uint64_t start_ns, uint64_t end_ns);
  // Nothing is written for kUnset without message.
  void Status(OtlpStatusCode code, std::string_view message);

  void Text(std::string_view key, std::string_view value);
  void Int(std::string_view key, int64_t value);
  void Bool(std::string_view key, bool value);
  void Double(std::string_view key, double value);
  void Bytes(std::string_view key, std::string_view value);
  void Attribute(const KeyValue& attribute);

  encoding::ProtoWriter& proto() { return proto_; }

 private:
  enum class Place : uint8_t { kResourceGroup, kResource, kScope, kSpan, kEvent, kLink };
  struct Open {
    Place place;
    size_t mark;
  };
  void Begin(Place place, uint32_t field);
  void End(Place place);
  void CloseResourceMessage();
  template <typename Write>
  void Put(std::string_view key, Write&& write);

  encoding::ProtoWriter proto_;
  std::vector<Open> open_;
};

// The fields of AnyValue without a message around them.
void WriteAnyValueFields(const AnyValue& value, encoding::ProtoWriter* out);

}  // namespace sb::wire
