// SPDX-License-Identifier: Apache-2.0
//
// A line of JSON with samples of one series, the format of /api/v1/export and /api/v1/import:
//
//   {"metric":{"__name__":"up","job":"node"},"values":[0,1.5],"timestamps":[1700000000000,…]}
//
// Times are milliseconds. A value of null means that there is none from here on: it is read as the
// staleness marker. "Infinity", "-Infinity" and "NaN" (and what ParseFloatText takes) may stand as
// strings.
//
// Source: https://docs.victoriametrics.com/#json-line-format. Threads: a pure function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::ingest {

struct JsonSeries {
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<double> values;
  std::vector<int64_t> times_ms;  // as many as values
};

// Replaces `series`. kInvalidArgument says what is wrong; `series` is then not to be used.
base::Status ReadJsonSeries(std::string_view line, JsonSeries* series);

}  // namespace sb::ingest
