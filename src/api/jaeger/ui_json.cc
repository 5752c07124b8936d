// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/ui_json.h"

#include <cmath>

#include "encoding/hex.h"
#include "wire/otlp/base64.h"

namespace sb::api::jaeger {
namespace {

// What a double, and so JavaScript, holds exactly.
constexpr int64_t kExactMax = int64_t{1} << 53;

void WriteTag(const UiTag& tag, JsonWriter* json) {
  json->BeginObject().Key("key").String(tag.key).Key("type");
  switch (tag.type) {
    case UiTag::Type::kString:
      json->String("string").Key("value").String(tag.text);
      break;
    case UiTag::Type::kBool:
      json->String("bool").Key("value").Bool(tag.boolean);
      break;
    case UiTag::Type::kInt64:
      json->String("int64").Key("value");
      if (tag.integer > kExactMax || tag.integer < -kExactMax) {
        json->String(std::to_string(tag.integer));
      } else {
        json->Int(tag.integer);
      }
      break;
    case UiTag::Type::kFloat64:
      json->String("float64").Key("value");
      if (std::isfinite(tag.number)) {
        json->Double(tag.number);
      } else {
        json->String(std::isnan(tag.number) ? "NaN" : tag.number > 0 ? "Infinity" : "-Infinity");
      }
      break;
    case UiTag::Type::kBinary: {
      std::string text;
      wire::AppendBase64(tag.text, &text);
      json->String("binary").Key("value").String(text);
      break;
    }
  }
  json->EndObject();
}

void WriteTags(std::string_view key, const std::vector<UiTag>& tags, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const UiTag& tag : tags) {
    WriteTag(tag, json);
  }
  json->EndArray();
}

void WriteSpan(const UiSpan& span, JsonWriter* json) {
  json->BeginObject();
  json->Key("traceID").String(encoding::HexOf(span.trace_id));
  json->Key("spanID").String(encoding::HexOf(span.span_id));
  if (span.flags != 0) {
    json->Key("flags").Uint(span.flags);
  }
  json->Key("operationName").String(span.operation);
  json->Key("references").BeginArray();
  for (const UiReference& reference : span.references) {
    json->BeginObject();
    json->Key("refType").String(reference.is_child_of ? "CHILD_OF" : "FOLLOWS_FROM");
    json->Key("traceID").String(encoding::HexOf(reference.trace_id));
    json->Key("spanID").String(encoding::HexOf(reference.span_id)).EndObject();
  }
  json->EndArray();
  json->Key("startTime").Uint(span.start_ns / 1000);
  json->Key("duration").Uint(span.duration_ns / 1000);
  WriteTags("tags", span.tags, json);
  json->Key("logs").BeginArray();
  for (const UiLog& log : span.logs) {
    json->BeginObject().Key("timestamp").Uint(log.time_ns / 1000);
    WriteTags("fields", log.fields, json);
    json->EndObject();
  }
  json->EndArray();
  json->Key("processID").String("p" + std::to_string(span.process + 1));
  json->Key("warnings");
  if (span.warnings.empty()) {
    json->Null();
  } else {
    json->BeginArray();
    for (const std::string& warning : span.warnings) {
      json->String(warning);
    }
    json->EndArray();
  }
  json->EndObject();
}

}  // namespace

std::string Envelope(std::string_view data, size_t total) {
  JsonWriter json;
  json.BeginObject().Key("data").Raw(data).Key("total").Uint(total);
  json.Key("limit").Int(0).Key("offset").Int(0).Key("errors").Null().EndObject();
  return std::move(json).Take();
}

std::string ErrorEnvelope(int code, std::string_view message) {
  JsonWriter json;
  json.BeginObject().Key("data").Null().Key("total").Int(0);
  json.Key("limit").Int(0).Key("offset").Int(0).Key("errors").BeginArray();
  json.BeginObject().Key("code").Int(code).Key("msg").String(message).EndObject();
  json.EndArray().EndObject();
  return std::move(json).Take();
}

std::string UiTracesJson(const std::vector<UiTrace>& traces) {
  JsonWriter json;
  json.BeginArray();
  for (const UiTrace& trace : traces) {
    json.BeginObject().Key("traceID").String(encoding::HexOf(trace.trace_id));
    json.Key("spans").BeginArray();
    for (const UiSpan& span : trace.spans) {
      WriteSpan(span, &json);
    }
    json.EndArray().Key("processes").BeginObject();
    for (size_t i = 0; i < trace.processes.size(); ++i) {
      json.Key("p" + std::to_string(i + 1)).BeginObject();
      json.Key("serviceName").String(trace.processes[i].service);
      WriteTags("tags", trace.processes[i].tags, &json);
      json.EndObject();
    }
    json.EndObject().Key("warnings").Null().EndObject();
  }
  json.EndArray();
  return std::move(json).Take();
}

}  // namespace sb::api::jaeger
