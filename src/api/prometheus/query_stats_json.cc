// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/query_stats_json.h"

namespace sb::api {

namespace {

double Seconds(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

void WriteTimings(const query::QueryStats& stats, int64_t waited_ns, JsonWriter* json) {
  const int64_t worked_ns = stats.preparation_ns + stats.evaluation_ns + stats.sort_ns;
  json->BeginObject().Key("evalTotalTime").Double(Seconds(worked_ns));
  json->Key("resultSortTime").Double(Seconds(stats.sort_ns));
  json->Key("queryPreparationTime").Double(Seconds(stats.preparation_ns));
  json->Key("innerEvalTime").Double(Seconds(stats.evaluation_ns));
  json->Key("execQueueTime").Double(Seconds(waited_ns));
  json->Key("execTotalTime").Double(Seconds(waited_ns + worked_ns)).EndObject();
}

}  // namespace

void WriteQueryStats(const query::QueryStats& stats, int64_t waited_ns, StatsDetail detail,
                     JsonWriter* json) {
  json->BeginObject().Key("timings");
  WriteTimings(stats, waited_ns, json);
  json->Key("samples").BeginObject();
  if (detail == StatsDetail::kPerStep) {
    json->Key("totalQueryableSamplesPerStep").BeginArray();
    for (size_t i = 0; i < stats.queryable_samples_per_step.size(); ++i) {
      json->BeginArray().Double(static_cast<double>(stats.grid.At(i)) / 1000);
      json->Int(stats.queryable_samples_per_step[i]).EndArray();
    }
    json->EndArray();
  }
  json->Key("totalQueryableSamples").Int(stats.total_queryable_samples);
  json->Key("samplesRead").Int(stats.samples_read);
  json->Key("peakSamples").Int(stats.peak_samples).EndObject().EndObject();
}

}  // namespace sb::api
