// SPDX-License-Identifier: Apache-2.0
#include "api/grafana/frames.h"

#include <charconv>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "api/grafana/json.h"
#include "api/http/json_writer.h"

namespace sb::grafana {

namespace {

struct Point {
  int64_t time_ms = 0;
  double value = 0;
};

Point PointOf(const Json& pair) {
  Point point;
  if (!pair.IsArray() || pair.Size() < 2) {
    return point;
  }
  point.time_ms = std::llround(pair[0].IsNumber() ? pair[0].GetDouble() * 1000 : 0);
  const std::string_view text(pair[1].IsString() ? pair[1].GetString() : "NaN");
  if (text == "+Inf" || text == "-Inf") {
    point.value = text == "+Inf" ? INFINITY : -INFINITY;
  } else if (std::from_chars(text.data(), text.data() + text.size(), point.value).ec !=
             std::errc()) {
    point.value = NAN;
  }
  return point;
}

std::vector<Point> PointsOf(const Json& series) {
  std::vector<Point> points;
  if (const Json* values = Member(series, "values"); values != nullptr && values->IsArray()) {
    for (const Json& pair : values->GetArray()) {
      points.push_back(PointOf(pair));
    }
  } else if (const Json* value = Member(series, "value"); value != nullptr) {
    points.push_back(PointOf(*value));
  }
  return points;
}

std::string NameOf(const Json& labels, const FrameOptions& options) {
  if (!options.legend_format.empty() && options.legend_format != "__auto") {
    std::string name;
    for (size_t at = 0; at < options.legend_format.size();) {
      const size_t open = options.legend_format.find("{{", at);
      const size_t close = options.legend_format.find("}}", open == std::string::npos ? at : open);
      if (open == std::string::npos || close == std::string::npos) {
        name += options.legend_format.substr(at);
        break;
      }
      name += options.legend_format.substr(at, open - at);
      std::string label = options.legend_format.substr(open + 2, close - open - 2);
      label.erase(0, label.find_first_not_of(' '));
      label.erase(label.find_last_not_of(' ') + 1);
      name += Text(labels, label);
      at = close + 2;
    }
    return name;
  }
  std::string name = Text(labels, "__name__");
  std::string rest;
  if (labels.IsObject()) {
    for (const auto& label : labels.GetObject()) {
      if (std::string_view(label.name.GetString()) != "__name__" && label.value.IsString()) {
        rest += (rest.empty() ? "" : ", ") + std::string(label.name.GetString()) + "=\"" +
                label.value.GetString() + "\"";
      }
    }
  }
  return rest.empty() ? name : name + "{" + rest + "}";
}

void BeginFrame(const FrameOptions& options, std::string_view type, std::string_view result_type,
                api::JsonWriter* json) {
  json->BeginObject().Key("schema").BeginObject().Key("refId").String(options.ref_id);
  json->Key("meta").BeginObject().Key("type").String(type);
  json->Key("typeVersion").BeginArray().Int(0).Int(1).EndArray();
  json->Key("custom").BeginObject().Key("resultType").String(result_type).EndObject();
  json->Key("executedQueryString").String("Expr: " + options.expression).EndObject();
  json->Key("fields").BeginArray();
}

void WriteField(std::string_view name, std::string_view type, std::string_view frame_type,
                api::JsonWriter* json) {
  json->BeginObject().Key("name").String(name).Key("type").String(type);
  json->Key("typeInfo").BeginObject().Key("frame").String(frame_type).EndObject();
}

// JSON has neither NaN nor infinities: they are null in the values and named in `entities`.
void WriteValues(const std::vector<Point>& points, api::JsonWriter* json) {
  json->EndArray().EndObject().Key("data").BeginObject().Key("values").BeginArray();
  json->BeginArray();
  for (const Point& point : points) {
    json->Int(point.time_ms);
  }
  json->EndArray().BeginArray();
  for (const Point& point : points) {
    json->Double(point.value);
  }
  json->EndArray().EndArray().EndObject().EndObject();
}

void WriteSeries(const Json& series, std::string_view result_type, const FrameOptions& options,
                 api::JsonWriter* json) {
  const Json* labels = Member(series, "metric");
  BeginFrame(options, result_type == "matrix" ? "timeseries-multi" : "numeric-multi", result_type,
             json);
  WriteField("Time", "time", "time.Time", json);
  json->Key("config").BeginObject().Key("interval").Int(options.step_ms).EndObject().EndObject();
  WriteField("Value", "number", "float64", json);
  json->Key("labels").Raw(labels == nullptr ? "{}" : ToText(*labels));
  json->Key("config").BeginObject().Key("displayNameFromDS");
  json->String(labels == nullptr ? options.ref_id : NameOf(*labels, options));
  json->EndObject().EndObject();
  WriteValues(PointsOf(series), json);
}

void WriteTable(const Json& result, const FrameOptions& options, api::JsonWriter* json) {
  std::set<std::string> names;
  std::vector<std::pair<const Json*, Point>> rows;
  for (const Json& series : result.GetArray()) {
    const Json* labels = Member(series, "metric");
    if (labels == nullptr || !labels->IsObject()) {
      continue;
    }
    for (const auto& label : labels->GetObject()) {
      names.insert(label.name.GetString());
    }
    for (const Point& point : PointsOf(series)) {
      rows.emplace_back(labels, point);
    }
  }
  BeginFrame(options, "table", "vector", json);
  WriteField("Time", "time", "time.Time", json);
  json->EndObject();
  for (const std::string& name : names) {
    WriteField(name, "string", "string", json);
    json->EndObject();
  }
  WriteField("Value", "number", "float64", json);
  json->EndObject().EndArray().EndObject().Key("data").BeginObject().Key("values").BeginArray();
  json->BeginArray();
  for (const auto& [labels, point] : rows) {
    json->Int(point.time_ms);
  }
  json->EndArray();
  for (const std::string& name : names) {
    json->BeginArray();
    for (const auto& [labels, point] : rows) {
      json->String(Text(*labels, name));
    }
    json->EndArray();
  }
  json->BeginArray();
  for (const auto& [labels, point] : rows) {
    json->Double(point.value);
  }
  json->EndArray().EndArray().EndObject().EndObject();
}

void WriteLines(const Json& result, const FrameOptions& options, api::JsonWriter* json) {
  BeginFrame(options, "log-lines", "streams", json);
  WriteField("labels", "other", "json.RawMessage", json);
  json->EndObject();
  WriteField("Time", "time", "time.Time", json);
  json->EndObject();
  WriteField("Line", "string", "string", json);
  json->EndObject().EndArray().EndObject().Key("data").BeginObject().Key("values").BeginArray();
  api::JsonWriter labels;
  api::JsonWriter times;
  api::JsonWriter lines;
  labels.BeginArray();
  times.BeginArray();
  lines.BeginArray();
  for (const Json& stream : result.GetArray()) {
    const Json* names = Member(stream, "stream");
    const Json* values = Member(stream, "values");
    if (names == nullptr || values == nullptr || !values->IsArray()) {
      continue;
    }
    for (const Json& pair : values->GetArray()) {
      if (!pair.IsArray() || pair.Size() < 2 || !pair[0].IsString() || !pair[1].IsString()) {
        continue;
      }
      int64_t time_ns = 0;
      const std::string_view text(pair[0].GetString(), pair[0].GetStringLength());
      std::from_chars(text.data(), text.data() + text.size(), time_ns);
      labels.Raw(ToText(*names));
      times.Int(time_ns / 1'000'000);
      lines.String({pair[1].GetString(), pair[1].GetStringLength()});
    }
  }
  labels.EndArray();
  times.EndArray();
  lines.EndArray();
  json->Raw(std::move(labels).Take()).Raw(std::move(times).Take()).Raw(std::move(lines).Take());
  json->EndArray().EndObject().EndObject();
}

}  // namespace

base::Result<std::string> FramesOfAnswer(std::string_view answer, const FrameOptions& options) {
  SB_ASSIGN_OR_RETURN(const JsonDocument body, ParseJsonObject(answer));
  const Json* data = Member(body, "data");
  const Json* result = data == nullptr ? nullptr : Member(*data, "result");
  if (result == nullptr || !result->IsArray()) {
    return base::InvalidArgument("the data source's answer has no result");
  }
  const std::string type = Text(*data, "resultType");
  api::JsonWriter json;
  json.BeginArray();
  if (type == "streams") {
    WriteLines(*result, options, &json);
  } else if (type == "scalar" || type == "string") {
    JsonDocument series(rapidjson::kObjectType);
    SetCopy(series, series, "value", *result);
    WriteSeries(series, "vector", options, &json);
  } else if (options.as_table) {
    WriteTable(*result, options, &json);
  } else {
    for (const Json& series : result->GetArray()) {
      WriteSeries(series, type, options, &json);
    }
  }
  json.EndArray();
  return std::move(json).Take();
}

}  // namespace sb::grafana
