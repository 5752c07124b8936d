// SPDX-License-Identifier: Apache-2.0
//
// The oracle's binary operators, one step at a time.
#include <algorithm>
#include <cmath>
#include <map>

#include "model/histogram_math.h"
#include "query/promql/testing/oracle_model.h"

namespace sb::promql::oracle {
namespace {

using model::Histogram;

bool IsArithmetic(BinaryOp op) {
  return !IsComparison(op) && !IsSetOperator(op) && op != BinaryOp::kTrimUpper &&
         op != BinaryOp::kTrimLower;
}

// What became of a pair of elements.
struct Outcome {
  double value = 0;
  model::HistogramPtr histogram;
  bool keep = true;     // of a comparison: it holds
  bool failed = false;  // there is no result
  std::string warning;
  std::string info;
};

Outcome Incompatible(BinaryOp op, const Element& lhs, const Element& rhs) {
  Outcome out;
  out.failed = true;
  out.info = "incompatible ";
  out.info += lhs.histogram != nullptr ? "histogram " : "float ";
  out.info += BinaryOpName(op);
  out.info += rhs.histogram != nullptr ? " histogram" : " float";
  return out;
}

Outcome HistogramResult(Histogram h, bool compact) {
  if (compact) {
    model::Compact(&h);
  }
  Outcome out;
  out.histogram = std::make_shared<const Histogram>(std::move(h));
  return out;
}

Outcome SumOfHistograms(BinaryOp op, const Histogram& lhs, const Histogram& rhs) {
  const bool add = op == BinaryOp::kAdd;
  Histogram h = lhs;
  const auto outcome = add ? model::Add(&h, rhs) : model::Subtract(&h, rhs);
  Outcome out;
  if (!outcome.ok()) {
    out.failed = true;
    out.warning = "layout " + std::string(BinaryOpName(op));
    return out;
  }
  if (outcome->reset_collision) {
    out.failed = true;
    out.warning = add ? "reset collision in addition" : "reset collision in subtraction";
    return out;
  }
  if (!add) {
    h.counter_reset_hint = model::CounterResetHint::kGauge;
  }
  out = HistogramResult(std::move(h), true);
  if (outcome->bounds_reconciled) {
    out.info = add ? "reconciled in addition" : "reconciled in subtraction";
  }
  return out;
}

Outcome Combine(BinaryOp op, const Element& lhs, const Element& rhs) {
  if (lhs.histogram != nullptr && rhs.histogram != nullptr) {
    if (op == BinaryOp::kAdd || op == BinaryOp::kSub) {
      return SumOfHistograms(op, *lhs.histogram, *rhs.histogram);
    }
    if (op == BinaryOp::kEqual || op == BinaryOp::kNotEqual) {
      Outcome out;
      out.histogram = lhs.histogram;
      out.keep = model::Equal(*lhs.histogram, *rhs.histogram) == (op == BinaryOp::kEqual);
      return out;
    }
    return Incompatible(op, lhs, rhs);
  }
  if (lhs.histogram != nullptr) {
    Histogram h = *lhs.histogram;
    if (op == BinaryOp::kMul || op == BinaryOp::kDiv) {
      (op == BinaryOp::kMul ? model::Multiply : model::Divide)(&h, rhs.value);
      return HistogramResult(std::move(h), true);
    }
    if (op == BinaryOp::kTrimUpper || op == BinaryOp::kTrimLower) {
      model::TrimBuckets(&h, rhs.value,
                         op == BinaryOp::kTrimUpper ? model::Trim::kUpper : model::Trim::kLower);
      return HistogramResult(std::move(h), false);
    }
    return Incompatible(op, lhs, rhs);
  }
  if (rhs.histogram != nullptr) {
    if (op != BinaryOp::kMul) {
      return Incompatible(op, lhs, rhs);
    }
    Histogram h = *rhs.histogram;
    model::Multiply(&h, lhs.value);
    return HistogramResult(std::move(h), true);
  }
  if (op == BinaryOp::kTrimUpper || op == BinaryOp::kTrimLower) {
    return Incompatible(op, lhs, rhs);
  }
  Outcome out;
  out.keep = CombineFloats(op, lhs.value, rhs.value, &out.value);
  return out;
}

// Of several things to say about one step only the last is said.
class LastWord {
 public:
  void Take(const Outcome& outcome) {
    if (!outcome.warning.empty() || !outcome.info.empty()) {
      last_ = outcome;
    }
  }
  void Tell(Notes* notes) const {
    if (!last_.warning.empty()) {
      notes->Warn(last_.warning);
    } else if (!last_.info.empty()) {
      notes->Inform(last_.info);
    }
  }

