// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/span_walk.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "query/traceql/spanset_evaluator.h"
#include "store/interface/event_schema.h"

namespace sb::traceql {
namespace {

constexpr size_t kTracesAtOnce = 256;

// Whether each span can be judged by itself.
bool IsSingleFilter(const Pipeline& pipeline) {
  for (size_t i = 0; i < pipeline.stages.size(); ++i) {
    const Stage& stage = pipeline.stages[i];
    const bool is_filter = i == 0 && stage.kind == Stage::Kind::kSpanset &&
                           stage.spanset->kind == SpansetExpr::Kind::kFilter;
    if (!is_filter && stage.kind != Stage::Kind::kSelect && stage.kind != Stage::Kind::kCoalesce) {
      return false;
    }
  }
  return true;
}

const FieldExpr* FilterOf(const Pipeline& pipeline) {
  const bool has_filter =
      !pipeline.stages.empty() && pipeline.stages[0].kind == Stage::Kind::kSpanset;
  return has_filter ? pipeline.stages[0].spanset->filter.get() : nullptr;
}

}  // namespace

SpanWalk::SpanWalk(const store::EventReader& reader, const store::ReadContext& context,
                   const Pipeline& pipeline, const SlotPlan& plan, store::EventRange range)
    : reader_(reader), context_(context), pipeline_(pipeline), plan_(plan), range_(range) {
  on_blocks_ = IsSingleFilter(pipeline) && !plan.NeedsTrace();
}

base::Status SpanWalk::Blocks(std::vector<store::ColumnRequest> columns, const BlockSink& sink,
                              const std::function<base::Status()>& alive) {
  const FieldExpr* condition = FilterOf(pipeline_);
  Pushdown pushdown = PushDown(condition, plan_);
  store::EventScanOptions options;
  options.range = range_;
  options.block_order = store::BlockOrder::kAsStored;  // a span's place is its own
  options.matchers = StreamMatchers(condition);
  options.filter = std::move(pushdown.filter);
  options.columns = std::move(columns);
  SB_ASSIGN_OR_RETURN(auto scan, reader_.Scan(context_, std::move(options)));
  FieldEvaluator fields;
  std::vector<Value> slots(plan_.size());
  std::vector<uint32_t> rows;
  for (;;) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    const BlockReader block_reader(plan_, *block, *scan);
    rows.resize(block->row_count());
    std::iota(rows.begin(), rows.end(), 0U);
    if (!pushdown.exact && condition != nullptr) {
      std::erase_if(rows, [&](uint32_t row) {
        Arena arena;
        block_reader.Load(row, slots.data(), &arena);
        return !fields.Holds(*condition, slots.data());
      });
      SB_RETURN_IF_ERROR(fields.status());
    }
    sink(*block, *scan, block_reader, rows);
    SB_RETURN_IF_ERROR(alive());
  }
  AddStats(scan->stats(), &notes_.stats);
  notes_.messages = scan->warnings();
  return base::OkStatus();
}

base::Result<std::vector<std::string>> SpanWalk::CandidateIds() {
  const CandidatePlan candidates(pipeline_, plan_);
  store::EventScanOptions options;
  options.range = range_;
  options.block_order = store::BlockOrder::kAsStored;  // a span's place is its own
  options.matchers = candidates.matchers;
  options.filter = candidates.row_filter;
  options.columns = plan_.Columns();
  const std::string trace_id(store::kTraceIdColumn);
  if (std::none_of(options.columns.begin(), options.columns.end(),
                   [&](const auto& column) { return column.name == trace_id; })) {
    options.columns.push_back({trace_id});
  }
  SB_ASSIGN_OR_RETURN(auto scan, reader_.Scan(context_, std::move(options)));
  std::map<std::string, uint64_t, std::less<>> masks;
  FieldEvaluator fields;
  std::vector<Value> slots(plan_.size());
  for (;;) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
    if (block == nullptr) {
      break;
    }
    const BlockReader block_reader(plan_, *block, *scan);
    for (size_t row = 0; row < block->row_count(); ++row) {
      Arena arena;
      uint64_t mask = 1;
      if (candidates.needs_rows) {
        block_reader.Load(row, slots.data(), &arena);
        mask = candidates.MaskOf(slots.data(), &fields);
      }
      const std::string_view id = block_reader.Bytes(store::kTraceIdColumn, row);
      auto found = masks.find(id);
      if (found == masks.end()) {
        found = masks.emplace(std::string(id), 0).first;
      }
      found->second |= mask;
    }
    SB_RETURN_IF_ERROR(fields.status());
  }
  AddStats(scan->stats(), &notes_.stats);
  std::vector<std::string> ids;
  for (const auto& [id, mask] : masks) {
    if (candidates.Worth(mask)) {
      ids.push_back(id);
    }
  }
  return ids;
}

base::Status SpanWalk::Traces(const TraceSink& sink, const std::function<base::Status()>& alive) {
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> ids, CandidateIds());
  const TraceLoader loader(reader_, context_, plan_, range_);
  FieldEvaluator fields;
  for (size_t begin = 0; begin < ids.size(); begin += kTracesAtOnce) {
    const size_t end = std::min(ids.size(), begin + kTracesAtOnce);
    SB_ASSIGN_OR_RETURN(const TraceSet set,
                        loader.Load({ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                     ids.begin() + static_cast<std::ptrdiff_t>(end)}));
    for (const TraceTable& trace : set.traces) {
      SpansetEvaluator evaluator(trace, &fields);
      for (const Spanset& spans : evaluator.Run(pipeline_)) {
        for (const uint32_t span : spans.spans) {
          sink(trace, span);
        }
      }
    }
    AddStats(set.stats, &notes_.stats);
    notes_.traces_inspected += set.traces.size();
    SB_RETURN_IF_ERROR(fields.status());
    SB_RETURN_IF_ERROR(alive());
  }
  return base::OkStatus();
}

}  // namespace sb::traceql
