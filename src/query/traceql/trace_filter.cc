// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_filter.h"

#include <algorithm>
#include <numeric>

#include "query/traceql/parser.h"
#include "query/traceql/rewrite.h"
#include "query/traceql/spanset_evaluator.h"
#include "query/traceql/trace_fetch.h"
#include "query/traceql/trace_loader.h"

namespace sb::traceql {
namespace {

constexpr int64_t kFar = INT64_MAX;

base::Result<Query> ParseFilter(const std::string& text) {
  SB_ASSIGN_OR_RETURN(Query query, ParseAndValidate(text));
  const std::vector<Stage>& stages = query.pipeline.stages;
  if (query.metrics != nullptr || stages.size() != 1 || stages[0].kind != Stage::Kind::kSpanset ||
      stages[0].spanset->kind != SpansetExpr::Kind::kFilter) {
    return base::InvalidArgument("a part of a trace is named by one { … } filter: " + text);
  }
  Rewrite(&query);
  return query;
}

bool Within(int64_t distance, int64_t depth) {
  return distance != kFar && (depth < 0 || distance <= depth);
}

// How many levels below the nearest matched span each span is.
std::vector<int64_t> LevelsBelow(const TraceTable& trace, const std::vector<uint32_t>& matched) {
  std::vector<int64_t> levels(trace.spans.size(), kFar);
  for (const uint32_t span : matched) {
    levels[span] = 0;
  }
  for (const uint32_t span : trace.walk) {
    const int32_t parent = trace.spans[span].parent;
    if (parent >= 0 && levels[static_cast<size_t>(parent)] != kFar) {
      levels[span] = std::min(levels[span], levels[static_cast<size_t>(parent)] + 1);
    }
  }
  return levels;
}

std::vector<int64_t> LevelsAbove(const TraceTable& trace, const std::vector<uint32_t>& matched) {
  std::vector<int64_t> levels(trace.spans.size(), kFar);
  for (const uint32_t span : matched) {
    levels[span] = 0;
  }
  for (auto at = trace.walk.rbegin(); at != trace.walk.rend(); ++at) {
    const int32_t parent = trace.spans[*at].parent;
    if (parent >= 0 && levels[*at] != kFar) {
      int64_t& above = levels[static_cast<size_t>(parent)];
      above = std::min(above, levels[*at] + 1);
    }
  }
  return levels;
}

SpanSet Kept(const TraceTable& trace, const std::vector<uint32_t>& matched,
             const TraceFilter& filter) {
  const std::vector<int64_t> below = LevelsBelow(trace, matched);
  const std::vector<int64_t> above = LevelsAbove(trace, matched);
  SpanSet keep;
  for (size_t i = 0; i < trace.spans.size(); ++i) {
    if (Within(below[i], filter.match_depth) ||
        Within(above[i], filter.keep_hierarchy ? filter.ancestor_depth : 0)) {
      keep.emplace(std::string(trace.spans[i].span_id), trace.spans[i].start_ns);
    }
  }
  return keep;
}

}  // namespace

base::Result<FilteredTrace> FetchPart(const store::EventReader& reader,
                                      const store::ReadContext& context, const std::string& id,
                                      const TraceFilter& filter) {
  SB_ASSIGN_OR_RETURN(Query query, ParseFilter(filter.query));
  SB_ASSIGN_OR_RETURN(const auto fields, reader.FieldNames(context, {}));
  SlotPlan plan(fields);
  plan.Bind(&query);
  SB_ASSIGN_OR_RETURN(const TraceSet set, TraceLoader(reader, context, plan, {}).Load({id}));
  FilteredTrace out;
  out.notes.stats = set.stats;
  out.notes.messages = plan.alias_notes();
  if (set.traces.empty()) {
    return out;
  }
  const TraceTable& trace = set.traces[0];
  FieldEvaluator fields_of_span;
  SpansetEvaluator evaluator(trace, &fields_of_span);
  std::vector<uint32_t> all(trace.spans.size());
  std::iota(all.begin(), all.end(), 0U);
  const std::vector<uint32_t> matched = evaluator.Match(*query.pipeline.stages[0].spanset, all);
  SB_RETURN_IF_ERROR(fields_of_span.status());
  const SpanSet keep = Kept(trace, matched, filter);
  SB_ASSIGN_OR_RETURN(FetchedTraces fetched, FetchTraces(reader, context, {id}, &keep));
  out.is_partial = keep.size() < trace.spans.size();
  AddStats(fetched.stats, &out.notes.stats);
  std::move(fetched.warnings.begin(), fetched.warnings.end(),
            std::back_inserter(out.notes.messages));
  if (!fetched.traces.empty()) {
    out.trace = std::move(fetched.traces.begin()->second);
  }
  return out;
}

}  // namespace sb::traceql
