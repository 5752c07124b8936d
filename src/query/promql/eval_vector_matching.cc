// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic and comparison between two instant vectors: one-to-one, many-to-one, one-to-many, with
// values filled in for missing partners.
//
// Rows are paired by match group. Where every group has at most one row on either side and nothing
// is filled in, pairs are computed row by row; else step by step, since a partner may be another
// one at every step.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "query/promql/binary_elements.h"
#include "query/promql/evaluator.h"
#include "query/promql/label_text.h"
#include "query/promql/match_groups.h"

namespace sb::promql {
namespace {

using query::StepPoint;
using query::StepSeries;
using query::StepVector;

constexpr size_t kNoRow = static_cast<size_t>(-1);

// The rows of "many" and "one"; for one-to-one, left and right. `swapped`: many is the right side.
struct Sides {
  const StepVector* many;
  const StepVector* one;
  std::vector<size_t> many_groups;
  std::vector<size_t> one_groups;
  bool swapped = false;
};

class VectorMatcher {
 public:
  VectorMatcher(const BinaryExpr& expr, const StepVector& lhs, const StepVector& rhs, size_t steps,
                bool delayed_name_removal)
      : expr_(expr),
        matching_(*expr.matching),
        steps_(steps),
        drop_name_now_(ChangesMetric(expr.op) || (expr.return_bool && !delayed_name_removal)),
        groups_(LabelSelection::Of(matching_.labels, matching_.on)) {
    sides_.swapped = matching_.card == MatchCardinality::kOneToMany;
    sides_.many = sides_.swapped ? &rhs : &lhs;
    sides_.one = sides_.swapped ? &lhs : &rhs;
    for (const StepSeries& row : sides_.many->series) {
      sides_.many_groups.push_back(groups_.GroupOf(row.labels));
    }
    for (const StepSeries& row : sides_.one->series) {
      sides_.one_groups.push_back(groups_.GroupOf(row.labels));
    }
  }

  base::Status Run() { return IsSimple() ? RunByRow() : RunByStep(); }

  // In the order of the rows of "many", then of "one", whichever step first came upon a pair: in
  // which order a sum above adds up must not depend on where the query starts.
  std::vector<StepSeries> TakeRows() {
    std::vector<std::pair<uint64_t, size_t>> order(rows_.begin(), rows_.end());
    std::sort(order.begin(), order.end());
    std::vector<StepSeries> out;
    out.reserve(order.size());
    for (const auto& [pair, place] : order) {
      out.push_back(std::move(out_[place]));
    }
    return out;
  }

  // One per step at most: of several complaints at a step the reference reports the last.
  const std::map<size_t, query::Annotation>& complaints() const { return complaints_; }

 private:
  bool OneToOne() const { return matching_.card == MatchCardinality::kOneToOne; }

  // Every group at most once on either side, and nothing to fill in.
  bool IsSimple() const {
    if (matching_.fill_left.has_value() || matching_.fill_right.has_value() || !OneToOne()) {
      return false;
    }
    for (const auto* groups : {&sides_.many_groups, &sides_.one_groups}) {
      std::unordered_set<size_t> seen;
      for (const size_t group : *groups) {
        if (!seen.insert(group).second) {
          return false;
        }
      }
    }
    return true;
  }

  base::Status RunByRow() {
    std::vector<size_t> partner(groups_.size(), kNoRow);
    for (size_t r = 0; r < sides_.one_groups.size(); ++r) {
      partner[sides_.one_groups[r]] = r;
    }
    for (size_t l = 0; l < sides_.many->series.size(); ++l) {
      const size_t r = partner[sides_.many_groups[l]];
      if (r == kNoRow) {
        continue;
      }
      const StepSeries& many = sides_.many->series[l];
      const StepSeries& one = sides_.one->series[r];
      const size_t first = std::max(many.first(), one.first());
      const size_t end = std::min(many.end(), one.end());
      StepSeries* row = RowFor(l, r, many.labels, one.labels);
      row->Reserve(first, end);
      for (size_t i = first; i < end; ++i) {
        if (many.Has(i) && one.Has(i)) {
          Combine(i, many.At(i), one.At(i), row);
        }
      }
    }
    return base::OkStatus();
  }

  base::Status RunByStep() {
    for (size_t i = 0; i < steps_; ++i) {
      SB_RETURN_IF_ERROR(RunStep(i));
    }
    return base::OkStatus();
  }

  static bool AnyAt(const StepVector& rows, size_t step) {
    for (const StepSeries& row : rows.series) {
      if (row.Has(step)) {
        return true;
      }
    }
    return false;
  }

  base::Status RunStep(size_t i) {
    const bool filling = matching_.fill_left.has_value() || matching_.fill_right.has_value();
    if (!filling && (!AnyAt(*sides_.many, i) || !AnyAt(*sides_.one, i))) {
      return base::OkStatus();
    }
    std::vector<size_t> partner(groups_.size(), kNoRow);
    for (size_t r = 0; r < sides_.one->series.size(); ++r) {
      if (!sides_.one->series[r].Has(i)) {
        continue;
      }
      size_t& taken = partner[sides_.one_groups[r]];
      if (taken != kNoRow) {
        return ManyToMany(sides_.one_groups[r], taken, r);
      }
      taken = r;
    }
    matched_.assign(groups_.size(), {});
    for (size_t l = 0; l < sides_.many->series.size(); ++l) {
      const StepSeries& many = sides_.many->series[l];
      if (!many.Has(i)) {
        continue;
      }
      const size_t group = sides_.many_groups[l];
      const size_t r = partner[group];
      if (r != kNoRow) {
        const StepSeries& one = sides_.one->series[r];
        SB_RETURN_IF_ERROR(Pair(i, group, {l, r}, many.labels, one.labels, many.At(i), one.At(i)));
      } else if (matching_.fill_right.has_value()) {
        SB_RETURN_IF_ERROR(Pair(i, group, {l, kNoRow}, many.labels, groups_.labels(group),
                                many.At(i), StepPoint::Float(*matching_.fill_right)));
      }
    }
    return matching_.fill_left.has_value() ? FillMany(i) : base::OkStatus();
  }

