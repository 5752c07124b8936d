// SPDX-License-Identifier: Apache-2.0
//
// Aggregations that pick series of a group: topk, bottomk, limitk, limit_ratio.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/histogram_buckets.h"
#include "query/promql/eval_annotations.h"
#include "query/promql/evaluator.h"
#include "query/promql/match_groups.h"
#include "query/promql/ratio_sample.h"

namespace sb::promql {
namespace {

using query::StepSeries;
using query::StepVector;

struct ParamRange {
  double smallest = std::numeric_limits<double>::max();
  double largest = std::numeric_limits<double>::lowest();
  bool any_nan = false;
};

ParamRange RangeOf(const std::vector<double>& param) {
  ParamRange out;
  for (const double v : param) {
    out.any_nan = out.any_nan || std::isnan(v);
    out.smallest = std::min(out.smallest, v);
    out.largest = std::max(out.largest, v);
  }
  return out;
}

// The reference's bounds: what fits in its 64-bit integers.
constexpr double kIntegerMax = 9223372036854774784.0;
constexpr double kIntegerMin = -9223372036854775808.0;

base::Status CheckCounts(const ParamRange& range) {
  if (range.any_nan) {
    return base::FailedPrecondition("Parameter value is NaN");
  }
  if (range.smallest <= kIntegerMin) {
    return base::FailedPrecondition("Scalar value " + model::FormatGoG(range.smallest) +
                                    " underflows int64");
  }
  if (range.largest >= kIntegerMax) {
    return base::FailedPrecondition("Scalar value " + model::FormatGoG(range.largest) +
                                    " overflows int64");
  }
  return base::OkStatus();
}

// The k best rows of one group at one step, kept in a binary heap with the worst on top. Which of
// several equal values stay depends on the heap's moves, so they are those of the reference's.
class BestRows {
 public:
  BestRows(size_t k, bool largest) : k_(k), largest_(largest) {}

  void Offer(size_t row, double value) {
    if (heap_.size() < k_) {
      heap_.push_back({row, value});
      Up(heap_.size() - 1);
    } else if (Better(value, heap_[0].value)) {
      heap_[0] = {row, value};
      Down();
    }
  }

  // Best first.
  std::vector<size_t> Take() {
    std::stable_sort(heap_.begin(), heap_.end(),
                     [this](const Item& a, const Item& b) { return Better(a.value, b.value); });
    std::vector<size_t> rows;
    for (const Item& item : heap_) {
      rows.push_back(item.row);
    }
    return rows;
  }

 private:
  struct Item {
    size_t row;
    double value;
  };
  // NaN is worse than everything.
  bool Better(double a, double b) const {
    if (std::isnan(b)) {
      return !std::isnan(a);
    }
    return largest_ ? a > b : a < b;
  }
  bool Less(size_t i, size_t j) const {
    return std::isnan(heap_[i].value) || Better(heap_[j].value, heap_[i].value);
  }
  void Up(size_t j) {
    while (j > 0) {
      const size_t parent = (j - 1) / 2;
      if (!Less(j, parent)) {
        return;
      }
      std::swap(heap_[parent], heap_[j]);
      j = parent;
    }
  }
  void Down() {
    size_t i = 0;
    while (true) {
      size_t child = 2 * i + 1;
      if (child >= heap_.size()) {
        return;
      }
      if (child + 1 < heap_.size() && Less(child + 1, child)) {
        ++child;
      }
      if (!Less(child, i)) {
        return;
      }
      std::swap(heap_[i], heap_[child]);
      i = child;
    }
  }

  const size_t k_;
  const bool largest_;
  std::vector<Item> heap_;
};

// Picks rows at one step.
class Picker {
 public:
  Picker(AggregateOp op, const StepVector& input, const std::vector<size_t>& groups,
         size_t group_count)
      : op_(op), input_(input), groups_(groups), group_count_(group_count) {}

  // In the order of groups, best first. `ignored` is set if there were histograms to ignore.
  std::vector<size_t> At(size_t step, double param, bool* ignored) const {
    if (op_ == AggregateOp::kLimitRatio) {
      return ByRatio(step, std::clamp(param, -1.0, 1.0));
    }
    const double k = std::min(std::trunc(param), static_cast<double>(input_.series.size()));
    if (k < 1) {
      return {};
    }
    return op_ == AggregateOp::kLimitk ? First(step, static_cast<size_t>(k))
                                       : Best(step, static_cast<size_t>(k), ignored);
  }

