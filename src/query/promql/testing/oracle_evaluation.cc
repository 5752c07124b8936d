// SPDX-License-Identifier: Apache-2.0
//
// The oracle's selectors, range vectors, scalars and operators.
#include "query/promql/testing/oracle_evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <utility>

#include "model/histogram_math.h"
#include "query/promql/walk.h"

namespace sb::promql::oracle {

using model::Matcher;
using model::Sample;

bool IsStale(const Sample& s) {
  return model::IsStaleNan(s.histogram != nullptr ? s.histogram->sum : s.value);
}

bool Matches(const model::LabelSet& labels, const std::vector<Matcher>& matchers) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& m) { return m.Matches(labels.Get(m.name())); });
}

namespace {

bool DependsOnTime(FunctionId id) {
  switch (id) {
    case FunctionId::kTime:
    case FunctionId::kTimestamp:
    case FunctionId::kPredictLinear:
    case FunctionId::kYear:
    case FunctionId::kMonth:
    case FunctionId::kDayOfMonth:
    case FunctionId::kDayOfWeek:
    case FunctionId::kDayOfYear:
    case FunctionId::kDaysInMonth:
    case FunctionId::kHour:
    case FunctionId::kMinute:
      return true;
    default:
      return false;
  }
}

// The same at every step: then it is evaluated at the first step only, as an instant query would.
bool IsInvariant(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kNumberLiteral:
    case ExprKind::kStringLiteral:
      return true;
    case ExprKind::kVectorSelector: {
      const TimeModifiers& time = As<VectorSelector>(expr).time;
      return time.at_ms.has_value() || time.at_anchor != AtAnchor::kNone;
    }
    case ExprKind::kMatrixSelector:
      return IsInvariant(*As<MatrixSelector>(expr).selector);
    case ExprKind::kSubquery: {
      const TimeModifiers& time = As<SubqueryExpr>(expr).time;
      return time.at_ms.has_value() || time.at_anchor != AtAnchor::kNone;
    }
    case ExprKind::kAggregate:
      return IsInvariant(*As<AggregateExpr>(expr).expr);
    case ExprKind::kCall: {
      const Call& call = As<Call>(expr);
      if (call.function->id == FunctionId::kTimestamp) {
        const Expr& arg = Unwrapped(*call.args[0]);
        return arg.kind == ExprKind::kVectorSelector && IsInvariant(arg);
      }
      return !DependsOnTime(call.function->id) &&
             std::all_of(call.args.begin(), call.args.end(),
                         [](const ExprPtr& arg) { return IsInvariant(*arg); });
    }
    default: {
      bool all = true;
      ForEachChild(expr, [&](const Expr& child) { all = all && IsInvariant(child); });
      return all;
    }
  }
}

}  // namespace

double Evaluation::DurationSeconds(const Expr* expr) const {
  if (expr == nullptr) {
    return 0;
  }
  if (const auto* number = TryAs<NumberLiteral>(expr)) {
    return number->value;
  }
  const auto& duration = As<DurationExpr>(*expr);
  const double a = DurationSeconds(duration.lhs.get());
  const double b = DurationSeconds(duration.rhs.get());
  switch (duration.op) {
    case DurationOp::kAdd:
      return a + b;
    case DurationOp::kSub:
      return a - b;
    case DurationOp::kMul:
      return a * b;
    case DurationOp::kDiv:
    case DurationOp::kMod:
      if (b == 0) {
        throw Failure{"duration divided by zero"};
      }
      return duration.op == DurationOp::kDiv ? a / b : std::fmod(a, b);
    case DurationOp::kPow:
      return std::pow(a, b);
    case DurationOp::kPlus:
      return b;
    case DurationOp::kMinus:
      return -b;
    case DurationOp::kMinOf:
      return GoMinimum(a, b);
    case DurationOp::kMaxOf:
      return GoMaximum(a, b);
    case DurationOp::kStep:
      return static_cast<double>(times_.step_ms) / 1000;
    case DurationOp::kRange:
      return static_cast<double>(times_.end_ms - times_.start_ms) / 1000;
  }
  return 0;
}