  // Partners for the rows of "one" that nothing has matched.
  base::Status FillMany(size_t i) {
    for (size_t r = 0; r < sides_.one->series.size(); ++r) {
      const StepSeries& one = sides_.one->series[r];
      const size_t group = sides_.one_groups[r];
      if (one.Has(i) && matched_[group].empty()) {
        SB_RETURN_IF_ERROR(Pair(i, group, {kNoRow, r}, groups_.labels(group), one.labels,
                                StepPoint::Float(*matching_.fill_left), one.At(i)));
      }
    }
    return base::OkStatus();
  }

  struct RowPair {
    size_t many;
    size_t one;
  };

  base::Status Pair(size_t i, size_t group, RowPair rows, const model::LabelSet& many_labels,
                    const model::LabelSet& one_labels, const StepPoint& many,
                    const StepPoint& one) {
    ElementResult result = sides_.swapped ? CombineElements(expr_.op, one, many, expr_.range.start)
                                          : CombineElements(expr_.op, many, one, expr_.range.start);
    if (Complain(i, result)) {
      return base::OkStatus();
    }
    StepSeries* row = RowFor(rows.many, rows.one, many_labels, one_labels);
    if (OneToOne() && !matched_[group].empty()) {
      return base::FailedPrecondition(
          "multiple matches for labels: many-to-one matching must be explicit "
          "(group_left/group_right)");
    }
    if (!matched_[group].insert(row->labels).second) {
      return base::FailedPrecondition(
          "multiple matches for labels: grouping labels must ensure unique matches");
    }
    Store(i, result, row);
    return base::OkStatus();
  }

  void Combine(size_t i, const StepPoint& many, const StepPoint& one, StepSeries* row) {
    const ElementResult result = CombineElements(expr_.op, many, one, expr_.range.start);
    if (!Complain(i, result)) {
      Store(i, result, row);
    }
  }

  // True if there is no result.
  bool Complain(size_t i, const ElementResult& result) {
    if (result.annotation.has_value()) {
      complaints_.insert_or_assign(i, *result.annotation);
    }
    return result.failed;
  }

  void Store(size_t i, const ElementResult& result, StepSeries* row) const {
    if (expr_.return_bool) {
      row->SetFloat(i, result.keep ? 1 : 0);
    } else if (result.keep) {
      row->Set(i, result.point);
    }
  }

  StepSeries* RowFor(size_t many, size_t one, const model::LabelSet& many_labels,
                     const model::LabelSet& one_labels) {
    const uint64_t key = (static_cast<uint64_t>(many) << 32) ^ (one & 0xffffffffU);
    const auto [at, is_new] = rows_.emplace(key, out_.size());
    if (is_new) {
      out_.emplace_back(ResultLabels(many_labels, one_labels), steps_);
      out_.back().drop_name = expr_.return_bool;
    }
    return &out_[at->second];
  }

  model::LabelSet ResultLabels(const model::LabelSet& many, const model::LabelSet& one) const {
    model::LabelSet labels = drop_name_now_ ? WithoutMetadata(many) : many;
    if (OneToOne()) {
      labels = matching_.on ? labels.Keep(matching_.labels) : labels.Without(matching_.labels);
    }
    if (matching_.include.empty()) {
      return labels;
    }
    model::LabelSetBuilder builder(labels);
    for (const std::string& name : matching_.include) {
      builder.Set(name, one.Get(name));  // an empty value deletes
    }
    // A comparison to 0 and 1 has no name, not even one taken over from the other side.
    return expr_.return_bool && drop_name_now_ ? WithoutMetadata(builder.Build()) : builder.Build();
  }

  base::Status ManyToMany(size_t group, size_t first, size_t second) const {
    std::string a = LabelText(sides_.one->series[first].labels);
    std::string b = LabelText(sides_.one->series[second].labels);
    if (b < a) {
      std::swap(a, b);
    }
    return base::FailedPrecondition(fmt::format(
        "found duplicate series for the match group {} on the {} hand-side of the operation: "
        "[{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
        LabelText(groups_.labels(group)), sides_.swapped ? "left" : "right", a, b));
  }

  const BinaryExpr& expr_;
  const VectorMatching& matching_;
  const size_t steps_;
  const bool drop_name_now_;
  MatchGroups groups_;
  Sides sides_;
  std::vector<StepSeries> out_;
  std::unordered_map<uint64_t, size_t> rows_;  // (many row, one row) -> place in out_
  std::map<size_t, query::Annotation> complaints_;
  // Of the present step, by group: the labels of the results.
  std::vector<std::set<model::LabelSet>> matched_;
};

}  // namespace

Evaluator::Rows Evaluator::EvalVectorVector(const BinaryExpr& expr, StepVector lhs, StepVector rhs,
                                            const Grid& grid) {
  VectorMatcher matcher(expr, lhs, rhs, grid.count, options_.delayed_name_removal);
  SB_RETURN_IF_ERROR(matcher.Run());
  for (const auto& [step, annotation] : matcher.complaints()) {
    annotations_->Add(annotation);
  }
  StepVector out;
  out.series = matcher.TakeRows();
  std::erase_if(out.series, [](const StepSeries& row) { return row.AllAbsent(); });
  SB_RETURN_IF_ERROR(CheckDuplicates(&out, grid));
  return out;
}

}  // namespace sb::promql
