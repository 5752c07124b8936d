// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/jaeger_to_otlp.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/otlp/trace_writer.h"

namespace sb::wire {
namespace {

using Tags = std::vector<JaegerTag>;

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

const JaegerTag* Find(const Tags& tags, std::string_view key) {
  for (const JaegerTag& tag : tags) {
    if (tag.key == key) {
      return &tag;
    }
  }
  return nullptr;
}

std::string_view TextOf(const Tags& tags, std::string_view key) {
  const JaegerTag* tag = Find(tags, key);
  return tag != nullptr && tag->type == JaegerTag::Type::kString ? tag->text : std::string_view();
}

void PutTag(const JaegerTag& tag, std::string_view key, TraceWriter* out) {
  switch (tag.type) {
    case JaegerTag::Type::kString:
      out->Text(key, tag.text);
      return;
    case JaegerTag::Type::kBool:
      out->Bool(key, tag.boolean);
      return;
    case JaegerTag::Type::kInt:
      out->Int(key, tag.integer);
      return;
    case JaegerTag::Type::kDouble:
      out->Double(key, tag.number);
      return;
    case JaegerTag::Type::kBinary:
      out->Bytes(key, tag.text);
      return;
  }
}

std::optional<int64_t> HttpStatusOf(const Tags& tags) {
  const JaegerTag* tag = Find(tags, "http.status_code");
  if (tag == nullptr) {
    return std::nullopt;
  }
  if (tag->type == JaegerTag::Type::kInt) {
    return tag->integer;
  }
  if (tag->type == JaegerTag::Type::kDouble) {  // the only numbers that JavaScript clients have
    return tag->number > 0 && tag->number < 1000 ? std::optional(static_cast<int64_t>(tag->number))
                                                 : std::nullopt;
  }
  int64_t number = 0;
  const char* const end = tag->text.data() + tag->text.size();
  const auto parsed = std::from_chars(tag->text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

bool IsError(const Tags& tags) {
  const JaegerTag* tag = Find(tags, "error");
  return tag != nullptr &&
         (tag->type == JaegerTag::Type::kBool ? tag->boolean
                                              : EqualsIgnoringCase(tag->text, "true"));
}

// What the tags say about a span, and which of them have said all there is to say.
struct SpanMeaning {
  OtlpSpanKind kind = OtlpSpanKind::kUnspecified;
  OtlpStatusCode status = OtlpStatusCode::kUnset;
  std::string_view message;
  std::string_view scope_name;
  std::string_view scope_version;
  std::string_view trace_state;
  std::vector<std::string_view> used;

  bool Uses(std::string_view key) const {
    return std::find(used.begin(), used.end(), key) != used.end();
  }
};

std::string_view FirstText(const Tags& tags, std::string_view a, std::string_view b,
                           SpanMeaning* meaning) {
  for (const std::string_view key : {a, b}) {
    if (const std::string_view text = TextOf(tags, key); !text.empty()) {
      meaning->used.push_back(key);
      return text;
    }
  }
  return {};
}

void ReadStatus(const Tags& tags, SpanMeaning* meaning) {
  const JaegerTag* code = Find(tags, "otel.status_code");
  if (IsError(tags)) {
    meaning->status = OtlpStatusCode::kError;
    meaning->used.push_back("error");
  } else if (code != nullptr) {
    meaning->status = EqualsIgnoringCase(code->text, "ok")      ? OtlpStatusCode::kOk
                      : EqualsIgnoringCase(code->text, "error") ? OtlpStatusCode::kError
                                                                : OtlpStatusCode::kUnset;
  } else if (const std::optional<int64_t> http = HttpStatusOf(tags)) {
    meaning->status = StatusOfHttp(*http, meaning->kind);
  }
  if (code != nullptr) {
    meaning->used.push_back("otel.status_code");
  }
  if (meaning->status != OtlpStatusCode::kUnset) {
    meaning->message = TextOf(tags, "otel.status_description");
    if (!meaning->message.empty()) {
      meaning->used.push_back("otel.status_description");
    } else {
      meaning->message = TextOf(tags, "http.status_message");
    }
  }
}

SpanMeaning MeaningOf(const Tags& tags) {
  SpanMeaning meaning;
  meaning.kind = SpanKindOfText(TextOf(tags, "span.kind"));
  if (meaning.kind != OtlpSpanKind::kUnspecified) {
    meaning.used.push_back("span.kind");
  }
  ReadStatus(tags, &meaning);
  meaning.scope_name = FirstText(tags, "otel.scope.name", "otel.library.name", &meaning);
  meaning.scope_version = FirstText(tags, "otel.scope.version", "otel.library.version", &meaning);
  meaning.trace_state = FirstText(tags, "w3c.tracestate", "w3c.tracestate", &meaning);
  return meaning;
}

// The reference that is the parent; null if the parent stands in parent_id or there is none.
const JaegerReference* ParentReference(const JaegerSpan& span) {
  for (const bool follows : {false, true}) {
    for (const JaegerReference& reference : span.references) {
      const bool is_named = span.parent_id.empty() || reference.span_id == span.parent_id;
      if (is_named && reference.follows_from == follows && reference.trace_id == span.trace_id) {
        return &reference;
      }
    }
  }
  return nullptr;
}

void PutEvent(const JaegerLog& log, TraceWriter* out) {
  std::string_view key = "event";
  std::string_view name = TextOf(log.fields, key);
  if (name.empty() && log.fields.size() == 1) {
    key = "message";
    name = TextOf(log.fields, key);
  }
  out->BeginEvent(log.time_ns, name);
  for (const JaegerTag& field : log.fields) {
    if (name.empty() || field.key != key) {
      PutTag(field, field.key, out);
    }
  }
  out->EndEvent();
}

void PutLink(const JaegerReference& reference, TraceWriter* out) {
  out->BeginLink(reference.trace_id, reference.span_id);
  out->Text("opentracing.ref_type", reference.follows_from ? "follows_from" : "child_of");
  out->EndLink();
}

void PutSpan(const JaegerSpan& span, const SpanMeaning& meaning, TraceWriter* out) {
  out->BeginSpan();
  const JaegerReference* parent = ParentReference(span);
  out->Ids(span.trace_id, span.span_id,
           span.parent_id.empty() && parent != nullptr ? parent->span_id : span.parent_id);
  out->NameKindTimes(span.name, meaning.kind, span.start_ns, span.start_ns + span.duration_ns);
  if (!meaning.trace_state.empty()) {
    out->proto().Bytes(3, meaning.trace_state);
  }
  if ((span.flags & 1) != 0) {
    out->proto().Fixed32(16, 1);
  }
  out->Status(meaning.status, meaning.message);
  for (const JaegerTag& tag : span.tags) {
    if (!meaning.Uses(tag.key)) {
      PutTag(tag, tag.key, out);
    }
  }
  for (const JaegerLog& log : span.logs) {
    PutEvent(log, out);
  }
  for (const JaegerReference& reference : span.references) {
    if (&reference != parent) {
      PutLink(reference, out);
    }
  }
  out->EndSpan();
}

void PutResource(const JaegerProcess& process, TraceWriter* out) {
  if (!process.service_name.empty()) {
    out->Text("service.name", process.service_name);
  }
  for (const JaegerTag& tag : process.tags) {
    if (tag.key == "jaeger.version" && tag.type == JaegerTag::Type::kString) {
      out->Text("opencensus.exporterversion", "Jaeger-" + std::string(tag.text));
    } else {
      PutTag(tag, tag.key == "hostname" ? "host.name" : tag.key, out);
    }
  }
}

// Spans of one scope that stand together share a group.
void PutSpans(const std::vector<const JaegerSpan*>& spans, TraceWriter* out) {
  std::optional<std::pair<std::string_view, std::string_view>> open;
  for (const JaegerSpan* span : spans) {
    const SpanMeaning meaning = MeaningOf(span->tags);
    const std::pair scope(meaning.scope_name, meaning.scope_version);
    if (open != scope) {
      if (open.has_value()) {
        out->EndScope();
      }
      out->BeginScope(scope.first, scope.second);
      open = scope;
    }
    PutSpan(*span, meaning, out);
  }
  if (open.has_value()) {
    out->EndScope();
  }
}

void PutGroup(const JaegerProcess& process, const std::vector<const JaegerSpan*>& spans,
              std::string* request) {
  if (spans.empty()) {
    return;
  }
  TraceWriter out(request);
  out.BeginResource();
  PutResource(process, &out);
  PutSpans(spans, &out);
  out.EndResource();
}

}  // namespace

OtlpStatusCode StatusOfHttp(int64_t http_status, OtlpSpanKind kind) {
  if (http_status >= 400 && http_status < 500) {
    return kind == OtlpSpanKind::kServer ? OtlpStatusCode::kUnset : OtlpStatusCode::kError;
  }
  return http_status < 100 || http_status >= 500 ? OtlpStatusCode::kError : OtlpStatusCode::kUnset;
}

OtlpSpanKind SpanKindOfText(std::string_view text) {
  static constexpr std::pair<std::string_view, OtlpSpanKind> kKinds[] = {
      {"client", OtlpSpanKind::kClient},
      {"server", OtlpSpanKind::kServer},
      {"producer", OtlpSpanKind::kProducer},
      {"consumer", OtlpSpanKind::kConsumer},
      {"internal", OtlpSpanKind::kInternal}};
  for (const auto& [name, kind] : kKinds) {
    if (EqualsIgnoringCase(text, name)) {
      return kind;
    }
  }
  return OtlpSpanKind::kUnspecified;
}

void JaegerToOtlp(const JaegerBatch& batch, std::string* request) {
  std::vector<const JaegerSpan*> shared;
  for (const JaegerSpan& span : batch.spans) {
    if (span.has_process) {
      PutGroup(span.process, {&span}, request);
    } else {
      shared.push_back(&span);
    }
  }
  PutGroup(batch.process, shared, request);
}

}  // namespace sb::wire
