// SPDX-License-Identifier: Apache-2.0
//
// Evaluator computes a prepared expression (preprocess.h) for all steps of a grid at once: every
// node yields a StepVector, one row per series. Leaves read each series once; functions over ranges
// slide windows over its samples; what is above works on rows.
//
//   Evaluator evaluator(options, context, querier, &annotations, &stats);
//   SB_ASSIGN_OR_RETURN(query::StepVector rows, evaluator.EvalVector(*expr, grid));
//
// Errors: what the store, the context or the query text says (see engine.h). Recursion is bounded
// by kExprDepthMax. The order of rows: as the store sorts them at the leaves, as the operator
// defines above. Threads: one per object.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "query/engine/annotations.h"
#include "query/engine/query_context.h"
#include "query/engine/result.h"
#include "query/engine/step_vector.h"
#include "query/promql/ast.h"
#include "query/promql/range_function.h"
#include "query/promql/step_extent.h"
#include "query/promql/window.h"
#include "store/interface/querier.h"

namespace sb::promql {

struct EvaluatorOptions {
  int64_t lookback_ms = 300'000;
  int64_t subquery_step_ms = 60'000;
  bool delayed_name_removal = false;
  bool use_start_timestamps = false;
  bool type_and_unit_labels = false;  // annotations look at __type__ instead of the name's suffix
};

class Evaluator {
 public:
  // All must outlive the evaluator.
  Evaluator(const EvaluatorOptions& options, query::QueryContext& context, store::Querier& querier,
            query::Annotations* annotations, query::QueryStats* stats)
      : options_(options),
        context_(context),
        querier_(querier),
        annotations_(annotations),
        stats_(stats) {}

  base::Result<query::StepVector> EvalVector(const Expr& expr, const query::StepGrid& grid);
  // One value per step.
  base::Result<std::vector<double>> EvalScalar(const Expr& expr, const query::StepGrid& grid);
  // A range vector at one time, as an instant query may return it (eval_matrix.cc).
  base::Result<query::Matrix> EvalMatrix(const Expr& expr, int64_t time_ms);

  // With delayed name removal: drops the names that were only marked.
  base::Status FinishNames(query::StepVector* rows) const;

 private:
  using Rows = base::Result<query::StepVector>;
  using Grid = query::StepGrid;
  // Takes the rows of a node one after the other, so that they need not be held together.
  using RowSink = std::function<base::Status(query::StepSeries&&)>;

  // A range vector's series and the windows into them.
  struct RangeSource {
    int64_t range_ms = 0;
    const TimeModifiers* time = nullptr;
    RangeExtension extension = RangeExtension::kNone;
    int64_t before_ms = 0;  // how far windows reach beyond the range
    int64_t after_ms = 0;
  };
  class SeriesSource;
  class StoredSeriesSource;
  class SubquerySeriesSource;

  // evaluator.cc
  Rows EvalNode(const Expr& expr, const Grid& grid);
  base::Status EvalRows(const Expr& expr, const Grid& grid, const RowSink& sink);
  Rows EvalStepInvariant(const StepInvariantExpr& expr, const Grid& grid);
  Rows EvalUnary(const UnaryExpr& expr, const Grid& grid);
  base::Status CheckDuplicates(query::StepVector* rows, const Grid& grid) const;
  void DropName(query::StepSeries* row) const;
  base::Result<std::vector<double>> EvalScalarBinary(const BinaryExpr& expr, const Grid& grid);
  base::Result<std::vector<double>> EvalScalarCall(const Call& call, const Grid& grid);

  // eval_selector.cc
  base::Result<std::vector<std::unique_ptr<store::Series>>> Select(
      const std::vector<model::Matcher>& matchers, int64_t first_ms, int64_t last_ms);
  base::Status ReadSeries(store::Series& series, int64_t first_ms, int64_t last_ms,
                          bool statistics_only, model::SampleColumns* columns);
  // kInfoTime: the sample's time in milliseconds, of float series only (others are an error).
  enum class SelectorValue : uint8_t { kSample, kTime, kStartTime, kInfoTime };
  Rows EvalSelector(const VectorSelector& selector, const Grid& grid, SelectorValue value);
  base::Status EvalInstantSeries(std::vector<std::unique_ptr<store::Series>>& series,
                                 const VectorSelector& selector, const Grid& grid,
                                 SelectorValue value, const RowSink& sink);
  Rows EvalSmoothedSelector(const VectorSelector& selector, const Grid& grid);