 private:
  std::vector<size_t> InGroupOrder(std::vector<std::vector<size_t>> by_group) const {
    std::vector<size_t> out;
    for (const std::vector<size_t>& rows : by_group) {
      out.insert(out.end(), rows.begin(), rows.end());
    }
    return out;
  }

  std::vector<size_t> ByRatio(size_t step, double ratio) const {
    std::vector<std::vector<size_t>> by_group(group_count_);
    if (ratio == 0) {
      return {};
    }
    for (size_t r = 0; r < input_.series.size(); ++r) {
      if (input_.series[r].Has(step) && InRatioSample(ratio, input_.series[r].labels)) {
        by_group[groups_[r]].push_back(r);
      }
    }
    return InGroupOrder(std::move(by_group));
  }

  std::vector<size_t> First(size_t step, size_t k) const {
    std::vector<std::vector<size_t>> by_group(group_count_);
    for (size_t r = 0; r < input_.series.size(); ++r) {
      if (input_.series[r].Has(step) && by_group[groups_[r]].size() < k) {
        by_group[groups_[r]].push_back(r);
      }
    }
    return InGroupOrder(std::move(by_group));
  }

  std::vector<size_t> Best(size_t step, size_t k, bool* ignored) const {
    std::vector<BestRows> best(group_count_, BestRows(k, op_ == AggregateOp::kTopk));
    for (size_t r = 0; r < input_.series.size(); ++r) {
      const StepSeries& row = input_.series[r];
      *ignored = *ignored || row.IsHistogram(step);
      if (row.IsFloat(step)) {
        best[groups_[r]].Offer(r, row.value(step));
      }
    }
    std::vector<size_t> out;
    for (BestRows& rows : best) {
      const std::vector<size_t> taken = rows.Take();
      out.insert(out.end(), taken.begin(), taken.end());
    }
    return out;
  }

  const AggregateOp op_;
  const StepVector& input_;
  const std::vector<size_t>& groups_;
  const size_t group_count_;
};

}  // namespace

Evaluator::Rows Evaluator::EvalSelectingAggregate(const AggregateExpr& expr,
                                                  const StepVector& input,
                                                  const std::vector<double>& param,
                                                  const Grid& grid) {
  const ParamRange range = RangeOf(param);
  if (expr.op == AggregateOp::kLimitRatio) {
    if (range.largest == 0 && range.smallest == 0) {
      return StepVector();
    }
    if (range.any_nan) {
      return base::FailedPrecondition("Ratio value is NaN");
    }
    if (range.largest > 1) {
      annotations_->Add(InvalidRatioWarning(range.largest, 1, expr.param->range.start));
    }
    if (range.smallest < -1) {
      annotations_->Add(InvalidRatioWarning(range.smallest, -1, expr.param->range.start));
    }
  } else {
    if (range.largest < 1 && !range.any_nan) {
      return StepVector();
    }
    SB_RETURN_IF_ERROR(CheckCounts(range));
  }
  MatchGroups groups(LabelSelection::Of(expr.grouping, !expr.without));
  std::vector<size_t> group_of;
  for (const StepSeries& row : input.series) {
    group_of.push_back(groups.GroupOf(row.labels));
  }
  const Picker picker(expr.op, input, group_of, groups.size());
  StepVector out;
  std::vector<size_t> place(input.series.size(), static_cast<size_t>(-1));
  bool ignored = false;
  for (size_t i = 0; i < grid.count; ++i) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    for (const size_t r : picker.At(i, param[i], &ignored)) {
      const StepSeries& row = input.series[r];
      if (place[r] == static_cast<size_t>(-1)) {
        place[r] = out.series.size();
        out.series.emplace_back(row.labels, grid.count);
        out.series.back().drop_name = row.drop_name;
      }
      out.series[place[r]].Set(i, row.At(i));
    }
  }
  if (ignored) {
    annotations_->Add(IgnoredInAggregationInfo(AggregateOpName(expr.op), expr.range.start));
  }
  return out;
}

}  // namespace sb::promql
