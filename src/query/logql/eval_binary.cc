// SPDX-License-Identifier: Apache-2.0
//
// Operators between metric queries: arithmetic and comparison with matching, and, or, unless.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/logql/evaluator.h"

namespace sb::logql {
namespace {

using query::StepSeries;
using query::StepVector;
using LabelIndex = std::unordered_map<model::LabelSet, std::vector<size_t>, model::LabelSetHash>;

model::LabelSet SignatureOf(const model::LabelSet& labels, const Matching& matching) {
  return matching.on ? labels.Keep(matching.labels) : labels.Without(matching.labels);
}

LabelIndex IndexRows(const StepVector& rows, const Matching& matching) {
  LabelIndex index;
  for (size_t i = 0; i < rows.series.size(); ++i) {
    index[SignatureOf(rows.series[i].labels, matching)].push_back(i);
  }
  return index;
}

// The value of `lhs op rhs`, or nothing where a comparison filters it out.
bool Combine(const BinaryExpr& expr, double lhs, double rhs, double kept, double* out) {
  const double value = FoldNumbers(expr.op, lhs, rhs);
  if (!IsComparison(expr.op) || expr.return_bool) {
    *out = value;
    return true;
  }
  *out = kept;
  return value != 0;
}

class SetOperator {
 public:
  SetOperator(const BinaryExpr& expr, StepVector lhs, StepVector rhs, size_t steps)
      : expr_(expr), lhs_(std::move(lhs)), rhs_(std::move(rhs)), steps_(steps) {}

  StepVector Run() {
    if (expr_.op == BinaryOp::kOr) {
      // What the left side has stays; of the right, what has no match there.
      const LabelIndex left = IndexRows(lhs_, expr_.matching);
      StepVector extra = Filter(std::move(rhs_), left, lhs_, false);
      StepVector out = std::move(lhs_);
      for (StepSeries& row : extra.series) {
        Append(std::move(row), &out);
      }
      return out;
    }
    const LabelIndex right = IndexRows(rhs_, expr_.matching);
    return Filter(std::move(lhs_), right, rhs_, expr_.op == BinaryOp::kAnd);
  }

 private:
  // The points of `rows` at steps where a row of `others` matches (or none does).
  StepVector Filter(StepVector rows, const LabelIndex& index, const StepVector& others,
                    bool if_matched) const {
    StepVector out;
    for (StepSeries& row : rows.series) {
      const auto found = index.find(SignatureOf(row.labels, expr_.matching));
      for (size_t step = 0; step < steps_; ++step) {
        bool matched = false;
        if (row.Has(step) && found != index.end()) {
          for (const size_t i : found->second) {
            matched = matched || others.series[i].Has(step);
          }
        }
        if (row.Has(step) && matched != if_matched) {
          row.Clear(step);
        }
      }
      if (!row.AllAbsent()) {
        out.series.push_back(std::move(row));
      }
    }
    return out;
  }

  // Joins with a row of equal labels, whose points lie at other steps.
  void Append(StepSeries row, StepVector* out) const {
    for (StepSeries& existing : out->series) {
      if (existing.labels == row.labels) {
        for (size_t step = 0; step < steps_; ++step) {
          if (row.Has(step) && !existing.Has(step)) {
            existing.SetFloat(step, row.value(step));
          }
        }
        return;
      }
    }
    out->series.push_back(std::move(row));
  }

  const BinaryExpr& expr_;
  StepVector lhs_;
  StepVector rhs_;
  const size_t steps_;
};

// Arithmetic and comparison between two vectors.
class VectorOperator {
 public:
  VectorOperator(const BinaryExpr& expr, StepVector lhs, StepVector rhs, size_t steps)
      : expr_(expr),
        swapped_(expr.matching.side == GroupSide::kRight),
        many_(swapped_ ? std::move(rhs) : std::move(lhs)),
        one_(swapped_ ? std::move(lhs) : std::move(rhs)),
        steps_(steps) {}

  base::Result<StepVector> Run(query::QueryContext& context) {
    const LabelIndex index = IndexRows(one_, expr_.matching);
    for (size_t i = 0; i < many_.series.size(); ++i) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
      const StepSeries& row = many_.series[i];
      const auto found = index.find(SignatureOf(row.labels, expr_.matching));
      if (found == index.end()) {
        continue;
      }
      for (size_t step = row.first(); step < row.end(); ++step) {
        if (row.Has(step)) {
          SB_RETURN_IF_ERROR(Match(row, found->first, found->second, step));
        }
      }
    }
    return std::move(out_);
  }

