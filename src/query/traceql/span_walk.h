// SPDX-License-Identifier: Apache-2.0
//
// SpanWalk shows the spans that match a pipeline, in any order, to those who compute metrics of
// them: block by block if the pipeline is one filter of single spans, else trace by trace.
//
//   SpanWalk walk(reader, context, pipeline, plan, range);
//   if (walk.on_blocks()) { walk.Blocks(columns, [&](block, scan, block_reader, rows) {…}); }
//   else                  { walk.Traces([&](const TraceTable& trace, uint32_t span) {…}); }
//
// Threads: one at a time.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/status.h"
#include "query/traceql/pushdown.h"
#include "query/traceql/search.h"
#include "query/traceql/slots.h"
#include "query/traceql/trace_loader.h"

namespace sb::traceql {

class SpanWalk {
 public:
  using BlockSink = std::function<void(const store::EventBlock&, const store::EventScan&,
                                       const BlockReader&, std::span<const uint32_t> rows)>;
  using TraceSink = std::function<void(const TraceTable&, uint32_t span)>;

  SpanWalk(const store::EventReader& reader, const store::ReadContext& context,
           const Pipeline& pipeline, const SlotPlan& plan, store::EventRange range);

  bool on_blocks() const { return on_blocks_; }
  // `columns` beside those of the plan's slots. After each block `alive` is asked.
  base::Status Blocks(std::vector<store::ColumnRequest> columns, const BlockSink& sink,
                      const std::function<base::Status()>& alive);
  base::Status Traces(const TraceSink& sink, const std::function<base::Status()>& alive);
  const QueryNotes& notes() const { return notes_; }

 private:
  base::Result<std::vector<std::string>> CandidateIds();

  const store::EventReader& reader_;
  const store::ReadContext& context_;
  const Pipeline& pipeline_;
  const SlotPlan& plan_;
  const store::EventRange range_;
  bool on_blocks_ = false;
  QueryNotes notes_;
};

}  // namespace sb::traceql
