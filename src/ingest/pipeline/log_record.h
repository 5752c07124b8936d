// SPDX-License-Identifier: Apache-2.0
//
// A log record on its way in: views into the request, so that nothing is copied before it stands in
// its column. Threads: values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sb::ingest {

struct LogField {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const LogField&, const LogField&) = default;
};

struct LogRecordView {
  int64_t time_ns = 0;
  std::string_view line;
  std::vector<LogField> metadata;  // structured metadata; a repeated name counts once, first wins
  int64_t observed_ns = 0;         // 0: unknown
  int64_t severity_number = 0;     // OTLP's, 0: unknown
  std::string_view trace_id;       // 16 bytes, or empty
  std::string_view span_id;        // 8 bytes, or empty

  void Clear() {
    metadata.clear();
    line = trace_id = span_id = {};
    time_ns = observed_ns = severity_number = 0;
  }
};

}  // namespace sb::ingest
