// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/ui_trace.h"

#include <algorithm>
#include <map>
#include <utility>

#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/span_reader.h"

namespace sb::api::jaeger {
namespace {

constexpr std::string_view kNoServiceName = "OTLPResourceNoServiceName";

UiTag TextTag(std::string_view key, std::string_view text) {
  UiTag tag;
  tag.key = std::string(key);
  tag.text = std::string(text);
  return tag;
}

base::Result<UiTag> TagOf(const wire::KeyValue& attribute) {
  UiTag tag;
  tag.key = std::string(attribute.key);
  const wire::AnyValue& value = attribute.value;
  switch (value.kind) {
    case wire::AnyValue::Kind::kBool:
      tag.type = UiTag::Type::kBool;
      tag.boolean = value.boolean;
      break;
    case wire::AnyValue::Kind::kInt:
      tag.type = UiTag::Type::kInt64;
      tag.integer = value.integer;
      break;
    case wire::AnyValue::Kind::kDouble:
      tag.type = UiTag::Type::kFloat64;
      tag.number = value.number;
      break;
    case wire::AnyValue::Kind::kBytes:
      tag.type = UiTag::Type::kBinary;
      tag.text = std::string(value.bytes);
      break;
    default:
      // Arrays and maps as JSON text.
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(value, &tag.text));
      break;
  }
  return tag;
}

base::Status AddTags(const std::vector<wire::KeyValue>& attributes, std::vector<UiTag>* tags) {
  for (const wire::KeyValue& attribute : attributes) {
    SB_ASSIGN_OR_RETURN(UiTag tag, TagOf(attribute));
    tags->push_back(std::move(tag));
  }
  return base::OkStatus();
}

void AddStatusTags(const wire::OtlpSpan& span, std::vector<UiTag>* tags) {
  if (span.status == wire::OtlpStatusCode::kUnset) {
    return;
  }
  const bool is_error = span.status == wire::OtlpStatusCode::kError;
  tags->push_back(TextTag("otel.status_code", is_error ? "ERROR" : "OK"));
  if (is_error) {
    UiTag tag;
    tag.key = "error";
    tag.type = UiTag::Type::kBool;
    tag.boolean = true;
    tags->push_back(std::move(tag));
  }
  if (!span.status_message.empty()) {
    tags->push_back(TextTag("otel.status_description", span.status_message));
  }
}

base::Status AddLinks(const wire::OtlpSpan& span, std::vector<UiReference>* references) {
  for (const std::string_view bytes : span.links) {
    wire::OtlpSpanLink link;
    SB_RETURN_IF_ERROR(wire::ReadSpanLink(bytes, &link));
    const wire::AnyValue* type = wire::FindAttribute(link.attributes, "opentracing.ref_type");
    const bool is_child_of = type != nullptr && type->bytes == "child_of";
    references->push_back({is_child_of, std::string(link.trace_id), std::string(link.span_id)});
  }
  return base::OkStatus();
}

base::Status AddLogs(const wire::OtlpSpan& span, std::vector<UiLog>* logs) {
  for (const std::string_view bytes : span.events) {
    wire::OtlpSpanEvent event;
    SB_RETURN_IF_ERROR(wire::ReadSpanEvent(bytes, &event));
    UiLog log;
    log.time_ns = event.time_ns;
    if (!event.name.empty()) {
      log.fields.push_back(TextTag("event", event.name));
    }
    SB_RETURN_IF_ERROR(AddTags(event.attributes, &log.fields));
    logs->push_back(std::move(log));
  }
  return base::OkStatus();
}

base::Result<UiSpan> SpanOf(const wire::OtlpSpan& in, const wire::OtlpScope& scope) {
  UiSpan out;
  out.trace_id = std::string(in.trace_id);
  out.span_id = std::string(in.span_id);
  out.operation = std::string(in.name);
  out.start_ns = in.start_ns;
  out.duration_ns = in.DurationNs();
  out.flags = in.flags & 0xFF;
  if (!in.parent_span_id.empty()) {
    out.references.push_back({true, out.trace_id, std::string(in.parent_span_id)});
  }
  SB_RETURN_IF_ERROR(AddLinks(in, &out.references));
  if (!scope.name.empty()) {
    out.tags.push_back(TextTag("otel.scope.name", scope.name));
  }
  if (!scope.version.empty()) {
    out.tags.push_back(TextTag("otel.scope.version", scope.version));
  }
  SB_RETURN_IF_ERROR(AddTags(in.attributes, &out.tags));
  if (const auto kind = UiKind(static_cast<int64_t>(in.kind)); !kind.empty()) {
    out.tags.push_back(TextTag("span.kind", kind));
  }
  AddStatusTags(in, &out.tags);
  if (!in.trace_state.empty()) {
    out.tags.push_back(TextTag("w3c.tracestate", in.trace_state));
  }
  SB_RETURN_IF_ERROR(AddLogs(in, &out.logs));
  return out;
}

base::Result<UiProcess> ProcessOf(const wire::OtlpResource& resource) {
  UiProcess process;
  process.service = std::string(kNoServiceName);
  SB_RETURN_IF_ERROR(AddTags(resource.attributes, &process.tags));
  const auto service = std::find_if(process.tags.begin(), process.tags.end(), [](const UiTag& tag) {
    return tag.key == "service.name" && tag.type == UiTag::Type::kString;
  });
  if (service != process.tags.end()) {
    process.service = service->text;
    process.tags.erase(service);
  }
  return process;
}

}  // namespace

std::string_view UiKind(int64_t otlp_kind) {
  static constexpr std::string_view kKinds[] = {"",       "internal", "server",
                                                "client", "producer", "consumer"};
  return otlp_kind >= 0 && otlp_kind < 6 ? kKinds[otlp_kind] : "";
}

base::Result<std::vector<UiTrace>> UiTracesFromOtlp(std::string_view traces_data) {
  std::vector<UiTrace> traces;
  std::map<std::string, size_t, std::less<>> by_id;
  wire::EnvelopeReader in(traces_data);
  wire::OtlpSpan span;
  while (in.NextResource()) {
    SB_ASSIGN_OR_RETURN(const UiProcess process, ProcessOf(in.resource()));
    std::map<size_t, size_t> process_of;  // trace -> index of this process in it
    while (in.NextScope()) {
      std::string_view item;
      while (in.NextItem(&item)) {
        SB_RETURN_IF_ERROR(wire::ReadSpan(item, &span));
        const auto [found, is_new] = by_id.try_emplace(std::string(span.trace_id), traces.size());
        if (is_new) {
          traces.emplace_back();
          traces.back().trace_id = found->first;
        }
        UiTrace& trace = traces[found->second];
        const auto [place, first] = process_of.try_emplace(found->second, trace.processes.size());
        if (first) {
          trace.processes.push_back(process);
        }
        SB_ASSIGN_OR_RETURN(UiSpan out, SpanOf(span, in.scope()));
        out.process = place->second;
        trace.spans.push_back(std::move(out));
      }
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  return traces;
}

}  // namespace sb::api::jaeger
