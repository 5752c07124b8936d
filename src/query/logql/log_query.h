// SPDX-License-Identifier: Apache-2.0
//
// RunLogQuery answers a log query: the newest (oldest) `limit` lines over all streams that pass the
// pipeline, with their labels.
//
//   SB_ASSIGN_OR_RETURN(LogAnswer answer, RunLogQuery(context, reader, log, options, &stats));
//   for (const LogStreamResult& stream : answer.streams) for (const LogEntry& e : stream.entries) …
//
// The scan goes from the wanted end and stops once the limit is reached beyond doubt; the pipeline
// runs only over lines that can still get in. Lines of equal time keep the order in which the store
// has them.
//
// Errors: as the context and the store say; kResourceExhausted when the lines kept exceed the
// query's budget. Threads: none shared.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/label_set.h"
#include "query/engine/query_context.h"
#include "query/logql/ast.h"
#include "query/logql/evaluator.h"
#include "query/logql/pipeline.h"
#include "store/interface/event_store.h"

namespace sb::logql {

enum class Direction : uint8_t { kBackward, kForward };

struct LogQueryOptions {
  int64_t start_ns = 0;
  int64_t end_ns = 0;  // exclusive
  size_t limit = 100;
  Direction direction = Direction::kBackward;
  int64_t interval_ns = 0;  // at least so far apart are two lines of one result stream; 0: any
  int64_t now_ns = 0;
};

using LabelPairs = std::vector<std::pair<std::string, std::string>>;

struct LogEntry {
  int64_t time_ns = 0;
  std::string line;
  LabelPairs metadata;  // what of the labels was structured metadata
  LabelPairs parsed;    // and what stages put there, __error__ included
};

// One distinct set of labels.
struct LogStreamResult {
  model::LabelSet labels;  // all of them merged
  model::LabelSet stream;  // those of the stream that are left
  std::vector<LogEntry> entries;  // in the direction of the query
};

struct LogAnswer {
  std::vector<LogStreamResult> streams;
  size_t entries = 0;
};

base::Result<LogAnswer> RunLogQuery(query::QueryContext& context,
                                    const store::EventReader& reader, const LogExpr& log,
                                    const LogQueryOptions& options, ReadStats* stats);

// What a line looks like in an answer, from what a pipeline left.
LogEntry EntryOf(const LogLine& line, model::LabelSet* labels, model::LabelSet* stream);

}  // namespace sb::logql