 private:
  Outcome last_;
};

}  // namespace

bool CombineFloats(BinaryOp op, double lhs, double rhs, double* out) {
  *out = lhs;
  switch (op) {
    case BinaryOp::kAdd:
      *out = lhs + rhs;
      return true;
    case BinaryOp::kSub:
      *out = lhs - rhs;
      return true;
    case BinaryOp::kMul:
      *out = lhs * rhs;
      return true;
    case BinaryOp::kDiv:
      *out = lhs / rhs;
      return true;
    case BinaryOp::kMod:
      *out = std::fmod(lhs, rhs);
      return true;
    case BinaryOp::kPow:
      *out = std::pow(lhs, rhs);
      return true;
    case BinaryOp::kAtan2:
      *out = std::atan2(lhs, rhs);
      return true;
    case BinaryOp::kEqual:
      return lhs == rhs;
    case BinaryOp::kNotEqual:
      return lhs != rhs;
    case BinaryOp::kGreater:
      return lhs > rhs;
    case BinaryOp::kLess:
      return lhs < rhs;
    case BinaryOp::kGreaterOrEqual:
      return lhs >= rhs;
    case BinaryOp::kLessOrEqual:
      return lhs <= rhs;
    default:
      return false;
  }
}

Vector CombineVectors(const BinaryExpr& expr, const Vector& lhs, const Vector& rhs, bool delayed,
                      Notes* notes) {
  const VectorMatching& matching = *expr.matching;
  const bool fills = matching.fill_left.has_value() || matching.fill_right.has_value();
  if ((lhs.empty() || rhs.empty()) && !fills) {
    return {};
  }
  const bool swapped = matching.card == MatchCardinality::kOneToMany;
  const bool one_to_one = matching.card == MatchCardinality::kOneToOne;
  const Vector& many = swapped ? rhs : lhs;
  const Vector& one = swapped ? lhs : rhs;
  auto group_of = [&](const Element& e) {
    return GroupLabels(e.labels, matching.labels, matching.on);
  };
  std::map<model::LabelSet, const Element*> partners;
  for (const Element& e : one) {
    if (!partners.emplace(group_of(e), &e).second) {
      throw Failure{"many-to-many matching"};
    }
  }
  Vector out;
  LastWord last;
  std::map<model::LabelSet, std::set<model::LabelSet>> matched;
  auto pair = [&](const model::LabelSet& group, const Element& m, const Element& o) {
    const Outcome outcome = swapped ? Combine(expr.op, o, m) : Combine(expr.op, m, o);
    last.Take(outcome);
    if (outcome.failed) {
      return;
    }
    Element e;
    e.labels = m.labels;
    if (IsArithmetic(expr.op)) {
      e.labels = DropMetadata(e.labels);
    }
    if (one_to_one) {
      e.labels = matching.on ? e.labels.Keep(matching.labels) : e.labels.Without(matching.labels);
    }
    model::LabelSetBuilder builder(e.labels);
    for (const std::string& name : matching.include) {
      builder.Set(name, o.labels.Get(name));
    }
    e.labels = builder.Build();
    if (expr.return_bool && !delayed) {
      e.labels = DropMetadata(e.labels);
    }
    if (one_to_one && matched.count(group) > 0) {
      throw Failure{"many-to-one matching must be explicit"};
    }
    if (!matched[group].insert(e.labels).second) {
      throw Failure{"grouping labels must ensure unique matches"};
    }
    if (!outcome.keep && !expr.return_bool) {
      return;
    }
    e.value = expr.return_bool ? (outcome.keep ? 1 : 0) : outcome.value;
    e.histogram = expr.return_bool ? nullptr : outcome.histogram;
    e.drop_name = expr.return_bool;
    e.row = {m.row[0], o.row[0], 0};
    out.push_back(std::move(e));
  };
  for (const Element& m : many) {
    const model::LabelSet group = group_of(m);
    const auto partner = partners.find(group);
    if (partner != partners.end()) {
      pair(group, m, *partner->second);
    } else if (matching.fill_right.has_value()) {
      Element filled;
      filled.labels = group;
      filled.value = *matching.fill_right;
      filled.row = {kLastRow, 0, 0};
      pair(group, m, filled);
    }
  }
  for (const Element& o : one) {
    const model::LabelSet group = group_of(o);
    if (matching.fill_left.has_value() && matched.count(group) == 0) {
      Element filled;
      filled.labels = group;
      filled.value = *matching.fill_left;
      filled.row = {kLastRow, 0, 0};
      pair(group, filled, o);
    }
  }
  last.Tell(notes);
  return out;
}

Vector CombineSets(const BinaryExpr& expr, const Vector& lhs, const Vector& rhs) {
  auto group_of = [&](const Element& e) {
    return GroupLabels(e.labels, expr.matching->labels, expr.matching->on);
  };
  std::set<model::LabelSet> left;
  std::set<model::LabelSet> right;
  for (const Element& e : lhs) {
    left.insert(group_of(e));
  }
  for (const Element& e : rhs) {
    right.insert(group_of(e));
  }
  Vector out;
  for (const Element& e : lhs) {
    const bool found = right.count(group_of(e)) > 0;
    if (expr.op == BinaryOp::kOr || found == (expr.op == BinaryOp::kAnd)) {
      out.push_back(e);
      out.back().row = {0, e.row[0], 0};
    }
  }
  for (const Element& e : rhs) {
    if (expr.op == BinaryOp::kOr && left.count(group_of(e)) == 0) {
      out.push_back(e);
      out.back().row = {1, e.row[0], 0};
    }
  }
  return out;
}

Vector CombineWithScalar(const BinaryExpr& expr, const Vector& vector, double scalar,
                         bool scalar_left, bool delayed, Notes* notes) {
  Vector out;
  LastWord last;
  Element number;
  number.value = scalar;
  for (const Element& e : vector) {
    const Outcome outcome = scalar_left ? Combine(expr.op, number, e) : Combine(expr.op, e, number);
    last.Take(outcome);
    if (outcome.failed || (!outcome.keep && !expr.return_bool)) {
      continue;
    }
    Element result = e;
    if (expr.return_bool) {
      result.value = outcome.keep ? 1 : 0;
      result.histogram = nullptr;
    } else if (!IsComparison(expr.op)) {  // which keeps the vector's element, on whichever side
      result.value = outcome.value;
      result.histogram = outcome.histogram;
    }
    if (IsArithmetic(expr.op) || expr.return_bool) {
      result.drop_name = true;
      result.labels = delayed ? e.labels : DropMetadata(e.labels);
    }
    out.push_back(std::move(result));
  }
  last.Tell(notes);
  return out;
}

}  // namespace sb::promql::oracle
