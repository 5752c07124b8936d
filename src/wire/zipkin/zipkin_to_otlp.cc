// SPDX-License-Identifier: Apache-2.0
#include "wire/zipkin/zipkin_to_otlp.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "encoding/hex.h"
#include "wire/otlp/trace_writer.h"

namespace sb::wire {
namespace {

constexpr std::string_view kLinkPrefix = "otlp.link.";

// The namespaces of the resource conventions whose tags describe who sent the span.
bool IsResourceKey(std::string_view key) {
  static constexpr std::string_view kPrefixes[] = {
      "service.", "telemetry.", "host.",   "k8s.", "container.", "cloud.",
      "process.", "os.",        "device.", "aws.", "webengine.", "deployment.environment"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [key](std::string_view prefix) { return key.starts_with(prefix); });
}

const std::string* Find(const ZipkinSpan& span, std::string_view key) {
  for (const auto& [name, value] : span.tags) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

std::string_view ScopePart(const ZipkinSpan& span, const char* scope, const char* library) {
  const std::string* found = Find(span, scope);
  found = found == nullptr ? Find(span, library) : found;
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

bool IsSpecialTag(std::string_view key, std::string_view value) {
  static constexpr std::string_view kSpecial[] = {
      "otel.status_code",  "otel.status_description", "otel.scope.name", "otel.scope.version",
      "otel.library.name", "otel.library.version",    "w3c.tracestate",
  };
  return std::find(std::begin(kSpecial), std::end(kSpecial), key) != std::end(kSpecial) ||
         key.starts_with(kLinkPrefix) || (key == "error" && value == "true");
}

std::vector<std::string_view> SplitPipes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t at = 0;;) {
    const size_t pipe = text.find('|', at);
    parts.push_back(text.substr(at, pipe - at));
    if (pipe == std::string_view::npos) {
      return parts;
    }
    at = pipe + 1;
  }
}

// The JSON object between the first and last pipe of "name|{…}|dropped"; it may hold pipes itself.
bool SplitAttributes(std::string_view text, std::string_view* name, std::string_view* json,
                     uint32_t* dropped) {
  const size_t first = text.find('|');
  const size_t last = text.rfind('|');
  if (first == std::string_view::npos || first == last || text[first + 1] != '{') {
    return false;
  }
  const std::string_view number = text.substr(last + 1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), *dropped);
  if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size()) {
    return false;
  }
  *name = text.substr(0, first);
  *json = text.substr(first + 1, last - first - 1);
  return true;
}

void PutJsonAttributes(const rapidjson::Value& object, TraceWriter* out) {
  for (const auto& member : object.GetObject()) {
    const std::string_view key(member.name.GetString(), member.name.GetStringLength());
    const rapidjson::Value& value = member.value;
    if (value.IsString()) {
      out->Text(key, {value.GetString(), value.GetStringLength()});
    } else if (value.IsBool()) {
      out->Bool(key, value.GetBool());
    } else if (value.IsInt64()) {
      out->Int(key, value.GetInt64());
    } else if (value.IsNumber()) {
      out->Double(key, value.GetDouble());
    }
  }
}

bool ParseObject(std::string_view json, rapidjson::Document* document) {
  document->Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  return !document->HasParseError() && document->IsObject();
}

void PutAnnotation(const ZipkinAnnotation& annotation, TraceWriter* out) {
  std::string_view name;
  std::string_view json;
  uint32_t dropped = 0;
  rapidjson::Document attributes;
  if (!SplitAttributes(annotation.value, &name, &json, &dropped) ||
      !ParseObject(json, &attributes)) {
    out->BeginEvent(annotation.time_ns, annotation.value);
    out->EndEvent();
    return;
  }
  out->BeginEvent(annotation.time_ns, name);
  PutJsonAttributes(attributes, out);
  if (dropped != 0) {
    out->proto().Varint(4, dropped);
  }
  out->EndEvent();
}

void PutLink(std::string_view text, TraceWriter* out) {
  const std::vector<std::string_view> parts = SplitPipes(text);
  std::string trace;
  std::string span;
  if (parts.size() < 2 || !encoding::ParseHex(parts[0], &trace) ||
      !encoding::ParseHex(parts[1], &span) || trace.size() != 16 || span.size() != 8) {
    return;
  }
  out->BeginLink(trace, span);
  if (parts.size() > 2 && !parts[2].empty()) {
    out->proto().Bytes(3, parts[2]);
  }
  const size_t open = text.find('{');
  const size_t close = text.rfind('}');
  rapidjson::Document attributes;
  if (open != std::string_view::npos && close != std::string_view::npos && open < close &&
      ParseObject(text.substr(open, close - open + 1), &attributes)) {
    PutJsonAttributes(attributes, out);
  }
  out->EndLink();
}

