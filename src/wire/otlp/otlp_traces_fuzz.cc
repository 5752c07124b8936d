// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a traces request, and, as JSON, transcoded first. Laws: what the transcoder writes,
// the reader of envelopes takes; a span that was read and written again reads as the same span.
#include <string>

#include "base/check.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/json_to_proto.h"
#include "wire/otlp/span_reader.h"
#include "wire/otlp/trace_writer.h"

namespace sb::wire {
namespace {

void WriteAgain(const OtlpSpan& span) {
  std::string request;
  TraceWriter out(&request);
  out.BeginResource();
  out.BeginScope("", "");
  out.BeginSpan();
  out.Ids(span.trace_id, span.span_id, span.parent_span_id);
  out.NameKindTimes(span.name, span.kind, span.start_ns, span.end_ns);
  out.Status(span.status, span.status_message);
  for (const KeyValue& attribute : span.attributes) {
    out.Attribute(attribute);
  }
  out.EndSpan();
  out.EndScope();
  out.EndResource();
  EnvelopeReader in(request);
  std::string_view item;
  SB_CHECK(in.NextResource() && in.NextScope() && in.NextItem(&item));
  OtlpSpan again;
  SB_CHECK(ReadSpan(item, &again).ok());
  SB_CHECK(again.trace_id == span.trace_id && again.name == span.name);
  SB_CHECK(again.parent_span_id == span.parent_span_id && again.end_ns == span.end_ns);
  SB_CHECK(again.status == span.status && again.status_message == span.status_message);
  SB_CHECK(again.attributes.size() == span.attributes.size());
}

void ReadItem(std::string_view item) {
  OtlpSpan span;
  if (!ReadSpan(item, &span).ok()) {
    return;
  }
  (void)WhyInvalid(span);
  for (const std::string_view bytes : span.events) {
    OtlpSpanEvent event;
    (void)ReadSpanEvent(bytes, &event);
  }
  for (const std::string_view bytes : span.links) {
    OtlpSpanLink link;
    (void)ReadSpanLink(bytes, &link);
  }
  WriteAgain(span);
}

base::Status ReadRequest(std::string_view request) {
  EnvelopeReader in(request);
  while (in.NextResource()) {
    while (in.NextScope()) {
      std::string_view item;
      while (in.NextItem(&item)) {
        ReadItem(item);
      }
    }
  }
  return in.status();
}

}  // namespace
}  // namespace sb::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)sb::wire::ReadRequest(bytes);
  std::string transcoded;
  if (sb::wire::JsonToProto(sb::wire::JsonTraceRequest(), bytes, &transcoded).ok()) {
    const sb::base::Status status = sb::wire::ReadRequest(transcoded);
    // Only the limit of attributes can refuse what was well-formed JSON.
    SB_CHECK(status.ok() || status.message().find("too many attributes") != std::string::npos);
  }
  return 0;
}
