// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/tempo_json.h"

#include <cmath>
#include <set>

#include "api/http/json_writer.h"
#include "encoding/hex.h"
#include "query/traceql/slots.h"

namespace sb::api::tempo {
namespace {

using traceql::Literal;
using traceql::OwnedAttributes;
using traceql::OwnedValue;
using traceql::ValueType;

void WriteScalar(const Literal& literal, JsonWriter* json) {
  json->BeginObject();
  switch (literal.type) {
    case ValueType::kInt:
      json->Key("intValue").String(std::to_string(literal.integer));
      break;
    case ValueType::kFloat:
      if (std::isfinite(literal.number)) {
        json->Key("doubleValue").Double(literal.number);
      } else {
        json->Key("doubleValue").String(traceql::FloatText(literal.number));
      }
      break;
    case ValueType::kBool:
      json->Key("boolValue").Bool(literal.integer != 0);
      break;
    default:
      json->Key("stringValue").String(traceql::ValueText(literal.value()));
      break;
  }
  json->EndObject();
}

void WriteValue(const OwnedValue& value, JsonWriter* json) {
  if (!value.is_array) {
    return WriteScalar(value.scalar, json);
  }
  json->BeginObject().Key("arrayValue").BeginObject().Key("values").BeginArray();
  for (const Literal& element : value.elements) {
    WriteScalar(element, json);
  }
  json->EndArray().EndObject().EndObject();
}

void WriteAttributes(std::string_view key, const OwnedAttributes& attributes, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const auto& [name, value] : attributes) {
    json->BeginObject().Key("key").String(name).Key("value");
    WriteValue(value, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteSpanset(const traceql::FoundSpanset& set, JsonWriter* json) {
  json->BeginObject().Key("spans").BeginArray();
  for (const traceql::FoundSpan& span : set.spans) {
    json->BeginObject();
    json->Key("spanID").String(encoding::HexOf(span.span_id));
    if (!span.name.empty()) {
      json->Key("name").String(span.name);
    }
    json->Key("startTimeUnixNano").String(std::to_string(span.start_ns));
    json->Key("durationNanos").String(std::to_string(span.duration_ns));
    if (!span.attributes.empty()) {
      WriteAttributes("attributes", span.attributes, json);
    }
    json->EndObject();
  }
  json->EndArray().Key("matched").Uint(set.matched);
  if (!set.attributes.empty()) {
    WriteAttributes("attributes", set.attributes, json);
  }
  json->EndObject();
}

void WriteTrace(const traceql::FoundTrace& trace, JsonWriter* json) {
  json->BeginObject();
  json->Key("traceID").String(ShortTraceId(trace.trace_id));
  json->Key("rootServiceName").String(trace.has_root ? trace.root_service : kNoRoot);
  if (trace.has_root) {
    json->Key("rootTraceName").String(trace.root_name);
  }
  json->Key("startTimeUnixNano").String(std::to_string(trace.start_ns));
  json->Key("durationMs").Int(trace.duration_ns / 1'000'000);
  if (!trace.spansets.empty()) {
    json->Key("spanSet");
    WriteSpanset(trace.spansets[0], json);
  }
  json->Key("spanSets").BeginArray();
  for (const traceql::FoundSpanset& set : trace.spansets) {
    WriteSpanset(set, json);
  }
  json->EndArray().Key("serviceStats").BeginObject();
  for (const auto& [service, stats] : trace.services) {
    json->Key(service).BeginObject().Key("spanCount").Uint(stats.spans);
    if (stats.errors > 0) {
      json->Key("errorCount").Uint(stats.errors);
    }
    json->EndObject();
  }
  json->EndObject().EndObject();
}

// Only the seven keys that Grafana knows.
void WriteSearchMetrics(const traceql::QueryNotes& notes, JsonWriter* json) {
  json->Key("metrics").BeginObject();
  json->Key("inspectedTraces").Uint(notes.traces_inspected);
  json->Key("inspectedBytes").String(std::to_string(notes.stats.bytes_inspected));
  json->Key("inspectedSpans").String(std::to_string(notes.stats.rows_inspected));
  json->Key("totalBlocks").Uint(notes.stats.parts);
  json->Key("completedJobs").Int(1).Key("totalJobs").Int(1);
  json->Key("totalBlockBytes").String(std::to_string(notes.stats.bytes_inspected));
  json->EndObject();
}

std::string Milliseconds(int64_t ns) {
  return std::to_string(ns / 1'000'000);
}

void WriteFloat(double value, JsonWriter* json) {
  if (std::isfinite(value)) {
    json->Double(value);
  } else {
    json->String(value > 0 ? "Infinity" : "-Infinity");
  }
}

}  // namespace

std::string ShortTraceId(std::string_view id) {
  std::string hex = encoding::HexOf(id);
  const size_t first = hex.find_first_not_of('0');
  return first == std::string::npos ? "0" : hex.substr(first);
}

std::string JoinNotes(const std::vector<std::string>& messages) {
  std::string out;
  std::set<std::string> seen;
  for (const std::string& message : messages) {
    if (seen.insert(message).second) {
      out += out.empty() ? message : "; " + message;
    }
  }
  return out;
}

std::string SearchJson(const traceql::SearchResult& result) {
  JsonWriter json;
  json.BeginObject().Key("traces").BeginArray();
  for (const traceql::FoundTrace& trace : result.traces) {
    WriteTrace(trace, &json);
  }
  json.EndArray();
  WriteSearchMetrics(result.notes, &json);
  json.EndObject();
  return std::move(json).Take();
}

std::string TagsJson(const traceql::TagScopes& scopes) {
  std::set<std::string> names;
  for (const auto& [scope, tags] : scopes) {
    names.insert(tags.begin(), tags.end());
  }
  JsonWriter json;
  json.BeginObject().Key("tagNames").BeginArray();
  for (const std::string& name : names) {
    json.String(name);
  }
  json.EndArray().Key("metrics").BeginObject().EndObject().EndObject();
  return std::move(json).Take();
}

std::string TagScopesJson(const traceql::TagScopes& scopes) {
  JsonWriter json;
  json.BeginObject().Key("scopes").BeginArray();
  for (const auto& [scope, tags] : scopes) {
    json.BeginObject().Key("name").String(scope).Key("tags").BeginArray();
    for (const std::string& tag : tags) {
      json.String(tag);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("metrics").BeginObject().EndObject().EndObject();
  return std::move(json).Take();
}

std::string TagValuesJson(const std::vector<traceql::TagValue>& values) {
  std::set<std::string> texts;
  for (const traceql::TagValue& value : values) {
    texts.insert(value.text);
  }
  JsonWriter json;
  json.BeginObject().Key("tagValues").BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  json.EndArray().Key("metrics").BeginObject().EndObject().EndObject();
  return std::move(json).Take();
}

std::string TagValuesV2Json(const std::vector<traceql::TagValue>& values) {
  JsonWriter json;
  json.BeginObject().Key("tagValues").BeginArray();
  for (const traceql::TagValue& value : values) {
    json.BeginObject().Key("type").String(value.type).Key("value").String(value.text).EndObject();
  }
  json.EndArray().Key("metrics").BeginObject().EndObject().EndObject();
  return std::move(json).Take();
}

std::string QueryRangeJson(const traceql::MetricsResult& result) {
  JsonWriter json;
  json.BeginObject().Key("series").BeginArray();
  for (const traceql::MetricsSeries& series : result.series) {
    json.BeginObject();
    WriteAttributes("labels", series.labels, &json);
    json.Key("samples").BeginArray();
    for (size_t i = 0; i < series.values.size(); ++i) {
      if (!std::isnan(series.values[i])) {
        json.BeginObject().Key("timestampMs").String(Milliseconds(result.grid.At(i)));
        json.Key("value");
        WriteFloat(series.values[i], &json);
        json.EndObject();
      }
    }
    json.EndArray();
    if (!series.exemplars.empty()) {
      json.Key("exemplars").BeginArray();
      for (const traceql::MetricsExemplar& exemplar : series.exemplars) {
        json.BeginObject();
        WriteAttributes("labels", exemplar.labels, &json);
        json.Key("value");
        WriteFloat(exemplar.value, &json);
        json.Key("timestampMs").String(Milliseconds(exemplar.time_ns)).EndObject();
      }
      json.EndArray();
    }
    json.EndObject();
  }
  json.EndArray();
  WriteSearchMetrics(result.notes, &json);
  if (const std::string notes = JoinNotes(result.notes.messages); !notes.empty()) {
    json.Key("message").String(notes);
  }
  json.EndObject();
  return std::move(json).Take();
}

std::string QueryInstantJson(const traceql::MetricsResult& result) {
  JsonWriter json;
  json.BeginObject().Key("series").BeginArray();
  for (const traceql::MetricsSeries& series : result.series) {
    json.BeginObject();
    WriteAttributes("labels", series.labels, &json);
    json.Key("value");
    WriteFloat(series.values.at(0), &json);
    json.EndObject();
  }
  json.EndArray();
  WriteSearchMetrics(result.notes, &json);
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace sb::api::tempo
