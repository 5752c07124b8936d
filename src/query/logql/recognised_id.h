// SPDX-License-Identifier: Apache-2.0
//
// Ids of traces and spans that ingest recognised in a record (in the text of its line, in a field
// of another name) are columns of their own, not labels: Loki would not show them. A query that
// asks for one, `| trace_id="4bf9…"` or `| span_id="00f0…"` before any parser, finds them all the
// same, so that the way from a trace to its logs needs no set-up: where the row has no label of the
// name, the recognised id stands in as metadata.
//
//   if (auto id = RecognisedId::Of(stage.label)) filter = id->Filter();
//
// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/logql/ast.h"
#include "store/interface/event_filter.h"
#include "store/interface/event_store.h"

namespace sb::logql {

struct RecognisedId {
  std::string column;  // of type kBytes, and the label's name
  std::string text;    // as the query has it
  std::string bytes;   // what the column holds

  // Of a condition that names a whole id: 16 digits of a span, up to 32 of a trace (leading zeros
  // may be missing, as from Tempo's search and of 64-bit ids); nothing of any other.
  static std::optional<RecognisedId> Of(const LabelFilter& filter);
  // Holds for every row that has the id as metadata, as a stream label or recognised.
  store::EventFilter Filter() const;
};

void AddIdColumns(const std::vector<RecognisedId>& ids, std::vector<store::ColumnRequest>* columns);

}  // namespace sb::logql
