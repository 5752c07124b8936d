// SPDX-License-Identifier: Apache-2.0
//
// The tree walk of the oracle (oracle.h): one Evaluation per query. A node's value at a step is
// computed from its operands' values at that step; only a subquery makes steps of its own.
#pragma once

#include <optional>
#include <vector>

#include "model/matcher.h"
#include "query/engine/result.h"
#include "query/promql/engine.h"
#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {

// Everything there is for a query.
struct StoredSeries {
  model::LabelSet labels;
  std::vector<model::Sample> samples;
};

bool IsStale(const model::Sample& s);
bool Matches(const model::LabelSet& labels, const std::vector<model::Matcher>& matchers);

struct Times {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  int64_t step_ms = 0;  // 0: instant
};

// What `offset` and `@` say, as numbers.
struct Shift {
  std::optional<int64_t> at_ms;
  int64_t offset_ms = 0;
  int64_t From(int64_t time_ms) const { return at_ms.value_or(time_ms) - offset_ms; }
};

// One query.
class Evaluation {
 public:
  Evaluation(const std::vector<StoredSeries>& series, const EngineOptions& options,
             const Times& times)
      : series_(series), options_(options), times_(times) {}

  query::QueryValue Run(const Expr& expr);
  const Notes& notes() const { return notes_; }

 private:
  Steps EvalVector(const Expr& expr, const Grid& grid);
  Steps EvalNode(const Expr& expr, const Grid& grid);
  std::vector<double> EvalScalar(const Expr& expr, const Grid& grid);
  double ScalarCall(const Call& call, int64_t time_ms) const;
  RangeSteps EvalRange(const Expr& expr, const Grid& grid);
  Window WindowOf(size_t series, int64_t after_ms, int64_t until_ms) const;

  Vector SelectAt(const VectorSelector& selector, const Shift& shift, int64_t time_ms) const;
  const model::Sample* Newest(const StoredSeries& series, int64_t reference_ms) const;
  Steps EvalSelector(const VectorSelector& selector, const Grid& grid);
  Steps EvalAggregate(const AggregateExpr& expr, const Grid& grid);
  Steps EvalBinary(const BinaryExpr& expr, const Grid& grid);
  Steps EvalCall(const Call& call, const Grid& grid);
  Steps EvalRangeCall(const Call& call, size_t range_arg, const Grid& grid);
  Steps EvalTimestamp(const Call& call, const Grid& grid);
  Steps EvalMapping(const Call& call, const Grid& grid);
  Steps EvalSort(const Call& call, const Grid& grid);
  Steps EvalLabels(const Call& call, const Grid& grid);
  Steps EvalQuantiles(const Call& call, const Grid& grid);
  Steps EvalInfo(const Call& call, const Grid& grid);
  Vector QuantilesAt(const Call& call, const Vector& input, const std::vector<double>& scalars);
  Vector InfoAt(const Call& call, const Vector& base, const Shift& shift, int64_t time_ms);

  int64_t Duration(int64_t ms, const DurationExpr* expr, bool positive) const;
  double DurationSeconds(const Expr* expr) const;
  Shift ShiftOf(const TimeModifiers& time) const;
  void CheckDurations(const Expr& expr) const;
  void DropName(Element* e) const;
  bool LateDuplicates(const Grid& grid) const {
    return options_.delayed_name_removal && grid.count == 1;
  }
  model::LabelSet AbsentLabels(const Expr& arg) const;
  Steps FinishNames(Steps steps) const;

  const std::vector<StoredSeries>& series_;
  const EngineOptions& options_;
  const Times times_;
  Notes notes_;
  bool in_parameter_ = false;  // of an aggregation, where nothing is evaluated once for all steps
};

}  // namespace sb::promql::oracle
