// SPDX-License-Identifier: Apache-2.0
//
// Answers of the Loki API as JSON: streams, matrices and vectors in their envelope, with the
// statistics object that clients expect to be complete.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/json_writer.h"
#include "model/label_set.h"
#include "query/engine/result.h"
#include "query/logql/evaluator.h"
#include "query/logql/log_query.h"

namespace sb::api::loki {

// Header and flag by which a client asks for labels by their origin.
inline constexpr std::string_view kEncodingFlagsHeader = "X-Loki-Response-Encoding-Flags";
inline constexpr std::string_view kCategorizeLabels = "categorize-labels";

enum class LabelStyle : uint8_t { kMerged, kCategorized };

void WriteLabels(const model::LabelSet& labels, JsonWriter* json);
// The array of streams.
void WriteStreams(const logql::LogAnswer& answer, LabelStyle style, JsonWriter* json);

struct StatsTimes {
  int64_t exec_ns = 0;
};
void WriteStats(const logql::ReadStats& stats, const StatsTimes& times, JsonWriter* json);

// The whole body of /query and /query_range.
std::string LogAnswerJson(const logql::LogAnswer& answer, LabelStyle style,
                          const logql::ReadStats& stats, const StatsTimes& times);
std::string MetricAnswerJson(const query::QueryValue& value, const logql::ReadStats& stats,
                             const StatsTimes& times);

struct DroppedEntry {
  int64_t time_ns = 0;
  model::LabelSet labels;
};
// A message of /tail.
std::string TailJson(const logql::LogAnswer& answer, LabelStyle style,
                     const std::vector<DroppedEntry>& dropped);

}  // namespace sb::api::loki