int64_t Evaluation::Duration(int64_t ms, const DurationExpr* expr, bool positive) const {
  if (expr == nullptr) {
    return ms;
  }
  const double seconds = DurationSeconds(expr);
  if (!(std::fabs(seconds) < 9.2e9) || (positive && seconds <= 0)) {
    throw Failure{"impossible duration"};
  }
  return static_cast<int64_t>(seconds * 1000);
}

Shift Evaluation::ShiftOf(const TimeModifiers& time) const {
  Shift out;
  out.at_ms = time.at_ms;
  if (time.at_anchor == AtAnchor::kStart) {
    out.at_ms = times_.start_ms;
  } else if (time.at_anchor == AtAnchor::kEnd) {
    out.at_ms = times_.end_ms;
  }
  out.offset_ms = Duration(time.original_offset_ms, time.offset_expr.get(), false);
  return out;
}

// A query with an impossible duration anywhere fails, needed or not.
void Evaluation::CheckDurations(const Expr& expr) const {
  Inspect(expr, [this](const Expr& node, const ExprPath&) {
    if (const auto* selector = TryAs<VectorSelector>(&node)) {
      ShiftOf(selector->time);
    } else if (const auto* matrix = TryAs<MatrixSelector>(&node)) {
      Duration(matrix->range_ms, matrix->range_expr.get(), true);
    } else if (const auto* subquery = TryAs<SubqueryExpr>(&node)) {
      ShiftOf(subquery->time);
      Duration(subquery->range_ms, subquery->range_expr.get(), true);
      Duration(subquery->step_ms, subquery->step_expr.get(), true);
    }
  });
}

void Evaluation::DropName(Element* e) const {
  if (!options_.delayed_name_removal) {
    e->labels = DropMetadata(e->labels);
  }
  e->drop_name = true;
}

Steps Evaluation::FinishNames(Steps steps) const {
  if (options_.delayed_name_removal) {
    for (Vector& vector : steps) {
      for (Element& e : vector) {
        e.labels = e.drop_name ? DropMetadata(e.labels) : e.labels;
      }
    }
    OrderRows(&steps, true);
  }
  return steps;
}

Steps Evaluation::EvalVector(const Expr& expr, const Grid& grid) {
  if (grid.count == 0) {
    return {};
  }
  if (grid.count > 1 && !in_parameter_ && IsInvariant(expr)) {
    const Steps once = EvalVector(expr, grid.First());
    return Steps(grid.count, once[0]);
  }
  return EvalNode(expr, grid);
}

Steps Evaluation::EvalNode(const Expr& expr, const Grid& grid) {
  switch (expr.kind) {
    case ExprKind::kVectorSelector:
      return EvalSelector(As<VectorSelector>(expr), grid);
    case ExprKind::kAggregate:
      return EvalAggregate(As<AggregateExpr>(expr), grid);
    case ExprKind::kBinary:
      return EvalBinary(As<BinaryExpr>(expr), grid);
    case ExprKind::kParen:
      return EvalVector(*As<ParenExpr>(expr).expr, grid);
    case ExprKind::kCall:
      return EvalCall(As<Call>(expr), grid);
    case ExprKind::kUnary:
      break;
    default:
      throw Failure{"not an instant vector"};
  }
  const auto& unary = As<UnaryExpr>(expr);
  Steps steps = EvalVector(*unary.expr, grid);
  if (unary.op == UnaryOp::kPlus) {
    return steps;
  }
  for (Vector& vector : steps) {
    for (Element& e : vector) {
      DropName(&e);
      e.value = -e.value;
      if (e.histogram != nullptr) {
        model::Histogram h = *e.histogram;
        model::Multiply(&h, -1);
        e.histogram = std::make_shared<const model::Histogram>(std::move(h));
      }
    }
  }
  OrderRows(&steps, !options_.delayed_name_removal);
  return steps;
}

