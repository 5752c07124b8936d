// SPDX-License-Identifier: Apache-2.0
//
// Binary operators: dispatch, vector with scalar, and the set operators.
#include <map>

#include "query/promql/binary_elements.h"
#include "query/promql/evaluator.h"
#include "query/promql/match_groups.h"

namespace sb::promql {
namespace {

using query::PointKind;
using query::StepPoint;
using query::StepSeries;
using query::StepVector;

// Per match group and step: whether a series of the group has a point.
class Presence {
 public:
  Presence(size_t groups, size_t steps) : steps_(steps), bits_(groups * steps, false) {}
  void Add(size_t group, const StepSeries& row) {
    for (size_t i = 0; i < steps_; ++i) {
      if (row.Has(i)) {
        bits_[group * steps_ + i] = true;
      }
    }
  }
  bool At(size_t group, size_t step) const { return bits_[group * steps_ + step]; }

 private:
  const size_t steps_;
  std::vector<bool> bits_;
};

struct GroupedRows {
  std::vector<size_t> lhs;
  std::vector<size_t> rhs;
  size_t groups = 0;
};

GroupedRows GroupRows(const VectorMatching& matching, const StepVector& lhs,
                      const StepVector& rhs) {
  MatchGroups groups(LabelSelection::Of(matching.labels, matching.on));
  GroupedRows out;
  for (const StepSeries& row : lhs.series) {
    out.lhs.push_back(groups.GroupOf(row.labels));
  }
  for (const StepSeries& row : rhs.series) {
    out.rhs.push_back(groups.GroupOf(row.labels));
  }
  out.groups = groups.size();
  return out;
}

Presence PresenceOf(const StepVector& rows, const std::vector<size_t>& groups, size_t group_count,
                    size_t steps) {
  Presence presence(group_count, steps);
  for (size_t r = 0; r < rows.series.size(); ++r) {
    presence.Add(groups[r], rows.series[r]);
  }
  return presence;
}

// Clears the points of a row at steps where the group's presence on the other side is not `wanted`.
void Mask(const Presence& presence, size_t group, bool wanted, StepSeries* row) {
  for (size_t i = row->first(); i < row->end(); ++i) {
    if (row->Has(i) && presence.At(group, i) != wanted) {
      row->Clear(i);
    }
  }
}

}  // namespace

Evaluator::Rows Evaluator::EvalBinary(const BinaryExpr& expr, const Grid& grid) {
  if (!expr.matching.has_value()) {
    return EvalVectorScalar(expr, grid);
  }
  SB_ASSIGN_OR_RETURN(StepVector lhs, EvalVector(*expr.lhs, grid));
  SB_ASSIGN_OR_RETURN(StepVector rhs, EvalVector(*expr.rhs, grid));
  if (IsSetOperator(expr.op)) {
    return EvalSetOperator(expr, std::move(lhs), std::move(rhs), grid);
  }
  return EvalVectorVector(expr, std::move(lhs), std::move(rhs), grid);
}

Evaluator::Rows Evaluator::EvalVectorScalar(const BinaryExpr& expr, const Grid& grid) {
  const bool scalar_left = expr.lhs->type() == ValueType::kScalar;
  std::vector<double> scalar;
  StepVector rows;
  if (scalar_left) {
    SB_ASSIGN_OR_RETURN(scalar, EvalScalar(*expr.lhs, grid));
    SB_ASSIGN_OR_RETURN(rows, EvalVector(*expr.rhs, grid));
  } else {
    SB_ASSIGN_OR_RETURN(rows, EvalVector(*expr.lhs, grid));
    SB_ASSIGN_OR_RETURN(scalar, EvalScalar(*expr.rhs, grid));
  }
  // Of several complaints at a step the reference reports the last.
  std::map<size_t, query::Annotation> complaints;
  for (StepSeries& row : rows.series) {
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (!row.Has(i)) {
        continue;
      }
      const StepPoint element = row.At(i);
      const StepPoint number = StepPoint::Float(scalar[i]);
      ElementResult result = scalar_left
                                 ? CombineElements(expr.op, number, element, expr.range.start)
                                 : CombineElements(expr.op, element, number, expr.range.start);
      if (result.failed) {
        complaints.insert_or_assign(i, *result.annotation);
        row.Clear(i);
      } else if (expr.return_bool) {
        row.SetFloat(i, result.keep ? 1 : 0);
      } else if (!result.keep) {
        row.Clear(i);
      } else if (!IsComparison(expr.op)) {
        row.Set(i, result.point);
      }  // a comparison keeps the vector's element, on whichever side it stands
    }
    if (ChangesMetric(expr.op) || expr.return_bool) {
      DropName(&row);
    }
  }
  for (auto& [step, annotation] : complaints) {
    annotations_->Add(std::move(annotation));
  }
  std::erase_if(rows.series, [](const StepSeries& row) { return row.AllAbsent(); });
  SB_RETURN_IF_ERROR(CheckDuplicates(&rows, grid));
  return rows;
}

Evaluator::Rows Evaluator::EvalSetOperator(const BinaryExpr& expr, StepVector lhs, StepVector rhs,
                                           const Grid& grid) {
  const GroupedRows grouped = GroupRows(*expr.matching, lhs, rhs);
  if (expr.op != BinaryOp::kOr) {
    const Presence right = PresenceOf(rhs, grouped.rhs, grouped.groups, grid.count);
    for (size_t r = 0; r < lhs.series.size(); ++r) {
      Mask(right, grouped.lhs[r], expr.op == BinaryOp::kAnd, &lhs.series[r]);
    }
    return lhs;
  }
  const Presence left = PresenceOf(lhs, grouped.lhs, grouped.groups, grid.count);
  for (size_t r = 0; r < rhs.series.size(); ++r) {
    Mask(left, grouped.rhs[r], false, &rhs.series[r]);
    if (!rhs.series[r].AllAbsent()) {
      lhs.series.push_back(std::move(rhs.series[r]));
    }
  }
  SB_RETURN_IF_ERROR(CheckDuplicates(&lhs, grid));
  return lhs;
}

}  // namespace sb::promql
