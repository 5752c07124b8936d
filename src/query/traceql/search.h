// SPDX-License-Identifier: Apache-2.0
//
// Search finds the traces that match a query, the most recent first (by the start of the trace,
// then by id): exactly those, and the same ones every time.
//
//   SearchOptions options{.range = {from, to}, .limit = 20};
//   SB_ASSIGN_OR_RETURN(SearchResult result,
//                       Search(reader, context, R"({ .service.name = "cart" })", options));
//
// A span matches only if it starts within the range; what is said of the trace as a whole (root,
// duration, structure) counts all its spans. Failures: kInvalidArgument (the query), those of the
// store and the context, kResourceExhausted (too much to hold).
//
// How: the store filters rows by what can be said of a single span, newest first; the traces of
// these rows are candidates, in order of time; whole traces are fetched and evaluated until `limit`
// matching ones are known to be the newest. Threads: functions; safe for concurrent use.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "query/traceql/ast.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

// A value that owns its text.
struct OwnedValue {
  Literal scalar;
  std::vector<Literal> elements;
  bool is_array = false;

  static OwnedValue From(const Value& value);
};
using OwnedAttributes = std::vector<std::pair<std::string, OwnedValue>>;

struct FoundSpan {
  std::string span_id;  // 8 bytes
  std::string name;
  int64_t start_ns = 0;
  int64_t duration_ns = 0;
  OwnedAttributes attributes;  // those that the query names
};

struct FoundSpanset {
  std::vector<FoundSpan> spans;  // the first ones
  uint64_t matched = 0;          // how many there are
  OwnedAttributes attributes;    // of by() and aggregates
};

struct FoundTrace {
  std::string trace_id;  // 16 bytes
  std::string root_service;
  std::string root_name;  // both empty if there is no root yet
  bool has_root = false;
  int64_t start_ns = 0;
  int64_t duration_ns = 0;
  std::vector<FoundSpanset> spansets;
  struct ServiceStats {
    uint64_t spans = 0;
    uint64_t errors = 0;
  };
  std::map<std::string, ServiceStats> services;
};

struct QueryNotes {
  store::ScanStats stats;
  uint64_t traces_inspected = 0;
  std::vector<std::string> messages;  // aliases that were used, damaged parts
};

// Hears of a search while it goes on. Threads: the one that searches.
class SearchProgress {
 public:
  virtual ~SearchProgress() = default;
  // Whether it is time for a report; asked between units of work.
  virtual bool Due() = 0;
  // The next traces of the result, in its order: they will not change and nothing comes before
  // them. An error ends the search with it.
  virtual base::Status Report(std::span<const FoundTrace> traces, const QueryNotes& notes) = 0;
};

struct SearchOptions {
  store::EventRange range;
  size_t limit = 20;
  size_t spans_per_spanset = 3;        // 0: all
  SearchProgress* progress = nullptr;  // outlives the search; what it was not told is the rest of
                                       // the result, from SearchResult::reported on
};

struct SearchResult {
  std::vector<FoundTrace> traces;
  QueryNotes notes;
  size_t reported = 0;  // traces that SearchOptions::progress was told
};

base::Result<SearchResult> Search(const store::EventReader& reader,
                                  const store::ReadContext& context, std::string_view query,
                                  const SearchOptions& options);

}  // namespace sb::traceql
