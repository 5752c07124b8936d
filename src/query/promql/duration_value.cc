// SPDX-License-Identifier: Apache-2.0
#include "query/promql/duration_value.h"

#include <fmt/format.h>

#include <cmath>

#include "query/promql/float_statistics.h"
#include "query/promql/preprocess.h"

namespace sb::promql {
namespace {

base::Status Problem(const Expr& expr, std::string_view what) {
  return base::InvalidArgument(fmt::format("{}:{}: {}", expr.range.start, expr.range.end, what));
}

base::Result<double> SecondsOf(const Expr* expr, const QueryTimes& times);

base::Result<double> Combine(const DurationExpr& expr, double lhs, double rhs) {
  switch (expr.op) {
    case DurationOp::kAdd:
      return lhs + rhs;
    case DurationOp::kSub:
      return lhs - rhs;
    case DurationOp::kMul:
      return lhs * rhs;
    case DurationOp::kDiv:
      if (rhs == 0) {
        return Problem(expr, "division by zero");
      }
      return lhs / rhs;
    case DurationOp::kMod:
      if (rhs == 0) {
        return Problem(expr, "modulo by zero");
      }
      return std::fmod(lhs, rhs);
    case DurationOp::kPow:
      return std::pow(lhs, rhs);
    case DurationOp::kPlus:
      return rhs;
    case DurationOp::kMinus:
      return -rhs;
    case DurationOp::kMinOf:
      return GoMin(lhs, rhs);
    case DurationOp::kMaxOf:
      return GoMax(lhs, rhs);
    case DurationOp::kStep:
    case DurationOp::kRange:
      break;
  }
  return Problem(expr, "unexpected duration expression operator");
}

base::Result<double> SecondsOf(const Expr* expr, const QueryTimes& times) {
  if (expr == nullptr) {
    return 0.0;
  }
  if (const auto* number = TryAs<NumberLiteral>(expr)) {
    return number->value;
  }
  const auto& duration = As<DurationExpr>(*expr);
  if (duration.op == DurationOp::kStep) {
    return static_cast<double>(times.step_ms) / 1000;
  }
  if (duration.op == DurationOp::kRange) {
    return static_cast<double>(times.end_ms - times.start_ms) / 1000;
  }
  SB_ASSIGN_OR_RETURN(const double lhs, SecondsOf(duration.lhs.get(), times));
  SB_ASSIGN_OR_RETURN(const double rhs, SecondsOf(duration.rhs.get(), times));
  return Combine(duration, lhs, rhs);
}

}  // namespace

base::Result<int64_t> DurationValue(const DurationExpr& expr, const QueryTimes& times,
                                    DurationSign sign) {
  SB_ASSIGN_OR_RETURN(const double seconds, SecondsOf(&expr, times));
  if (std::isnan(seconds) || std::isinf(seconds)) {
    return Problem(expr, "duration is NaN or infinite");
  }
  if (seconds <= 0 && sign == DurationSign::kPositive) {
    return Problem(expr, "duration must be greater than 0");
  }
  constexpr double kSecondsMax = 9223372036.854775807;  // what fits in 64-bit nanoseconds
  if (seconds > kSecondsMax || seconds < -kSecondsMax) {
    return Problem(expr, "duration is out of range");
  }
  return static_cast<int64_t>(seconds * 1000);
}

}  // namespace sb::promql
