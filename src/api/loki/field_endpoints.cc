// SPDX-License-Identifier: Apache-2.0
//
// detected_fields, the values of one field, and patterns: found by looking at the newest lines.
#include <algorithm>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"
#include "api/loki/field_detector.h"
#include "api/loki/pattern_miner.h"

namespace sb::api::loki {
namespace {

constexpr uint32_t kDefaultFields = 1000;
constexpr uint32_t kDefaultLines = 100;
constexpr size_t kPatternsShown = 300;

base::Result<logql::LogAnswer> ReadLines(const LokiContext& api, query::QueryContext& context,
                                         const net::UrlParams& params, size_t limit) {
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const auto log, logql::ParseLogQuery(params.Get("query"),
                                                           {.allow_all_streams = true}));
  logql::LogQueryOptions options;
  options.start_ns = bounds.start_ns;
  options.end_ns = bounds.end_ns;
  options.limit = limit;
  logql::ReadStats stats;
  return api.with.engine.Logs(context, api.with.reader, *log, options, &stats);
}

struct Detected {
  FieldDetector detector{kDefaultFields};
  uint32_t limit = kDefaultFields;
};

base::Result<Detected> Detect(const LokiContext& api, query::QueryContext& context,
                              const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const auto field_limit, ReadUint32(params, "field_limit"));
  SB_ASSIGN_OR_RETURN(const uint32_t limit,
                      ReadLimit(params, "limit", field_limit.value_or(kDefaultFields)));
  SB_ASSIGN_OR_RETURN(const uint32_t lines, ReadLimit(params, "line_limit", kDefaultLines));
  SB_ASSIGN_OR_RETURN(const logql::LogAnswer answer,
                      ReadLines(api, context, params,
                                std::min(lines, api.options.field_lines_max)));
  Detected out{FieldDetector(std::min<size_t>(limit, 10'000)), limit};
  for (const logql::LogStreamResult& stream : answer.streams) {
    for (const logql::LogEntry& entry : stream.entries) {
      out.detector.Add(entry);
    }
  }
  return out;
}

void WriteField(const std::string& name, const FieldDetector::Field& field, JsonWriter* json) {
  json->BeginObject().Key("label").String(name).Key("type").String(field.Type());
  json->Key("cardinality").Uint(field.values.size()).Key("parsers");
  if (field.parsers.empty()) {
    json->Null();
  } else {
    json->BeginArray();
    for (const std::string& parser : field.parsers) {
      json->String(parser);
    }
    json->EndArray();
  }
  if (field.parsers.contains("json") && !field.json_path.empty()) {
    json->Key("jsonPath").BeginArray();
    for (const std::string& key : field.json_path) {
      json->String(key);
    }
    json->EndArray();
  }
  json->EndObject();
}

std::string FieldsJson(const Detected& detected) {
  JsonWriter json;
  json.BeginObject().Key("fields").BeginArray();
  for (const auto& [name, field] : detected.detector.fields()) {
    WriteField(name, field, &json);
  }
  json.EndArray().Key("limit").Uint(detected.limit).EndObject();
  return std::move(json).Take();
}

// With `counts=true`, an own addition: how many of the lines have each value.
std::string FieldValuesJson(const Detected& detected, const std::string& name, bool with_counts) {
  JsonWriter json;
  json.BeginObject().Key("values").BeginArray();
  const auto found = detected.detector.fields().find(name);
  std::vector<std::pair<uint64_t, std::string>> values;
  if (found != detected.detector.fields().end()) {
    for (const auto& [value, count] : found->second.values) {
      values.emplace_back(count, value);
    }
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  values.resize(std::min<size_t>(values.size(), detected.limit));
  for (const auto& [count, value] : values) {
    json.String(value);
  }
  json.EndArray();
  if (with_counts) {
    json.Key("counts").BeginArray();
    for (const auto& [count, value] : values) {
      json.Uint(count);
    }
    json.EndArray();
  }
  json.Key("limit").Uint(detected.limit).EndObject();
  return std::move(json).Take();
}

// The level of a line as ingest or the line's parser found it.
std::string LevelOf(const logql::LogStreamResult& stream) {
  for (const char* name : {"detected_level", "level"}) {
    if (const std::string_view level = stream.labels.Get(name); !level.empty()) {
      return std::string(level);
    }
  }
  return "unknown";
}

base::Result<std::string> PatternsJson(const LokiContext& api, query::QueryContext& context,
                                       const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const int64_t step_ns, ReadStep(params, bounds));
  SB_ASSIGN_OR_RETURN(const logql::LogAnswer answer,
                      ReadLines(api, context, params, api.options.pattern_lines_max));
  PatternMiner miner(std::max<int64_t>(step_ns, 1'000'000'000));
  for (const logql::LogStreamResult& stream : answer.streams) {
    const std::string level = LevelOf(stream);
    SB_RETURN_IF_ERROR(context.CheckAlive());
    for (const logql::LogEntry& entry : stream.entries) {
      miner.Add(entry.line, entry.time_ns, level);
    }
  }
  JsonWriter json;
  json.BeginArray();
  size_t shown = 0;
  for (const PatternMiner::Pattern& pattern : miner.Finish()) {
    if (++shown > kPatternsShown) {
      break;
    }
    json.BeginObject().Key("pattern").String(pattern.text).Key("level").String(pattern.level);
    json.Key("samples").BeginArray();
    for (const auto& [seconds, count] : pattern.samples) {
      json.BeginArray().Int(seconds).Uint(count).EndArray();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
  return std::move(json).Take();
}

}  // namespace

void HandleDetectedFields(const LokiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto detected = Detect(api, *context, request);
  detected.ok() ? SendJson(writer, FieldsJson(*detected))
                : SendFailure(writer, detected.status());
}

void HandleDetectedFieldValues(const LokiContext& api, const net::HttpRequest& request,
                               net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto detected = Detect(api, *context, request);
  if (!detected.ok()) {
    return SendFailure(writer, detected.status());
  }
  const bool with_counts = request.query.Get("counts") == "true";
  SendJson(writer, FieldValuesJson(*detected, std::string(request.path_params.Get("name")),
                                   with_counts));
}

void HandlePatterns(const LokiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = PatternsJson(api, *context, request);
  json.ok() ? SendData(writer, *json) : SendFailure(writer, json.status());
}

}  // namespace sb::api::loki
