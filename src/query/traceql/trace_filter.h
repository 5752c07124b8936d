// SPDX-License-Identifier: Apache-2.0
//
// A part of a trace: the spans that match a filter, and as much of what is around them as wanted.
//
//   TraceFilter filter{.query = "{ status = error }", .keep_hierarchy = true};
//   SB_ASSIGN_OR_RETURN(FilteredTrace part, FetchPart(reader, context, trace_id, filter));
//
// Failures: kInvalidArgument for a query that is not one `{ … }`, and those of FetchTraces.
// Threads: a function.
#pragma once

#include <cstdint>
#include <string>

#include "query/traceql/search.h"

namespace sb::traceql {

struct TraceFilter {
  std::string query;
  bool keep_hierarchy = false;  // also ancestors, so that the part hangs together
  int64_t match_depth = 0;      // levels below matched spans; -1: all
  int64_t ancestor_depth = -1;  // levels above them, with keep_hierarchy; -1: all
};

struct FilteredTrace {
  std::string trace;        // an encoded TracesData; empty: unknown, or no span is left
  bool is_partial = false;  // spans were left out
  QueryNotes notes;
};

base::Result<FilteredTrace> FetchPart(const store::EventReader& reader,
                                      const store::ReadContext& context, const std::string& id,
                                      const TraceFilter& filter);

}  // namespace sb::traceql
