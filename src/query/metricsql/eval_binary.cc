// SPDX-License-Identifier: Apache-2.0
//
// Operations on rows. Rows of both sides meet by their labels without the metric name, or as
// on() and ignoring() say; a scalar meets every row.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "query/metricsql/evaluator.h"

namespace sb::metricsql {
namespace {

using Groups = std::map<model::LabelSet, std::vector<Row*>>;

// One value of both; NaN: none.
double Combine(const BinaryExpr& expr, double a, double b) {
  const auto compare = [&](bool holds) {
    if (expr.return_bool) {
      return std::isnan(a) ? kNan : holds ? 1.0 : 0.0;
    }
    return holds ? a : kNan;
  };
  switch (expr.op) {
    case BinaryOp::kAdd:
      return a + b;
    case BinaryOp::kSub:
      return a - b;
    case BinaryOp::kMul:
      return a * b;
    case BinaryOp::kDiv:
      return a / b;
    case BinaryOp::kMod:
      return std::fmod(a, b);
    case BinaryOp::kPow:
      return std::pow(a, b);
    case BinaryOp::kAtan2:
      return std::atan2(a, b);
    case BinaryOp::kEqual:
      return compare(a == b);
    case BinaryOp::kNotEqual:
      return compare(a != b);
    case BinaryOp::kGreater:
      return compare(a > b);
    case BinaryOp::kLess:
      return compare(a < b);
    case BinaryOp::kGreaterOrEqual:
      return compare(a >= b);
    case BinaryOp::kLessOrEqual:
      return compare(a <= b);
    default:
      return kNan;
  }
}

BinaryOp Mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kGreater:
      return BinaryOp::kLess;
    case BinaryOp::kLess:
      return BinaryOp::kGreater;
    case BinaryOp::kGreaterOrEqual:
      return BinaryOp::kLessOrEqual;
    case BinaryOp::kLessOrEqual:
      return BinaryOp::kGreaterOrEqual;
    default:
      return op;
  }
}

model::LabelSet KeyOf(const BinaryExpr& expr, const model::LabelSet& labels) {
  return expr.on ? labels.Keep(expr.labels) : labels.Without(expr.labels).WithoutMetricName();
}

Groups GroupBy(const BinaryExpr& expr, RowSet* set) {
  Groups out;
  for (Row& row : set->rows) {
    if (!row.AllNan()) {
      out[KeyOf(expr, row.labels)].push_back(&row);
    }
  }
  return out;
}

bool KeepsNames(const BinaryExpr& expr) {
  return expr.keep_metric_names || (IsComparison(expr.op) && !expr.return_bool);
}

Row CombineRows(const BinaryExpr& expr, const Row& left, const Row& right, model::LabelSet labels) {
  Row out{std::move(labels), Values(left.values.size(), kNan)};
  for (size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] = Combine(expr, left.values[i], right.values[i]);
  }
  return out;
}

// Rows of one label set that do not overlap in time are one.
base::Result<Row> OnlyOne(const std::vector<Row*>& rows, std::string_view side) {
  Row merged = *rows[0];
  for (size_t i = 1; i < rows.size(); ++i) {
    for (size_t step = 0; step < merged.values.size(); ++step) {
      const double v = rows[i]->values[step];
      if (std::isnan(v)) {
        continue;
      }
      if (!std::isnan(merged.values[step])) {
        return base::FailedPrecondition(
            "several series on the " + std::string(side) +
            " side match the same ones of the other: " + rows[0]->labels.ToString() + " and " +
            rows[i]->labels.ToString());
      }
      merged.values[step] = v;
    }
  }
  return merged;
}

// The labels of the "many" side, with those that the join takes from the "one" side.
model::LabelSet JoinedLabels(const BinaryExpr& expr, const model::LabelSet& many,
                             const model::LabelSet& one) {
  model::LabelSetBuilder labels(many);
  const bool all = expr.include.size() == 1 && expr.include[0] == "*";
  if (all) {
    for (const model::Label& label : one) {
      if (label.name != model::kMetricName &&
          std::find(expr.labels.begin(), expr.labels.end(), label.name) == expr.labels.end()) {
        labels.Set(expr.prefix + std::string(label.name), label.value);
      }
    }
    return labels.Build();
  }
  for (const std::string& name : expr.include) {
    labels.Set(expr.prefix + name, one.Get(name));
  }
  return labels.Build();
}

