// SPDX-License-Identifier: Apache-2.0
#include "query/promql/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "query/promql/duration_value.h"
#include "query/promql/subquery_grid.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

double Seconds(int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

void ReplaceByNumber(double value, ExprPtr* expr) {
  auto number = std::make_unique<NumberLiteral>();
  number->range = (*expr)->range;
  number->value = value;
  *expr = std::move(number);
}

// The slots that hold a node's children, so that a child may be replaced.
template <typename Fn>
void ForEachSlot(Expr& expr, Fn&& fn) {
  auto visit = [&](ExprPtr& slot) {
    if (slot != nullptr) {
      fn(slot);
    }
  };
  switch (expr.kind) {
    case ExprKind::kAggregate:
      visit(As<AggregateExpr>(expr).expr);
      visit(As<AggregateExpr>(expr).param);
      return;
    case ExprKind::kBinary:
      visit(As<BinaryExpr>(expr).lhs);
      visit(As<BinaryExpr>(expr).rhs);
      return;
    case ExprKind::kCall:
      for (ExprPtr& arg : As<Call>(expr).args) {
        visit(arg);
      }
      return;
    case ExprKind::kSubquery:
      return visit(As<SubqueryExpr>(expr).expr);
    case ExprKind::kParen:
      return visit(As<ParenExpr>(expr).expr);
    case ExprKind::kUnary:
      return visit(As<UnaryExpr>(expr).expr);
    default:
      return;
  }
}

void FoldQueryTimes(const QueryTimes& times, ExprPtr* slot) {
  if (const auto* call = TryAs<Call>(static_cast<const Expr*>(slot->get()))) {
    switch (call->function->id) {
      case FunctionId::kStart:
        return ReplaceByNumber(Seconds(times.start_ms), slot);
      case FunctionId::kEnd:
        return ReplaceByNumber(Seconds(times.end_ms), slot);
      case FunctionId::kRange:
        return ReplaceByNumber(Seconds(times.end_ms - times.start_ms), slot);
      case FunctionId::kStep:
        return ReplaceByNumber(times.start_ms == times.end_ms ? 0 : Seconds(times.step_ms), slot);
      default:
        break;
    }
  }
  ForEachSlot(**slot, [&](ExprPtr& child) { FoldQueryTimes(times, &child); });
}

void ResolveAnchor(const QueryTimes& times, TimeModifiers* time) {
  if (time->at_anchor == AtAnchor::kStart) {
    time->at_ms = times.start_ms;
  } else if (time->at_anchor == AtAnchor::kEnd) {
    time->at_ms = times.end_ms;
  }
}

base::Status ResolveModifiers(const QueryTimes& times, TimeModifiers* time) {
  ResolveAnchor(times, time);
  if (time->offset_expr != nullptr) {
    SB_ASSIGN_OR_RETURN(time->original_offset_ms,
                        DurationValue(*time->offset_expr, times, DurationSign::kAny));
  }
  time->offset_ms = time->original_offset_ms;
  return base::OkStatus();
}

base::Status ResolveTimes(const QueryTimes& times, Expr& expr) {
  if (auto* selector = TryAs<VectorSelector>(&expr)) {
    return ResolveModifiers(times, &selector->time);
  }
  if (auto* matrix = TryAs<MatrixSelector>(&expr)) {
    if (matrix->range_expr != nullptr) {
      SB_ASSIGN_OR_RETURN(matrix->range_ms,
                          DurationValue(*matrix->range_expr, times, DurationSign::kPositive));
    }
    return ResolveModifiers(times, &matrix->selector->time);
  }
  if (auto* subquery = TryAs<SubqueryExpr>(&expr)) {
    SB_RETURN_IF_ERROR(ResolveModifiers(times, &subquery->time));
    if (subquery->step_expr != nullptr) {
      SB_ASSIGN_OR_RETURN(subquery->step_ms,
                          DurationValue(*subquery->step_expr, times, DurationSign::kPositive));
    }
    if (subquery->range_expr != nullptr) {
      SB_ASSIGN_OR_RETURN(subquery->range_ms,
                          DurationValue(*subquery->range_expr, times, DurationSign::kPositive));
    }
  }
  base::Status status;
  ForEachSlot(expr, [&](ExprPtr& child) {
    if (status.ok()) {
      status = ResolveTimes(times, *child);
    }
  });
  return status;
}

// Functions whose result may change with the evaluation time although their arguments do not.
bool DependsOnTime(FunctionId id) {
  switch (id) {
    case FunctionId::kDaysInMonth:
    case FunctionId::kDayOfMonth:
    case FunctionId::kDayOfWeek:
    case FunctionId::kDayOfYear:
    case FunctionId::kHour:
    case FunctionId::kMinute:
    case FunctionId::kMonth:
    case FunctionId::kYear:
    case FunctionId::kPredictLinear:
    case FunctionId::kTime:
    case FunctionId::kTimestamp:
      return true;
    default:
      return false;
  }
}

void Unparenthesize(ExprPtr* slot) {
  while (*slot != nullptr && (*slot)->kind == ExprKind::kParen) {
    ExprPtr inner = std::move(As<ParenExpr>(**slot).expr);
    *slot = std::move(inner);
  }
}

void Wrap(ExprPtr* slot) {
  auto wrapper = std::make_unique<StepInvariantExpr>();
  wrapper->range = (*slot)->range;
  wrapper->expr = std::move(*slot);
  *slot = std::move(wrapper);
}

struct Invariance {
  bool invariant = false;
  bool wrap = false;  // literals and range vectors are invariant but gain nothing by a wrapper
};

Invariance MarkInvariant(Expr& expr);

Invariance MarkInvariantCall(Call& call) {
  bool invariant = !DependsOnTime(call.function->id);
  // timestamp(x @ 1) is invariant although timestamp() in general is not.
  bool timestamp_of_fixed = call.function->id == FunctionId::kTimestamp;
  std::vector<bool> wrap(call.args.size());
  for (size_t i = 0; i < call.args.size(); ++i) {
    Unparenthesize(&call.args[i]);
    const Invariance arg = MarkInvariant(*call.args[i]);
    wrap[i] = arg.wrap;
    invariant = invariant && arg.invariant;
    timestamp_of_fixed =
        timestamp_of_fixed && arg.invariant && call.args[i]->kind == ExprKind::kVectorSelector;
  }
  if (invariant || timestamp_of_fixed) {
    return {true, true};
  }
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (wrap[i]) {
      Wrap(&call.args[i]);
    }
  }
  return {};
}

