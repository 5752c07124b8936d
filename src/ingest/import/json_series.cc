// SPDX-License-Identifier: Apache-2.0
#include "ingest/import/json_series.h"

#include "encoding/json_cursor.h"
#include "model/sample.h"
#include "wire/prometheus/float_text.h"

namespace sb::ingest {
namespace {

using encoding::JsonCursor;

bool ReadLabels(JsonCursor* in, JsonSeries* series) {
  std::string key_scratch;
  std::string value_scratch;
  std::string_view key;
  std::string_view value;
  if (!in->EnterObject()) {
    return false;
  }
  while (in->NextKey(&key, &key_scratch)) {
    std::string name(key);
    if (!in->ReadString(&value, &value_scratch)) {
      return false;
    }
    series->labels.emplace_back(std::move(name), value);
  }
  return in->ok();
}

bool ReadValue(JsonCursor* in, double* value) {
  std::string scratch;
  std::string_view text;
  switch (in->Peek()) {
    case JsonCursor::Kind::kNull:
      *value = model::StaleNan();
      return in->ReadNull();
    case JsonCursor::Kind::kString:
      if (!in->ReadString(&text, &scratch)) {
        return false;
      }
      break;
    default:
      if (!in->ReadNumber(&text)) {
        return false;
      }
  }
  return wire::ParseFloatText(text, value) || in->Fail("a value is not a number");
}

bool ReadValues(JsonCursor* in, JsonSeries* series) {
  if (!in->EnterArray()) {
    return false;
  }
  while (in->NextElement()) {
    double value = 0;
    if (!ReadValue(in, &value)) {
      return false;
    }
    series->values.push_back(value);
  }
  return in->ok();
}

bool ReadTimes(JsonCursor* in, JsonSeries* series) {
  if (!in->EnterArray()) {
    return false;
  }
  while (in->NextElement()) {
    std::string_view text;
    int64_t time_ms = 0;
    if (!in->ReadNumber(&text)) {
      return false;
    }
    if (!wire::ParseInt64Text(text, &time_ms)) {
      return in->Fail("a timestamp is not a whole number of milliseconds");
    }
    series->times_ms.push_back(time_ms);
  }
  return in->ok();
}

}  // namespace

base::Status ReadJsonSeries(std::string_view line, JsonSeries* series) {
  *series = {};
  JsonCursor in(line);
  std::string scratch;
  std::string_view key;
  in.EnterObject();
  while (in.NextKey(&key, &scratch)) {
    const bool read = key == "metric"       ? ReadLabels(&in, series)
                      : key == "values"     ? ReadValues(&in, series)
                      : key == "timestamps" ? ReadTimes(&in, series)
                                            : in.SkipValue();
    if (!read) {
      break;
    }
  }
  in.ExpectEnd();
  SB_RETURN_IF_ERROR(in.status());
  if (series->labels.empty()) {
    return base::InvalidArgument("\"metric\" is missing or has no labels");
  }
  if (series->values.size() != series->times_ms.size()) {
    return base::InvalidArgument(std::to_string(series->values.size()) + " values with " +
                                 std::to_string(series->times_ms.size()) + " timestamps");
  }
  if (series->values.empty()) {
    return base::InvalidArgument("\"values\" is missing or empty");
  }
  return base::OkStatus();
}

}  // namespace sb::ingest
