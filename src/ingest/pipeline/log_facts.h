// SPDX-License-Identifier: Apache-2.0
//
// What a log line says about itself, so that levels and trace links need no set-up: its level, and
// the trace and the span that it belongs to. Read in one pass from JSON fields (two levels deep),
// logfmt fields, or plain text.
//
//   LogFacts facts;
//   ReadLogFacts(line, LevelFields(), &facts);
//   if (facts.has_trace) …
//
// A level field wins over the words of the text; a field whose value is no level lets the text
// decide. Trace ids are 16 or 32 hex digits or a UUID under names such as trace_id, traceId,
// trace.id, X-B3-TraceId, or a W3C traceparent; all-zero ids are none.
//
// Cost: about 1 ns a byte. Threads: pure functions.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/pipeline/log_level.h"

namespace sb::ingest {

// Names of fields that hold a level, the first found in this order wins.
class LevelFields {
 public:
  // level, lvl, severity, severity_text, log.level and their other spellings.
  LevelFields();
  explicit LevelFields(std::vector<std::string> names);
  // The place of the name in the order, or -1.
  int RankOf(std::string_view name) const;

 private:
  bool is_default_ = false;
  std::vector<std::string> names_;  // lower case, without '_', '.' and '-'
};

struct LogFacts {
  LogLevel level = LogLevel::kUnknown;
  bool has_trace = false;
  bool has_span = false;
  std::array<char, 16> trace_id{};
  std::array<char, 8> span_id{};
};

// Replaces `facts`.
void ReadLogFacts(std::string_view line, const LevelFields& fields, LogFacts* facts);
// Takes the value of a field called `name` if it is a trace or span id that is not known yet.
void TakeIdField(std::string_view name, std::string_view value, LogFacts* facts);

// Hex, or a UUID, to bytes; 16 digits are padded on the left, as B3 wants it. False if it is none.
bool ParseTraceId(std::string_view text, std::array<char, 16>* id);
bool ParseSpanId(std::string_view text, std::array<char, 8>* id);

}  // namespace sb::ingest
