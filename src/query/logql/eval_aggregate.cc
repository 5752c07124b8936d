// SPDX-License-Identifier: Apache-2.0
//
// Vector aggregations: sum, avg, … by or without labels; topk and its kin; sort.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "query/logql/evaluator.h"

namespace sb::logql {
namespace {

using query::StepSeries;
using query::StepVector;

model::LabelSet GroupOf(const model::LabelSet& labels, const std::optional<Grouping>& grouping) {
  if (!grouping.has_value()) {
    return {};
  }
  return grouping->without ? labels.Without(grouping->labels) : labels.Keep(grouping->labels);
}

// Rows of one group, by index into the input.
struct Group {
  model::LabelSet labels;
  std::vector<size_t> rows;
};

std::vector<Group> GroupRows(const StepVector& input, const std::optional<Grouping>& grouping) {
  std::vector<Group> groups;
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels;
  for (size_t i = 0; i < input.series.size(); ++i) {
    model::LabelSet labels = GroupOf(input.series[i].labels, grouping);
    const auto [found, is_new] = by_labels.emplace(labels, groups.size());
    if (is_new) {
      groups.push_back({std::move(labels), {}});
    }
    groups[found->second].rows.push_back(i);
  }
  return groups;
}

// One group at one step.
class Accumulator {
 public:
  void Add(AggregateOp op, double value) {
    ++count_;
    switch (op) {
      case AggregateOp::kSum:
        value_ += value;
        break;
      case AggregateOp::kMin:
        value_ = count_ == 1 || value < value_ || std::isnan(value_) ? value : value_;
        break;
      case AggregateOp::kMax:
        value_ = count_ == 1 || value > value_ || std::isnan(value_) ? value : value_;
        break;
      default: {  // avg, stddev, stdvar: running mean and sum of squares
        const double delta = value - mean_;
        mean_ += delta / static_cast<double>(count_);
        squares_ += delta * (value - mean_);
        value_ += value;
        break;
      }
    }
  }

  double Result(AggregateOp op) const {
    switch (op) {
      case AggregateOp::kAvg:
        return std::isfinite(mean_) ? mean_ : value_ / static_cast<double>(count_);
      case AggregateOp::kCount:
        return static_cast<double>(count_);
      case AggregateOp::kStdvar:
        return squares_ / static_cast<double>(count_);
      case AggregateOp::kStddev:
        return std::sqrt(squares_ / static_cast<double>(count_));
      default:
        return value_;
    }
  }
  bool empty() const { return count_ == 0; }

 private:
  int64_t count_ = 0;
  double value_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

StepVector Fold(const AggregateExpr& expr, const StepVector& input, size_t steps) {
  StepVector out;
  for (Group& group : GroupRows(input, expr.grouping)) {
    std::vector<Accumulator> totals(steps);
    for (const size_t i : group.rows) {
      const StepSeries& row = input.series[i];
      for (size_t step = row.first(); step < row.end(); ++step) {
        if (row.IsFloat(step)) {
          totals[step].Add(expr.op, row.value(step));
        }
      }
    }
    StepSeries result(std::move(group.labels), steps);
    for (size_t step = 0; step < steps; ++step) {
      if (!totals[step].empty()) {
        result.SetFloat(step, totals[step].Result(expr.op));
      }
    }
    out.series.push_back(std::move(result));
  }
  return out;
}

// The k rows of each group with the largest (smallest) values, step by step.
StepVector SelectK(const AggregateExpr& expr, const StepVector& input, size_t steps) {
  const bool largest = expr.op != AggregateOp::kBottomk;
  StepVector out;
  for (const Group& group : GroupRows(input, expr.grouping)) {
    std::vector<StepSeries> chosen;
    std::vector<size_t> order;  // of an instant query: best first
    for (const size_t i : group.rows) {
      chosen.emplace_back(input.series[i].labels, steps);
    }
    std::vector<size_t> candidates;
    for (size_t step = 0; step < steps; ++step) {
      candidates.clear();
      // Of equal values the one whose labels come last is taken.
      for (size_t at = group.rows.size(); at-- > 0;) {
        if (input.series[group.rows[at]].IsFloat(step)) {
          candidates.push_back(at);
        }
      }
      const auto value = [&](size_t at) { return input.series[group.rows[at]].value(step); };
      const auto better = [&](size_t a, size_t b) {
        const double x = value(a);
        const double y = value(b);
        if (std::isnan(x) || std::isnan(y)) {
          return !std::isnan(x) && std::isnan(y);
        }
        return largest ? x > y : x < y;
      };
      std::stable_sort(candidates.begin(), candidates.end(), better);
      candidates.resize(std::min(candidates.size(), static_cast<size_t>(expr.parameter)));
      for (const size_t at : candidates) {
        chosen[at].SetFloat(step, value(at));
      }
      if (steps == 1) {
        order = candidates;
      }
    }
    for (size_t at = 0; at < chosen.size(); ++at) {
      StepSeries& row = steps == 1 ? chosen[at < order.size() ? order[at] : at] : chosen[at];
      if (!(steps == 1 && at >= order.size()) && !row.AllAbsent()) {
        out.series.push_back(std::move(row));
      }
    }
  }
  return out;
}

void SortRows(bool descending, StepVector* rows) {
  std::stable_sort(rows->series.begin(), rows->series.end(),
                   [descending](const StepSeries& a, const StepSeries& b) {
                     const double x = a.Has(0) ? a.value(0) : 0;
                     const double y = b.Has(0) ? b.value(0) : 0;
                     if (std::isnan(x) || std::isnan(y)) {
                       return !std::isnan(x) && std::isnan(y);
                     }
                     return descending ? x > y : x < y;
                   });
}

// sum(count_over_time(…)) counts into the groups at once.
bool CanPush(const AggregateExpr& expr) {
  if (expr.op != AggregateOp::kSum || expr.operand->kind != ExprKind::kRange ||
      (expr.grouping.has_value() && expr.grouping->without)) {
    return false;
  }
  const auto& range = static_cast<const RangeExpr&>(*expr.operand);
  switch (range.op) {
    case RangeOp::kCount:
    case RangeOp::kRate:
    case RangeOp::kBytes:
    case RangeOp::kBytesRate:
    case RangeOp::kSum:
      return !range.grouping.has_value();
    default:
      return false;
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalAggregate(const AggregateExpr& expr, const NsGrid& grid) {
  const bool instant_only = expr.op == AggregateOp::kSort || expr.op == AggregateOp::kSortDesc ||
                            expr.op == AggregateOp::kApproxTopk;
  if (instant_only && grid.count > 1) {
    return base::InvalidArgument(std::string(AggregateOpText(expr.op)) +
                                 " is only possible in instant queries");
  }
  if (CanPush(expr)) {
    const Grouping all;
    return EvalRange(static_cast<const RangeExpr&>(*expr.operand), grid,
                     expr.grouping.has_value() ? &*expr.grouping : &all);
  }
  SB_ASSIGN_OR_RETURN(StepVector input, Eval(*expr.operand, grid));
  StepVector out;
  switch (expr.op) {
    case AggregateOp::kSort:
    case AggregateOp::kSortDesc:
      SortRows(expr.op == AggregateOp::kSortDesc, &input);
      return input;
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk:
    case AggregateOp::kApproxTopk:
      out = SelectK(expr, input, grid.count);
      break;
    default:
      out = Fold(expr, input, grid.count);
  }
  SB_RETURN_IF_ERROR(out.Charge(context_));
  return out;
}

}  // namespace sb::logql
