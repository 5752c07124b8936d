// SPDX-License-Identifier: Apache-2.0
//
// histogram_quantile(), histogram_quantiles() and histogram_fraction(), over classic and native
// histograms. Classic buckets are grouped into histograms once for all steps.
#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "model/histogram_buckets.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/number_text.h"
#include "query/promql/quantile.h"

namespace sb::promql {
namespace {

using query::StepSeries;
using query::StepVector;

// Input rows that belong together: the buckets of a classic histogram, and the native histogram of
// the same labels.
struct HistogramGroup {
  model::LabelSet labels;  // without le
  struct BucketRow {
    const StepSeries* row;
    double upper_bound;
  };
  std::vector<BucketRow> buckets;
};

class HistogramGroups {
 public:
  HistogramGroups(const StepVector& input, query::Annotations* annotations, bool names_kept,
                  int32_t position)
      : annotations_(annotations), names_kept_(names_kept), position_(position) {
    for (const StepSeries& row : input.series) {
      AddRow(row);
    }
    for (HistogramGroup& group : groups_) {  // once, instead of at every step
      std::stable_sort(group.buckets.begin(), group.buckets.end(),
                       [](const auto& a, const auto& b) { return a.upper_bound < b.upper_bound; });
    }
  }

  const std::vector<HistogramGroup>& groups() const { return groups_; }

  // The classic buckets of a group at a step.
  static void BucketsAt(const HistogramGroup& group, size_t step, std::vector<ClassicBucket>* out) {
    out->clear();
    for (const HistogramGroup::BucketRow& bucket : group.buckets) {
      if (bucket.row->IsFloat(step)) {
        out->push_back({bucket.upper_bound, bucket.row->value(step)});
      }
    }
  }

  // The group whose classic histogram has the labels of this native one; null if there is none.
  const HistogramGroup* TwinOf(const StepSeries& row) const {
    const auto at = places_.find(row.labels);
    return at == places_.end() ? nullptr : &groups_[at->second];
  }

  std::string_view NameOf(const model::LabelSet& labels) const {
    return names_kept_ ? labels.metric_name() : std::string_view();
  }

 private:
  void AddRow(const StepSeries& row) {
    if (!row.AnyFloat()) {
      return;
    }
    const std::string_view le = row.labels.Get("le");
    const std::optional<double> bound = ParseGoFloat(le);
    if (!bound.has_value()) {
      annotations_->Add(BadBucketLabelWarning(NameOf(row.labels), le, position_));
      return;
    }
    model::LabelSet labels = row.labels.Without({"le"});
    const auto [at, is_new] = places_.emplace(labels, groups_.size());
    if (is_new) {
      groups_.push_back({std::move(labels), {}});
    }
    groups_[at->second].buckets.push_back({&row, *bound});
  }

  query::Annotations* annotations_;
  const bool names_kept_;
  const int32_t position_;
  std::vector<HistogramGroup> groups_;
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> places_;
};

// What is computed per histogram: one quantile, several, or a fraction.
struct Request {
  FunctionId function = FunctionId::kHistogramQuantile;
  std::vector<std::vector<double>> arguments;  // quantiles, or lower and upper; one per step
  std::string label;                           // of histogram_quantiles
  int32_t position = 0;                        // of the histograms' expression

  size_t results() const {
    return function == FunctionId::kHistogramFraction ? 1 : arguments.size();
  }
};

double Classic(const Request& request, size_t which, size_t step, int64_t time_ms,
               std::string_view metric, std::vector<ClassicBucket>* buckets,
               query::Annotations* annotations) {
  if (request.function == FunctionId::kHistogramFraction) {
    return FractionOfBuckets(request.arguments[0][step], request.arguments[1][step], buckets);
  }
  ClassicQuantile result = QuantileOfBuckets(request.arguments[which][step], buckets);
  if (result.forced.has_value()) {
    result.forced->time_min_ms = time_ms;
    result.forced->time_max_ms = time_ms;
    annotations->Add(ForcedMonotonicityInfo(metric, *result.forced, request.position));
  }
  return result.value;
}

double Native(const Request& request, size_t which, size_t step, const model::Histogram& h,
              const AnnotationTarget& target) {
  if (request.function == FunctionId::kHistogramFraction) {
    return FractionOfHistogram(request.arguments[0][step], request.arguments[1][step], h, target);
  }
  return QuantileOfHistogram(request.arguments[which][step], h, target);
}

// Rows of the result: one per source histogram; for histogram_quantiles one per source and
// quantile, since the quantile is a label (and its value may change by step).
class ResultRows {
 public:
  ResultRows(const Request& request, size_t steps) : request_(request), steps_(steps) {}

  // The rows to come are for this source, even if its labels are equal to another's.
  void NextSource(model::LabelSet labels) {
    labels_ = std::move(labels);
    only_row_ = kNoRow;
    by_quantile_.clear();
  }

  void Set(size_t which, size_t step, double value) {
    if (request_.function != FunctionId::kHistogramQuantiles) {
      if (only_row_ == kNoRow) {
        only_row_ = AddRow(labels_);
      }
      return rows_[only_row_].SetFloat(step, value);
    }
    const std::string quantile = OpenMetricsFloat(request_.arguments[which][step]);
    const auto [at, is_new] = by_quantile_.emplace(quantile, rows_.size());
    if (is_new) {
      AddRow(model::LabelSetBuilder(labels_).Set(request_.label, quantile).Build());
    }
    // A quantile that is asked for twice makes two rows, which the check for duplicates refuses.
    const size_t row = rows_[at->second].Has(step) ? AddRow(rows_[at->second].labels) : at->second;
    rows_[row].SetFloat(step, value);
  }

