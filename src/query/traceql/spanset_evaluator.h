// SPDX-License-Identifier: Apache-2.0
//
// Evaluates a pipeline on one whole trace.
//
//   SpansetEvaluator evaluator(trace, &fields);
//   std::vector<Spanset> sets = evaluator.Run(pipeline);     // empty: the trace does not match
//   SB_RETURN_IF_ERROR(fields.status());
//
// Only spans with in_range can match a filter. Structural operators relate spans of the same
// spanset: after by(), of the same group, until coalesce(). Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "query/traceql/evaluate.h"
#include "query/traceql/trace_table.h"

namespace sb::traceql {

struct Spanset {
  std::vector<uint32_t> spans;  // indexes into the trace, increasing
  // What by() and scalar filters found: ("by(resource.a)", value), ("count()", 3).
  std::vector<std::pair<std::string, Value>> attributes;
};

class SpansetEvaluator {
 public:
  SpansetEvaluator(const TraceTable& trace, FieldEvaluator* fields)
      : trace_(trace), fields_(*fields) {}

  std::vector<Spanset> Run(const Pipeline& pipeline);
  // The spans of `input` that an expression leaves.
  std::vector<uint32_t> Match(const SpansetExpr& expr, const std::vector<uint32_t>& input);

 private:
  std::vector<Spanset> RunOn(const Pipeline& pipeline, std::vector<Spanset> sets);
  std::vector<Spanset> RunStage(const Stage& stage, std::vector<Spanset> sets);
  std::vector<Spanset> Group(const Stage& stage, const std::vector<Spanset>& sets);
  bool KeepByScalar(const Stage& stage, Spanset* set);
  Value Scalar(const ScalarExpr& expr, const Spanset& set, std::vector<uint32_t>* seen);
  Value Aggregate(const ScalarExpr& expr, const Spanset& set);
  std::vector<uint32_t> Operation(SpansetOp op, const std::vector<uint32_t>& lhs,
                                  const std::vector<uint32_t>& rhs);
  // Which of `rhs` stand in relation `op` (a plain one) to one of `lhs`.
  std::vector<uint8_t> Related(SpansetOp op, const std::vector<uint32_t>& lhs,
                               const std::vector<uint32_t>& rhs);

  const TraceTable& trace_;
  FieldEvaluator& fields_;
};

}  // namespace sb::traceql
