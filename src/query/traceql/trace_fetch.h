// SPDX-License-Identifier: Apache-2.0
//
// Whole traces as OTLP, as they came in: resources, scopes and spans with all their attributes.
//
//   SB_ASSIGN_OR_RETURN(FetchedTraces found, FetchTraces(reader, context, {trace_id}));
//   found.traces[trace_id]      // an encoded TracesData (resource_spans = 1)
//
// Spans of a scope are in order of start and span id, resources in order of their encoding, so the
// same trace is always the same bytes. A trace that is not there is not in the map. Failures: those
// of the store and context, kResourceExhausted above kFetchBytesMax. Threads: a function.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

inline constexpr size_t kFetchBytesMax = size_t{1} << 30;

struct FetchedTraces {
  std::map<std::string, std::string> traces;
  store::ScanStats stats;
  std::vector<std::string> warnings;
};

// Spans of a trace, each as its span id and its start.
using SpanSet = std::set<std::pair<std::string, int64_t>>;

// With `keep`, only those spans.
base::Result<FetchedTraces> FetchTraces(const store::EventReader& reader,
                                        const store::ReadContext& context,
                                        std::vector<std::string> ids,
                                        const SpanSet* keep = nullptr);

// "1a2b" -> 16 bytes: 1 to 32 hexadecimal digits, padded on the left. kInvalidArgument otherwise.
base::Result<std::string> ParseTraceId(std::string_view hex);

}  // namespace sb::traceql
