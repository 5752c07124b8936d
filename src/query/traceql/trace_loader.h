// SPDX-License-Identifier: Apache-2.0
//
// TraceLoader fetches whole traces for a query: every span, whatever its time, with the slots of
// the plan.
//
//   TraceLoader loader(reader, context, plan, range);
//   SB_ASSIGN_OR_RETURN(TraceSet traces, loader.Load(ids));
//
// A trace that is no longer there is left out. Failures: those of the store, kResourceExhausted
// above kTraceBytesMax. Threads: one at a time.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/status.h"
#include "query/traceql/arena.h"
#include "query/traceql/trace_table.h"
#include "store/interface/event_store.h"

namespace sb::traceql {

// No set of traces that is evaluated at once is larger.
inline constexpr size_t kTraceBytesMax = size_t{1} << 30;

// Traces and what their views point into.
struct TraceSet {
  Arena arena;
  std::vector<TraceTable> traces;  // in the order of their ids
  store::ScanStats stats;
  std::vector<std::string> warnings;
};

class TraceLoader {
 public:
  // `range`: spans outside of it do not match.
  TraceLoader(const store::EventReader& reader, const store::ReadContext& context,
              const SlotPlan& plan, store::EventRange range)
      : reader_(reader), context_(context), plan_(plan), range_(range) {}

  base::Result<TraceSet> Load(std::vector<std::string> ids) const;

 private:
  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const SlotPlan& plan_;
  const store::EventRange range_;
};

void AddStats(const store::ScanStats& from, store::ScanStats* to);

}  // namespace sb::traceql