// The newest sample not older than the look-back, unless the series has ended.
const Sample* Evaluation::Newest(const StoredSeries& series, int64_t reference_ms) const {
  const Sample* newest = nullptr;
  for (const Sample& s : series.samples) {
    if (s.time_ms <= reference_ms && s.time_ms > reference_ms - options_.lookback_ms) {
      newest = &s;
    }
  }
  return newest == nullptr || IsStale(*newest) ? nullptr : newest;
}

Vector Evaluation::SelectAt(const VectorSelector& selector, const Shift& shift,
                            int64_t time_ms) const {
  Vector out;
  for (size_t i = 0; i < series_.size(); ++i) {
    if (!Matches(series_[i].labels, selector.matchers)) {
      continue;
    }
    if (const Sample* s = Newest(series_[i], shift.From(time_ms))) {
      Element e;
      e.labels = series_[i].labels;
      e.value = s->value;
      e.histogram = s->histogram;
      e.row = {i, 0, 0};
      out.push_back(std::move(e));
    }
  }
  return out;
}

Steps Evaluation::EvalSelector(const VectorSelector& selector, const Grid& grid) {
  const Shift shift = ShiftOf(selector.time);
  Steps out(grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    if (!selector.smoothed) {
      out[i] = SelectAt(selector, shift, grid.At(i));
      continue;
    }
    const int64_t time = shift.From(grid.At(i));
    for (size_t r = 0; r < series_.size(); ++r) {
      if (!Matches(series_[r].labels, selector.matchers)) {
        continue;
      }
      Element e;
      e.labels = series_[r].labels;
      e.row = {r, 0, 0};
      const Window around = WindowOf(r, time - options_.lookback_ms, time + options_.lookback_ms);
      if (SmoothAt(around, time, &notes_, &e)) {
        out[i].push_back(std::move(e));
      }
    }
  }
  return out;
}

Window Evaluation::WindowOf(size_t series, int64_t after_ms, int64_t until_ms) const {
  Window window;
  window.labels = series_[series].labels;
  window.row = {series, 0, 0};
  for (const Sample& s : series_[series].samples) {
    if (s.time_ms > after_ms && s.time_ms <= until_ms && !IsStale(s)) {
      window.samples.push_back(s);
    }
  }
  return window;
}