Invariance MarkInvariantBinary(BinaryExpr& binary) {
  const Invariance lhs = MarkInvariant(*binary.lhs);
  const Invariance rhs = MarkInvariant(*binary.rhs);
  if (lhs.invariant && rhs.invariant) {
    return {true, true};
  }
  if (lhs.wrap) {
    Wrap(&binary.lhs);
  }
  if (rhs.wrap) {
    Wrap(&binary.rhs);
  }
  return {};
}

Invariance MarkInvariant(Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kVectorSelector: {
      const bool fixed = As<VectorSelector>(expr).time.at_ms.has_value();
      return {fixed, fixed};
    }
    case ExprKind::kMatrixSelector:
      return {As<MatrixSelector>(expr).selector->time.at_ms.has_value(), false};
    case ExprKind::kSubquery: {
      auto& subquery = As<SubqueryExpr>(expr);
      if (MarkInvariant(*subquery.expr).invariant) {
        Wrap(&subquery.expr);
      }
      return {subquery.time.at_ms.has_value(), false};
    }
    case ExprKind::kAggregate: {
      auto& aggregate = As<AggregateExpr>(expr);
      Unparenthesize(&aggregate.expr);
      Unparenthesize(&aggregate.param);
      return MarkInvariant(*aggregate.expr);
    }
    case ExprKind::kBinary:
      return MarkInvariantBinary(As<BinaryExpr>(expr));
    case ExprKind::kCall:
      return MarkInvariantCall(As<Call>(expr));
    case ExprKind::kParen:
      return MarkInvariant(*As<ParenExpr>(expr).expr);
    case ExprKind::kUnary:
      return MarkInvariant(*As<UnaryExpr>(expr).expr);
    case ExprKind::kNumberLiteral:
    case ExprKind::kStringLiteral:
      return {true, false};
    case ExprKind::kDuration:
    case ExprKind::kStepInvariant:
      break;
  }
  return {};
}

// Whether buckets may be left out of what a selector reads: decided by what stands above it, from
// the nearest outwards.
bool OnlyCountAndSum(const ExprPath& path) {
  bool only = false;
  for (auto it = path.rbegin(); it != path.rend(); ++it) {
    if ((*it)->kind == ExprKind::kSubquery) {
      return false;  // resets between the subquery's points need the buckets
    }
    if (const auto* call = TryAs<Call>(*it)) {
      switch (call->function->id) {
        case FunctionId::kHistogramCount:
        case FunctionId::kHistogramSum:
        case FunctionId::kHistogramAvg:
          only = true;
          break;
        case FunctionId::kHistogramQuantile:
        case FunctionId::kHistogramQuantiles:
        case FunctionId::kHistogramFraction:
          return false;
        default:
          break;
      }
    } else if (const auto* binary = TryAs<BinaryExpr>(*it)) {
      if (binary->op == BinaryOp::kTrimLower || binary->op == BinaryOp::kTrimUpper) {
        return false;
      }
    }
  }
  return only;
}

