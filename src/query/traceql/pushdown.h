// SPDX-License-Identifier: Apache-2.0
//
// What of a query a store can decide row by row: a filter that holds for every span that may match
// (and for others, unless it is exact), and which kinds of spans a trace must have to be worth
// looking at.
//
//   CandidatePlan candidates(pipeline, plan);
//   options.filter = candidates.row_filter;
//   …
//   uint64_t mask |= candidates.MaskOf(slots, &fields);      // of each row of a trace
//   if (candidates.Worth(mask)) …                            // evaluate the whole trace
//
// Threads: immutable once built.
#pragma once

#include <cstdint>
#include <vector>

#include "model/matcher.h"
#include "query/traceql/evaluate.h"
#include "query/traceql/slots.h"
#include "store/interface/event_filter.h"

namespace sb::traceql {

struct Pushdown {
  store::EventFilter filter;
  bool exact = true;   // the filter is the condition, not more
  bool never = false;  // nothing can match
};

// Of a condition on one span; null: {}.
Pushdown PushDown(const FieldExpr* condition, const SlotPlan& plan);
// `a = "b"` on resource attributes that must hold, as matchers on streams.
std::vector<model::Matcher> StreamMatchers(const FieldExpr* condition);

class CandidatePlan {
 public:
  CandidatePlan(const Pipeline& pipeline, const SlotPlan& plan);

  store::EventFilter row_filter;
  std::vector<model::Matcher> matchers;
  // The rows that come through the filter are exactly the matching spans of a query that is one
  // filter: no row needs to be looked at again.
  bool rows_are_matches = false;
  // Whether MaskOf needs the row's slots.
  bool needs_rows = false;

  uint64_t MaskOf(const Value* slots, FieldEvaluator* fields) const;
  // Whether spans of these kinds are enough for a match.
  bool Worth(uint64_t mask) const { return Worth(need_, mask); }

 private:
  static constexpr size_t kLeavesMax = 60;
  struct Leaf {
    const FieldExpr* condition = nullptr;
    bool needs_trace = false;
    Pushdown pushdown;
  };
  struct Need {
    enum class Kind : uint8_t { kAlways, kLeaf, kAnd, kOr };
    Kind kind = Kind::kAlways;
    size_t leaf = 0;
    std::vector<Need> children;
  };
  Need OfPipeline(const Pipeline& pipeline);
  Need OfSpanset(const SpansetExpr& expr);
  Need OfScalar(const ScalarExpr& expr);
  Need NewLeaf(const FieldExpr* condition);
  static bool Worth(const Need& need, uint64_t mask);

  const SlotPlan& plan_;
  std::vector<Leaf> leaves_;
  Need need_;
};

// Whether a condition reads something that only the whole trace tells.
bool ConditionNeedsTrace(const FieldExpr& expr);

}  // namespace sb::traceql