  // eval_range_source.cc
  base::Result<RangeSource> ResolveRange(const Expr& arg) const;
  base::Result<std::unique_ptr<SeriesSource>> OpenRange(const Expr& arg, const RangeSource& range,
                                                        const Grid& grid,
                                                        std::optional<FunctionId> function);
  static bool CanCondense(std::optional<FunctionId> function, const RangeSource& range,
                          const Grid& grid);
  base::Status CheckSteps(const Grid& grid);
  Window MoveWindow(const RangeSource& range, const Grid& grid, size_t step, WindowSlider* slider);

  // eval_range.cc
  Rows EvalRangeCall(const Call& call, size_t matrix_arg, const Grid& grid);
  base::Status EvalRangeRows(const Call& call, size_t matrix_arg, const Grid& grid,
                             const RowSink& sink);
  static std::optional<StepExtent> ExtentOf(const SeriesSamples& samples, const RangeSource& range,
                                            const Grid& grid);
  base::Status ApplyToSeries(const RangeSource& range, const Grid& grid,
                             const SeriesSamples& samples, const RangeCall& call,
                             RangeFunction* function, query::StepSeries* row);
  void AnnotateNonCounter(const RangeCall& call, const SeriesSamples& samples,
                          const query::StepSeries& row);
  query::StepVector Absence(const Call& call, const query::StepVector& rows, const Grid& grid);

  // eval_call.cc
  static std::optional<size_t> RangeArgument(const Call& call);
  Rows EvalCall(const Call& call, const Grid& grid);
  Rows EvalFloatFunction(const Call& call, const Grid& grid);
  Rows EvalDateFunction(const Call& call, const Grid& grid);
  Rows EvalTimestamp(const Call& call, const Grid& grid);
  Rows EvalAbsent(const Call& call, const Grid& grid);
  Rows EvalVectorOf(const Call& call, const Grid& grid);

  // eval_sort.cc, eval_labels.cc, eval_histogram.cc, eval_quantile.cc, eval_info.cc
  Rows EvalSort(const Call& call, const Grid& grid);
  Rows EvalLabelReplace(const Call& call, const Grid& grid);
  Rows EvalLabelJoin(const Call& call, const Grid& grid);
  Rows EvalHistogramFunction(const Call& call, const Grid& grid);
  Rows EvalHistogramQuantile(const Call& call, const Grid& grid);
  Rows EvalInfo(const Call& call, const Grid& grid);

  // eval_binary.cc, eval_vector_matching.cc
  Rows EvalBinary(const BinaryExpr& expr, const Grid& grid);
  Rows EvalVectorScalar(const BinaryExpr& expr, const Grid& grid);
  Rows EvalSetOperator(const BinaryExpr& expr, query::StepVector lhs, query::StepVector rhs,
                       const Grid& grid);
  Rows EvalVectorVector(const BinaryExpr& expr, query::StepVector lhs, query::StepVector rhs,
                        const Grid& grid);

  // eval_aggregate.cc, eval_aggregate_k.cc, eval_count_values.cc
  Rows EvalAggregate(const AggregateExpr& expr, const Grid& grid);
  Rows EvalCountValues(const AggregateExpr& expr, const Grid& grid);
  Rows EvalSelectingAggregate(const AggregateExpr& expr, const query::StepVector& input,
                              const std::vector<double>& param, const Grid& grid);

  // How many samples were used at step i (or at all steps, by one evaluation for all).
  void CountQueryable(size_t step, int64_t samples) {
    stats_->total_queryable_samples += samples * queryable_weight_;
    if (step < stats_->queryable_samples_per_step.size() && queryable_weight_ == 1) {
      stats_->queryable_samples_per_step[step] += samples;
    }
  }
  void CountRead(int64_t samples) { stats_->samples_read += samples * read_weight_; }

  const EvaluatorOptions options_;
  query::QueryContext& context_;
  store::Querier& querier_;
  query::Annotations* const annotations_;
  query::QueryStats* const stats_;
  std::vector<query::SampleLease> selected_;  // of the lists of series, until the query ends
  int64_t queryable_weight_ = 1;  // steps that the present evaluation stands for
  int64_t read_weight_ = 1;
};

// Without __name__, __type__ and __unit__.
model::LabelSet WithoutMetadata(const model::LabelSet& labels);

}  // namespace sb::promql