RangeSteps Evaluation::EvalRange(const Expr& expr, const Grid& grid) {
  RangeSteps out(grid.count);
  const auto* matrix = TryAs<MatrixSelector>(&expr);
  if (matrix != nullptr) {
    const VectorSelector& selector = *matrix->selector;
    const bool extended = selector.anchored || selector.smoothed;
    const Shift shift = ShiftOf(matrix->selector->time);
    const int64_t range = Duration(matrix->range_ms, matrix->range_expr.get(), true);
    for (size_t i = 0; i < grid.count; ++i) {
      for (size_t r = 0; r < series_.size(); ++r) {
        if (!Matches(series_[r].labels, selector.matchers)) {
          continue;
        }
        const int64_t end = shift.From(grid.At(i));
        Window window = WindowOf(r, end - range - (extended ? options_.lookback_ms : 0),
                                 end + (selector.smoothed ? options_.lookback_ms : 0));
        window.eval_ms = grid.At(i);
        window.end_ms = end;
        window.start_ms = end - range;
        window.extension = selector.anchored   ? Extension::kAnchored
                           : selector.smoothed ? Extension::kSmoothed
                                               : Extension::kNone;
        if (!window.samples.empty()) {
          out[i].push_back(std::move(window));
        }
      }
    }
    return out;
  }
  // All points of the subquery for all steps, on multiples of its step; then a window per step.
  const auto& subquery = As<SubqueryExpr>(expr);
  const Shift shift = ShiftOf(subquery.time);
  const int64_t range = Duration(subquery.range_ms, subquery.range_expr.get(), true);
  int64_t step = Duration(subquery.step_ms, subquery.step_expr.get(), true);
  // An expression below a millisecond is none, as in the reference.
  step = step == 0 ? std::max<int64_t>(1, options_.subquery_step_ms) : step;
  const int64_t after = shift.From(grid.start_ms) - range;
  const int64_t until = shift.From(grid.last_ms());
  int64_t first = after - after % step - step;
  while (first <= after) {
    first += step;
  }
  Grid inner{first, step, 0};
  while (inner.At(inner.count) <= until) {
    ++inner.count;
  }
  const Steps points = EvalVector(*subquery.expr, inner);
  for (size_t i = 0; i < grid.count; ++i) {
    std::map<RowKey, Window> windows;
    for (size_t p = 0; p < inner.count; ++p) {
      const int64_t end = shift.From(grid.At(i));
      if (inner.At(p) <= end - range || inner.At(p) > end) {
        continue;
      }
      for (const Element& e : points[p]) {
        Window& window = windows[e.row];
        window.labels = e.labels;
        window.drop_name = window.drop_name || e.drop_name;
        window.row = e.row;
        window.eval_ms = grid.At(i);
        window.end_ms = end;
        window.start_ms = end - range;
        Sample s;
        s.time_ms = inner.At(p);
        s.value = e.value;
        s.histogram = e.histogram;
        window.samples.push_back(std::move(s));
      }
    }
    for (auto& [row, window] : windows) {
      out[i].push_back(std::move(window));
    }
  }
  return out;
}

Steps Evaluation::EvalAggregate(const AggregateExpr& expr, const Grid& grid) {
  std::vector<double> param(grid.count, 0);
  if (expr.op == AggregateOp::kCountValues) {
    if (As<StringLiteral>(Unwrapped(*expr.param)).value.empty()) {
      throw Failure{"invalid label name"};
    }
  } else if (expr.param != nullptr) {
    const bool outside = std::exchange(in_parameter_, true);
    param = EvalScalar(*expr.param, grid);
    in_parameter_ = outside;
  }
  const Steps input = EvalVector(*expr.expr, grid);
  Steps out(grid.count);
  if (!CheckParameter(expr, param, &notes_)) {
    return out;
  }
  const bool picks = HasParameter(expr.op) && expr.op != AggregateOp::kQuantile &&
                     expr.op != AggregateOp::kCountValues;
  for (size_t i = 0; i < grid.count; ++i) {
    out[i] = Aggregate(expr, input[i], param[i], &notes_);
    // A group stands where its first row does.
    std::stable_sort(out[i].begin(), out[i].end(),
                     [&](const Element& a, const Element& b) { return !picks && a.row < b.row; });
    for (size_t place = 0; place < out[i].size(); ++place) {
      Element& e = out[i][place];
      e.row = picks ? RowKey{i, place, 0} : RowKey{e.row[0], i, 0};
    }
  }
  OrderRows(&out, true);
  return out;
}

Steps Evaluation::EvalBinary(const BinaryExpr& expr, const Grid& grid) {
  Steps out(grid.count);
  const bool delayed = options_.delayed_name_removal;
  if (expr.matching.has_value()) {
    const Steps lhs = EvalVector(*expr.lhs, grid);
    const Steps rhs = EvalVector(*expr.rhs, grid);
    for (size_t i = 0; i < grid.count; ++i) {
      out[i] = IsSetOperator(expr.op) ? CombineSets(expr, lhs[i], rhs[i])
                                      : CombineVectors(expr, lhs[i], rhs[i], delayed, &notes_);
    }
  } else {
    const bool scalar_left = expr.lhs->type() == ValueType::kScalar;
    const std::vector<double> scalars = EvalScalar(scalar_left ? *expr.lhs : *expr.rhs, grid);
    const Steps vectors = EvalVector(scalar_left ? *expr.rhs : *expr.lhs, grid);
    for (size_t i = 0; i < grid.count; ++i) {
      out[i] = CombineWithScalar(expr, vectors[i], scalars[i], scalar_left, delayed, &notes_);
    }
  }
  OrderRows(&out, !LateDuplicates(grid));
  return out;
}