using Combined = base::Result<std::vector<Row>>;

Combined CombineGroups(const BinaryExpr& expr, Groups* left, Groups* right) {
  std::vector<Row> out;
  const bool keeps = KeepsNames(expr);
  for (auto& [key, left_rows] : *left) {
    const auto it = right->find(key);
    if (it == right->end()) {
      continue;
    }
    const std::vector<Row*>& right_rows = it->second;
    if (expr.join == Join::kNone) {
      SB_ASSIGN_OR_RETURN(const Row l, OnlyOne(left_rows, "left"));
      SB_ASSIGN_OR_RETURN(const Row r, OnlyOne(right_rows, "right"));
      model::LabelSet labels = keeps ? l.labels : l.labels.WithoutMetricName();
      if (expr.on && !keeps) {
        labels = key;
      } else if (!expr.on) {
        labels = labels.Without(expr.labels);
      }
      out.push_back(CombineRows(expr, l, r, std::move(labels)));
      continue;
    }
    const bool many_left = expr.join == Join::kGroupLeft;
    SB_ASSIGN_OR_RETURN(const Row one,
                        OnlyOne(many_left ? right_rows : left_rows, many_left ? "right" : "left"));
    for (const Row* many : many_left ? left_rows : right_rows) {
      model::LabelSet labels = JoinedLabels(expr, many->labels, one.labels);
      labels = keeps ? labels : labels.WithoutMetricName();
      out.push_back(many_left ? CombineRows(expr, *many, one, std::move(labels))
                              : CombineRows(expr, one, *many, std::move(labels)));
    }
  }
  return out;
}

bool AnyAt(const std::vector<Row*>& rows, size_t step) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Row* row) { return !std::isnan(row->values[step]); });
}

// Of `rows` what stands where the other side has a value, or has none.
void Restrict(bool wanted, const std::vector<Row*>* maybe_others, const std::vector<Row*>& rows) {
  for (Row* row : rows) {
    for (size_t step = 0; step < row->values.size(); ++step) {
      const bool there = maybe_others != nullptr && AnyAt(*maybe_others, step);
      row->values[step] = there == wanted ? row->values[step] : kNan;
    }
  }
}

// left default right: holes of the left filled; all of the right if the left has no series.
RowSet FillDefault(Groups* left, Groups* right, RowSet left_set, RowSet right_set) {
  if (left->empty()) {
    return right_set;
  }
  const bool scalar = right_set.IsScalar();
  for (auto& [key, rows] : *left) {
    const std::vector<Row*> all{right_set.rows.empty() ? nullptr : right_set.rows.data()};
    const auto it = right->find(key);
    const std::vector<Row*>* const fill = scalar               ? &all
                                          : it == right->end() ? nullptr
                                                               : &it->second;
    for (Row* row : rows) {
      for (size_t step = 0; fill != nullptr && step < row->values.size(); ++step) {
        for (const Row* other : *fill) {
          double& v = row->values[step];
          v = std::isnan(v) ? other->values[step] : v;
        }
      }
    }
  }
  return left_set;
}

