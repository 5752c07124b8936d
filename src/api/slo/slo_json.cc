// SPDX-License-Identifier: Apache-2.0
#include "api/slo/slo_json.h"

#include "api/http/parameters.h"

namespace sb::api {

void WriteTimeOrNull(int64_t time_ms, JsonWriter* json) {
  if (time_ms > 0) {
    json->String(FormatRfc3339(time_ms));
  } else {
    json->Null();
  }
}

void WriteBurnDown(const std::vector<slo::BurnDownPoint>& points, JsonWriter* json) {
  json->BeginArray();
  for (const slo::BurnDownPoint& point : points) {
    json->BeginArray().Int(point.time_ms).Double(point.remaining);
    if (point.has_events) {
      json->Double(point.sli);
    } else {
      json->Null();
    }
    json->EndArray();
  }
  json->EndArray();
}

}  // namespace sb::api