void PutStatus(const ZipkinSpan& span, TraceWriter* out) {
  OtlpStatusCode code = OtlpStatusCode::kUnset;
  std::string_view message;
  if (const std::string* text = Find(span, "otel.status_code")) {
    const bool ok = *text == "OK" || *text == "Ok" || *text == "STATUS_CODE_OK";
    const bool error = *text == "ERROR" || *text == "Error" || *text == "STATUS_CODE_ERROR";
    code = ok ? OtlpStatusCode::kOk : error ? OtlpStatusCode::kError : OtlpStatusCode::kUnset;
    if (const std::string* description = Find(span, "otel.status_description")) {
      message = *description;
    }
  }
  if (Find(span, "error") != nullptr) {
    code = OtlpStatusCode::kError;
  }
  out->Status(code, message);
}

void PutEndpoint(const ZipkinEndpoint& endpoint, const char* ip, const char* port,
                 TraceWriter* out) {
  if (!endpoint.ipv4.empty() || !endpoint.ipv6.empty()) {
    out->Text(ip, endpoint.ipv4.empty() ? endpoint.ipv6 : endpoint.ipv4);
  }
  if (endpoint.port > 0) {
    out->Int(port, endpoint.port);
  }
}

uint64_t StartOf(const ZipkinSpan& span, uint64_t now_ns) {
  if (span.start_ns != 0) {
    return span.start_ns;
  }
  uint64_t first = 0;
  for (const ZipkinAnnotation& annotation : span.annotations) {
    if (annotation.time_ns != 0 && (first == 0 || annotation.time_ns < first)) {
      first = annotation.time_ns;
    }
  }
  return first != 0 ? first : now_ns;
}

void PutSpan(const ZipkinSpan& span, uint64_t now_ns, TraceWriter* out) {
  const uint64_t start_ns = StartOf(span, now_ns);
  out->BeginSpan();
  out->Ids(span.trace_id, span.span_id, span.parent_id);
  out->NameKindTimes(span.name, span.kind, start_ns, start_ns + span.duration_ns);
  if (const std::string* state = Find(span, "w3c.tracestate")) {
    out->proto().Bytes(3, *state);
  }
  PutStatus(span, out);
  for (const auto& [key, value] : span.tags) {
    if (!IsSpecialTag(key, value) && !IsResourceKey(key)) {
      out->Text(key, value);
    }
  }
  PutEndpoint(span.local, "net.host.ip", "net.host.port", out);
  if (!span.remote.service_name.empty() && Find(span, "peer.service") == nullptr) {
    out->Text("peer.service", span.remote.service_name);
  }
  PutEndpoint(span.remote, "net.peer.ip", "net.peer.port", out);
  for (const ZipkinAnnotation& annotation : span.annotations) {
    PutAnnotation(annotation, out);
  }
  for (const auto& [key, value] : span.tags) {
    if (std::string_view(key).starts_with(kLinkPrefix)) {
      PutLink(value, out);
    }
  }
  out->EndSpan();
}

// Who sent a span, and by which library: spans that agree share the groups of the request.
struct Origin {
  std::vector<std::pair<std::string, std::string>> resource;
  std::string scope_name;
  std::string scope_version;
  auto operator<=>(const Origin&) const = default;
};

Origin OriginOf(const ZipkinSpan& span) {
  Origin origin;
  if (!span.local.service_name.empty()) {
    origin.resource.emplace_back("service.name", span.local.service_name);
  }
  for (const auto& [key, value] : span.tags) {
    if (IsResourceKey(key) && (key != "service.name" || span.local.service_name.empty())) {
      origin.resource.emplace_back(key, value);
    }
  }
  std::sort(origin.resource.begin(), origin.resource.end());
  origin.scope_name = ScopePart(span, "otel.scope.name", "otel.library.name");
  origin.scope_version = ScopePart(span, "otel.scope.version", "otel.library.version");
  return origin;
}

}  // namespace

void ZipkinToOtlp(const std::vector<ZipkinSpan>& spans, uint64_t now_ns, std::string* request) {
  std::map<Origin, std::vector<const ZipkinSpan*>> groups;
  for (const ZipkinSpan& span : spans) {
    groups[OriginOf(span)].push_back(&span);
  }
  TraceWriter out(request);
  for (const auto& [origin, members] : groups) {
    out.BeginResource();
    for (const auto& [key, value] : origin.resource) {
      out.Text(key, value);
    }
    out.BeginScope(origin.scope_name, origin.scope_version);
    for (const ZipkinSpan* span : members) {
      PutSpan(*span, now_ns, &out);
    }
    out.EndScope();
    out.EndResource();
  }
}

}  // namespace sb::wire