void MarkStatisticsOnly(Expr& expr) {
  std::vector<std::pair<VectorSelector*, bool>> marks;
  Inspect(expr, [&](const Expr& node, const ExprPath& path) {
    if (node.kind == ExprKind::kVectorSelector) {
      // The tree is ours and mutable; Inspect only hands out const nodes.
      marks.emplace_back(const_cast<VectorSelector*>(&As<VectorSelector>(node)),
                         OnlyCountAndSum(path));
    }
  });
  for (auto& [selector, only] : marks) {
    selector->skip_histogram_buckets = only;
  }
}

// Widens `*out` by what the selectors below `expr`, evaluated from start to end, look at.
class RangeFinder {
 public:
  explicit RangeFinder(const SelectDefaults& defaults) : defaults_(defaults) {}

  void Visit(const Expr& expr, int64_t start_ms, int64_t end_ms) {
    switch (expr.kind) {
      case ExprKind::kVectorSelector:
        return VisitSelector(As<VectorSelector>(expr), 0, start_ms, end_ms);
      case ExprKind::kMatrixSelector: {
        const auto& matrix = As<MatrixSelector>(expr);
        return VisitSelector(*matrix.selector, matrix.range_ms, start_ms, end_ms);
      }
      case ExprKind::kSubquery: {
        const auto& subquery = As<SubqueryExpr>(expr);
        const query::StepGrid grid = SubqueryGrid(
            subquery,
            query::StepGrid::Between(start_ms, end_ms, std::max<int64_t>(1, end_ms - start_ms)),
            defaults_.subquery_step_ms);
        if (grid.count > 0) {
          Visit(*subquery.expr, grid.start_ms, grid.last_ms());
        }
        return;
      }
      case ExprKind::kCall: {
        const auto& call = As<Call>(expr);
        if (call.function->id == FunctionId::kInfo) {
          VectorSelector info;
          info.time = InfoTime(*call.args[0]);
          VisitSelector(info, 0, start_ms, end_ms);
        }
        break;
      }
      default:
        break;
    }
    ForEachChild(expr, [&](const Expr& child) { Visit(child, start_ms, end_ms); });
  }

  base::TimeRange Found() const {
    if (last_ < first_) {
      return {};
    }
    return {base::TimestampMs(first_), base::TimestampMs(last_ + 1)};
  }

 private:
  void VisitSelector(const VectorSelector& selector, int64_t range_ms, int64_t start_ms,
                     int64_t end_ms) {
    int64_t first = ReferenceTime(selector.time, start_ms) - range_ms + 1;
    int64_t last = ReferenceTime(selector.time, end_ms);
    if (range_ms == 0 || selector.anchored || selector.smoothed) {
      first -= defaults_.lookback_ms;
    }
    if (selector.smoothed) {
      last += defaults_.lookback_ms;
    }
    first_ = std::min(first_, first);
    last_ = std::max(last_, last);
  }

  const SelectDefaults defaults_;
  int64_t first_ = std::numeric_limits<int64_t>::max();
  int64_t last_ = std::numeric_limits<int64_t>::min();
};

}  // namespace

base::Status Preprocess(const QueryTimes& times, ExprPtr* expr) {
  MarkStatisticsOnly(**expr);
  FoldQueryTimes(times, expr);
  SB_RETURN_IF_ERROR(ResolveTimes(times, **expr));
  if (MarkInvariant(**expr).wrap) {
    Wrap(expr);
  }
  return base::OkStatus();
}

TimeModifiers InfoTime(const Expr& base) {
  TimeModifiers out;
  bool found = false;
  Inspect(base, [&](const Expr& node, const ExprPath& path) {
    if (found || node.kind != ExprKind::kVectorSelector) {
      return;
    }
    found = true;
    const TimeModifiers& own = As<VectorSelector>(node).time;
    out.at_ms = own.at_ms;
    out.original_offset_ms = own.original_offset_ms;
    for (auto it = path.rbegin(); it != path.rend() && !out.at_ms.has_value(); ++it) {
      if (const auto* subquery = TryAs<SubqueryExpr>(*it)) {
        out.original_offset_ms += subquery->time.original_offset_ms;
        out.at_ms = subquery->time.at_ms;
      }
    }
  });
  return out;
}

base::TimeRange SelectedRange(const Expr& expr, const QueryTimes& times,
                              const SelectDefaults& defaults) {
  RangeFinder finder(defaults);
  finder.Visit(expr, times.start_ms, times.end_ms);
  return finder.Found();
}

}  // namespace sb::promql
