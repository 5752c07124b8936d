// SPDX-License-Identifier: Apache-2.0
//
// JsonLinesEndpoint takes log records as JSON lines, or as plain text, one record a line, from
// anything that can make an HTTP request:
//
//   curl --data-binary @app.log 'http://127.0.0.1:3000/api/signalbox/v1/logs/lines?label=app=shop'
//
// Of a JSON line, message (or msg, or log) becomes the line, time (or @timestamp, timestamp, ts)
// the time, the rest structured metadata; `label_fields` names fields that are stream labels
// instead. A line that is no JSON object is taken as text. Outcome: how many were stored, and the
// first faults by their line; nothing is stored unless the store took all of it.
//
// Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.h"
#include "base/status.h"
#include "ingest/pipeline/log_writer.h"

namespace sb::ingest {

struct JsonLinesRequest {
  std::string_view body;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::string> label_fields;
  std::string message_field;  // "": the usual ones
  std::string time_field;     // "": the usual ones
};

struct JsonLinesOutcome {
  struct Fault {
    size_t line = 0;  // from 1
    std::string what;
  };
  base::Status status;  // of the store
  uint64_t stored = 0;
  uint64_t fault_count = 0;
  std::vector<Fault> faults;  // the first ones
};

class JsonLinesEndpoint {
 public:
  static constexpr size_t kFaultsShown = 10;

  // Both must outlive the endpoint.
  JsonLinesEndpoint(LogWriter* writer, base::Env* env) : writer_(writer), env_(env) {}
  JsonLinesOutcome Push(const JsonLinesRequest& request);

 private:
  LogWriter* const writer_;
  base::Env* const env_;
};

}  // namespace sb::ingest