RowSet SetOperation(const BinaryExpr& expr, RowSet left_set, RowSet right_set) {
  const bool scalar = right_set.IsScalar();
  Groups left = GroupBy(expr, &left_set);
  Groups right = GroupBy(expr, &right_set);
  if (expr.op == BinaryOp::kDefault) {
    return FillDefault(&left, &right, std::move(left_set), std::move(right_set));
  }
  const auto others = [&](Groups& side, const model::LabelSet& key) -> const std::vector<Row*>* {
    const auto it = side.find(key);
    return it == side.end() ? nullptr : &it->second;
  };
  if (expr.op == BinaryOp::kOr) {
    for (auto& [key, rows] : right) {
      Restrict(false, others(left, key), rows);
    }
    std::move(right_set.rows.begin(), right_set.rows.end(), std::back_inserter(left_set.rows));
    left_set.DropEmpty();
    return left_set;
  }
  const bool wanted = expr.op == BinaryOp::kAnd || expr.op == BinaryOp::kIf;
  const bool of_dialect = expr.op == BinaryOp::kIf || expr.op == BinaryOp::kIfNot;
  std::vector<Row*> scalar_row{right_set.rows.empty() ? nullptr : right_set.rows.data()};
  for (auto& [key, rows] : left) {
    Restrict(wanted, scalar && of_dialect ? &scalar_row : others(right, key), rows);
  }
  left_set.DropEmpty();
  return left_set;
}

// q == (1, 2, 3): one of them; q != (1, 2, 3): none of them.
const CallExpr* NumbersOf(const BinaryExpr& expr) {
  const auto* list = expr.rhs->As<CallExpr>();
  const bool fits = (expr.op == BinaryOp::kEqual || expr.op == BinaryOp::kNotEqual) &&
                    list != nullptr && list->name == "union" && list->args.size() > 1 &&
                    std::all_of(list->args.begin(), list->args.end(), [](const ExprPtr& arg) {
                      return arg->As<NumberExpr>() != nullptr;
                    });
  return fits ? list : nullptr;
}

RowSet CompareWithList(const BinaryExpr& expr, const CallExpr& list, RowSet set) {
  for (Row& row : set.rows) {
    for (double& v : row.values) {
      const bool among = std::any_of(list.args.begin(), list.args.end(), [&](const ExprPtr& arg) {
        return arg->As<NumberExpr>()->value == v;
      });
      const bool holds = among == (expr.op == BinaryOp::kEqual);
      v = std::isnan(v) ? kNan : expr.return_bool ? (holds ? 1 : 0) : holds ? v : kNan;
    }
    row.labels = KeepsNames(expr) ? row.labels : row.labels.WithoutMetricName();
  }
  return set;
}

// One side is a number: it meets every row of the other.
RowSet WithScalar(const BinaryExpr& expr, const Row& scalar, bool scalar_left, RowSet set) {
  BinaryExpr op = expr;
  // 5 < q filters q, as q > 5 does.
  const bool mirror = scalar_left && IsComparison(expr.op);
  op.op = mirror ? Mirrored(expr.op) : expr.op;
  for (Row& row : set.rows) {
    model::LabelSet labels = KeepsNames(expr) ? row.labels : row.labels.WithoutMetricName();
    row = scalar_left && !mirror ? CombineRows(op, scalar, row, std::move(labels))
                                 : CombineRows(op, row, scalar, std::move(labels));
  }
  return set;
}

}  // namespace

base::Result<RowSet> Evaluator::EvalBinary(const BinaryExpr& expr, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(RowSet left, Eval(*expr.lhs, grid));
  if (const CallExpr* const list = NumbersOf(expr)) {
    return CompareWithList(expr, *list, std::move(left));
  }
  SB_ASSIGN_OR_RETURN(RowSet right, Eval(*expr.rhs, grid));
  if (IsSetOperator(expr.op)) {
    return SetOperation(expr, std::move(left), std::move(right));
  }
  const bool plain = !expr.on && expr.labels.empty() && expr.join == Join::kNone;
  if (plain && right.IsScalar()) {
    const Row scalar = std::move(right.rows[0]);
    return WithScalar(expr, scalar, false, std::move(left));
  }
  if (plain && left.IsScalar()) {
    const Row scalar = std::move(left.rows[0]);
    return WithScalar(expr, scalar, true, std::move(right));
  }
  Groups left_groups = GroupBy(expr, &left);
  Groups right_groups = GroupBy(expr, &right);
  RowSet out;
  SB_ASSIGN_OR_RETURN(out.rows, CombineGroups(expr, &left_groups, &right_groups));
  return out;
}

}  // namespace sb::metricsql