std::vector<double> Evaluation::EvalScalar(const Expr& expr, const Grid& grid) {
  std::vector<double> out(grid.count, 0);
  if (grid.count > 1 && !in_parameter_ && IsInvariant(expr)) {
    return std::vector<double>(grid.count, EvalScalar(expr, grid.First())[0]);
  }
  if (const auto* number = TryAs<NumberLiteral>(&expr)) {
    out.assign(grid.count, number->value);
  } else if (const auto* paren = TryAs<ParenExpr>(&expr)) {
    out = EvalScalar(*paren->expr, grid);
  } else if (const auto* unary = TryAs<UnaryExpr>(&expr)) {
    out = EvalScalar(*unary->expr, grid);
    for (double& v : out) {
      v = unary->op == UnaryOp::kMinus ? -v : v;
    }
  } else if (const auto* binary = TryAs<BinaryExpr>(&expr)) {
    const std::vector<double> lhs = EvalScalar(*binary->lhs, grid);
    const std::vector<double> rhs = EvalScalar(*binary->rhs, grid);
    for (size_t i = 0; i < grid.count; ++i) {
      double v = 0;
      if (binary->op == BinaryOp::kTrimUpper || binary->op == BinaryOp::kTrimLower) {
        throw Failure{"a number has no buckets to trim"};
      }
      const bool keep = CombineFloats(binary->op, lhs[i], rhs[i], &v);
      out[i] = IsComparison(binary->op) ? (keep ? 1 : 0) : v;
    }
  } else {
    const Call& call = As<Call>(expr);
    if (call.function->id == FunctionId::kScalar) {
      const Steps steps = EvalVector(*call.args[0], grid);
      for (size_t i = 0; i < grid.count; ++i) {
        std::vector<double> floats;
        for (const Element& e : steps[i]) {
          if (e.histogram == nullptr) {
            floats.push_back(e.value);
          }
        }
        out[i] = floats.size() == 1 ? floats[0] : std::numeric_limits<double>::quiet_NaN();
      }
    } else if (call.function->id == FunctionId::kMaxOf || call.function->id == FunctionId::kMinOf) {
      const std::vector<double> a = EvalScalar(*call.args[0], grid);
      const std::vector<double> b = EvalScalar(*call.args[1], grid);
      for (size_t i = 0; i < grid.count; ++i) {
        out[i] =
            call.function->id == FunctionId::kMaxOf ? GoMaximum(a[i], b[i]) : GoMinimum(a[i], b[i]);
      }
    } else {
      for (size_t i = 0; i < grid.count; ++i) {
        out[i] = ScalarCall(call, grid.At(i));
      }
    }
  }
  return out;
}

double Evaluation::ScalarCall(const Call& call, int64_t time_ms) const {
  switch (call.function->id) {
    case FunctionId::kPi:
      return std::numbers::pi;
    case FunctionId::kTime:
      return static_cast<double>(time_ms) / 1000;
    case FunctionId::kStart:
      return static_cast<double>(times_.start_ms) / 1000;
    case FunctionId::kEnd:
      return static_cast<double>(times_.end_ms) / 1000;
    case FunctionId::kRange:
      return static_cast<double>(times_.end_ms - times_.start_ms) / 1000;
    case FunctionId::kStep:
      return times_.start_ms == times_.end_ms ? 0 : static_cast<double>(times_.step_ms) / 1000;
    default:
      throw Failure{"not a scalar function"};
  }
}

}  // namespace sb::promql::oracle
