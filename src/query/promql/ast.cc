// SPDX-License-Identifier: Apache-2.0
#include "query/promql/ast.h"

namespace sb::promql {

ValueType Expr::type() const {
  switch (kind) {
    case ExprKind::kNumberLiteral:
    case ExprKind::kDuration:
      return ValueType::kScalar;
    case ExprKind::kStringLiteral:
      return ValueType::kString;
    case ExprKind::kVectorSelector:
    case ExprKind::kAggregate:
      return ValueType::kVector;
    case ExprKind::kMatrixSelector:
    case ExprKind::kSubquery:
      return ValueType::kMatrix;
    case ExprKind::kBinary: {
      const auto& binary = As<BinaryExpr>(*this);
      const bool scalars =
          binary.lhs->type() == ValueType::kScalar && binary.rhs->type() == ValueType::kScalar;
      return scalars ? ValueType::kScalar : ValueType::kVector;
    }
    case ExprKind::kUnary:
      return As<UnaryExpr>(*this).expr->type();
    case ExprKind::kParen:
      return As<ParenExpr>(*this).expr->type();
    case ExprKind::kCall:
      return As<Call>(*this).function->return_type;
    case ExprKind::kStepInvariant:
      return As<StepInvariantExpr>(*this).expr->type();
  }
  return ValueType::kNone;
}

std::string_view MatchCardinalityName(MatchCardinality card) {
  switch (card) {
    case MatchCardinality::kOneToOne:
      return "one-to-one";
    case MatchCardinality::kManyToOne:
      return "many-to-one";
    case MatchCardinality::kOneToMany:
      return "one-to-many";
    case MatchCardinality::kManyToMany:
      return "many-to-many";
  }
  return "";
}

}  // namespace sb::promql