 private:
  base::Status Match(const StepSeries& row, const model::LabelSet& signature,
                     const std::vector<size_t>& partners, size_t step) {
    const StepSeries* partner = nullptr;
    for (const size_t i : partners) {
      if (!one_.series[i].Has(step)) {
        continue;
      }
      if (partner != nullptr) {
        return base::InvalidArgument(fmt::format(
            "found duplicate series on the {} hand-side: many-to-many matching not allowed: "
            "matching labels must be unique on one side, got {}",
            swapped_ ? "left" : "right", signature.ToString()));
      }
      partner = &one_.series[i];
    }
    if (partner == nullptr) {
      return base::OkStatus();
    }
    const bool one_to_one = expr_.matching.side == GroupSide::kNone;
    const double a = swapped_ ? partner->value(step) : row.value(step);
    const double b = swapped_ ? row.value(step) : partner->value(step);
    double value = 0;
    const bool keep = Combine(expr_, a, b, a, &value);
    if (one_to_one && !used_.insert({step, signature.Hash()}).second) {
      return base::InvalidArgument(
          "multiple matches for labels: many-to-one matching must be explicit "
          "(group_left/group_right)");
    }
    if (!keep) {
      return base::OkStatus();
    }
    StepSeries& result = ResultRow(ResultLabels(row.labels, partner->labels));
    if (result.Has(step)) {
      return base::InvalidArgument(
          "multiple matches for labels: grouping labels must ensure unique matches");
    }
    result.SetFloat(step, value);
    return base::OkStatus();
  }

  model::LabelSet ResultLabels(const model::LabelSet& many, const model::LabelSet& one) const {
    if (expr_.matching.side == GroupSide::kNone) {
      return SignatureOf(many, expr_.matching);
    }
    model::LabelSetBuilder labels(many);
    for (const std::string& name : expr_.matching.include) {
      labels.Set(name, one.Get(name));
    }
    return labels.Build();
  }

  StepSeries& ResultRow(model::LabelSet labels) {
    const auto [found, is_new] = by_labels_.emplace(labels, out_.series.size());
    if (is_new) {
      out_.series.emplace_back(std::move(labels), steps_);
    }
    return out_.series[found->second];
  }

  struct StepHash {
    size_t operator()(const std::pair<size_t, uint64_t>& key) const {
      return static_cast<size_t>(key.second ^ (key.first * 0x9E3779B97F4A7C15U));
    }
  };

  const BinaryExpr& expr_;
  const bool swapped_;
  const StepVector many_;
  const StepVector one_;
  const size_t steps_;
  StepVector out_;
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels_;
  std::unordered_set<std::pair<size_t, uint64_t>, StepHash> used_;
};

}  // namespace

// One side is a literal: every point is combined with it.
Evaluator::Rows Evaluator::EvalWithNumber(const BinaryExpr& expr, const NsGrid& grid) {
  const bool number_left = expr.lhs->kind == ExprKind::kNumber;
  const double number =
      static_cast<const NumberExpr&>(number_left ? *expr.lhs : *expr.rhs).value;
  SB_ASSIGN_OR_RETURN(StepVector rows, Eval(number_left ? *expr.rhs : *expr.lhs, grid));
  for (StepSeries& row : rows.series) {
    for (size_t step = row.first(); step < row.end(); ++step) {
      if (!row.Has(step)) {
        continue;
      }
      const double point = row.value(step);
      double value = 0;
      if (Combine(expr, number_left ? number : point, number_left ? point : number, point,
                  &value)) {
        row.SetFloat(step, value);
      } else {
        row.Clear(step);
      }
    }
  }
  std::erase_if(rows.series, [](const StepSeries& row) { return row.AllAbsent(); });
  return rows;
}

Evaluator::Rows Evaluator::EvalBinary(const BinaryExpr& expr, const NsGrid& grid) {
  if (expr.lhs->kind == ExprKind::kNumber || expr.rhs->kind == ExprKind::kNumber) {
    return EvalWithNumber(expr, grid);
  }
  SB_ASSIGN_OR_RETURN(StepVector lhs, Eval(*expr.lhs, grid));
  SB_ASSIGN_OR_RETURN(StepVector rhs, Eval(*expr.rhs, grid));
  StepVector out;
  if (IsSetOp(expr.op)) {
    out = SetOperator(expr, std::move(lhs), std::move(rhs), grid.count).Run();
  } else {
    SB_ASSIGN_OR_RETURN(out, VectorOperator(expr, std::move(lhs), std::move(rhs), grid.count)
                                 .Run(context_));
  }
  SB_RETURN_IF_ERROR(out.Charge(context_));
  return out;
}

}  // namespace sb::logql