  std::vector<StepSeries> Take() { return std::move(rows_); }

 private:
  static constexpr size_t kNoRow = static_cast<size_t>(-1);

  size_t AddRow(const model::LabelSet& labels) {
    rows_.emplace_back(labels, steps_);
    rows_.back().drop_name = true;
    return rows_.size() - 1;
  }

  const Request& request_;
  const size_t steps_;
  std::vector<StepSeries> rows_;
  model::LabelSet labels_;
  size_t only_row_ = kNoRow;
  std::unordered_map<std::string, size_t> by_quantile_;
};

// One call over its input.
class QuantileRun {
 public:
  QuantileRun(const Request& request, const StepVector& input, const query::StepGrid& grid,
              bool names_kept, query::Annotations* annotations)
      : request_(request),
        input_(input),
        grid_(grid),
        names_kept_(names_kept),
        annotations_(annotations),
        groups_(input, annotations, names_kept, request.position),
        rows_(request, grid.count) {}

  std::vector<StepSeries> Run() {
    for (const StepSeries& row : input_.series) {
      RunNative(row);
    }
    for (const HistogramGroup& group : groups_.groups()) {
      RunClassic(group);
    }
    return rows_.Take();
  }

 private:
  model::LabelSet ResultLabels(const model::LabelSet& labels) const {
    return names_kept_ ? labels : WithoutMetadata(labels);
  }

  void RunNative(const StepSeries& row) {
    const HistogramGroup* twin = groups_.TwinOf(row);
    const model::LabelSet labels = ResultLabels(row.labels);
    const AnnotationTarget target{annotations_, labels.metric_name(), request_.position};
    rows_.NextSource(labels);
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (!row.IsHistogram(i) || (twin != nullptr && Conflict(*twin, row, i))) {
        continue;
      }
      for (size_t which = 0; which < request_.results(); ++which) {
        rows_.Set(which, i, Native(request_, which, i, *row.histogram(i), target));
      }
    }
  }

  // A classic histogram that has a native twin at a step is not evaluated there, nor is the twin.
  bool Conflict(const HistogramGroup& twin, const StepSeries& row, size_t step) {
    HistogramGroups::BucketsAt(twin, step, &buckets_);
    if (buckets_.empty()) {
      return false;
    }
    annotations_->Add(MixedClassicNativeWarning(groups_.NameOf(row.labels), request_.position));
    std::vector<bool>& steps = conflicts_[&twin];
    steps.resize(grid_.count);
    steps[step] = true;
    return true;
  }

  void RunClassic(const HistogramGroup& group) {
    const auto conflict = conflicts_.find(&group);
    rows_.NextSource(ResultLabels(group.labels));
    for (size_t i = 0; i < grid_.count; ++i) {
      if (conflict != conflicts_.end() && conflict->second[i]) {
        continue;
      }
      HistogramGroups::BucketsAt(group, i, &buckets_);
      for (size_t which = 0; which < request_.results() && !buckets_.empty(); ++which) {
        rows_.Set(which, i,
                  Classic(request_, which, i, grid_.At(i), groups_.NameOf(group.labels), &buckets_,
                          annotations_));
      }
    }
  }

  const Request& request_;
  const StepVector& input_;
  const query::StepGrid grid_;
  const bool names_kept_;
  query::Annotations* const annotations_;
  const HistogramGroups groups_;
  ResultRows rows_;
  std::vector<ClassicBucket> buckets_;
  std::unordered_map<const HistogramGroup*, std::vector<bool>> conflicts_;
};

void AnnotateQuantiles(const std::vector<double>& quantiles, int32_t position,
                       query::Annotations* annotations) {
  for (const double q : quantiles) {
    if (std::isnan(q) || q < 0 || q > 1) {
      annotations->Add(InvalidQuantileWarning(q, position));
    }
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalHistogramQuantile(const Call& call, const Grid& grid) {
  Request request;
  request.function = call.function->id;
  const bool several = request.function == FunctionId::kHistogramQuantiles;
  const size_t vector_arg = several ? 0 : call.args.size() - 1;
  request.position = call.args[vector_arg]->range.start;
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (several && i == 1) {
      request.label = As<StringLiteral>(*call.args[1]).value;
    } else if (i != vector_arg) {
      SB_ASSIGN_OR_RETURN(std::vector<double> values, EvalScalar(*call.args[i], grid));
      if (request.function != FunctionId::kHistogramFraction) {
        AnnotateQuantiles(values, call.args[i]->range.start, annotations_);
      }
      request.arguments.push_back(std::move(values));
    }
  }
  SB_ASSIGN_OR_RETURN(const StepVector input, EvalVector(*call.args[vector_arg], grid));
  StepVector out;
  out.series = QuantileRun(request, input, grid, options_.delayed_name_removal, annotations_).Run();
  SB_RETURN_IF_ERROR(CheckDuplicates(&out, grid));
  return out;
}

}  // namespace sb::promql
