// SPDX-License-Identifier: Apache-2.0
#include "query/promql/type_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/label_name.h"

namespace sb::promql {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsNumeric(ValueType type) {
  return type == ValueType::kScalar || type == ValueType::kVector;
}

std::string Quoted(std::string_view text) {
  return model::QuoteString(text);
}

class TypeChecker {
 public:
  explicit TypeChecker(std::string_view query) : query_(query) {}

  std::optional<ParseError> TakeError() { return std::move(error_); }

  ValueType Check(Expr* expr) {
    switch (expr->kind) {
      case ExprKind::kAggregate:
        CheckAggregate(&As<AggregateExpr>(*expr));
        break;
      case ExprKind::kBinary:
        CheckBinary(&As<BinaryExpr>(*expr));
        break;
      case ExprKind::kCall:
        CheckCall(&As<Call>(*expr));
        break;
      case ExprKind::kParen:
        Check(As<ParenExpr>(*expr).expr.get());
        break;
      case ExprKind::kUnary:
        CheckUnary(&As<UnaryExpr>(*expr));
        break;
      case ExprKind::kSubquery:
        CheckSubquery(&As<SubqueryExpr>(*expr));
        break;
      case ExprKind::kMatrixSelector:
        Check(As<MatrixSelector>(*expr).selector.get());
        break;
      case ExprKind::kVectorSelector:
        CheckSelector(As<VectorSelector>(*expr));
        break;
      case ExprKind::kNumberLiteral:
      case ExprKind::kStringLiteral:
      case ExprKind::kDuration:
      case ExprKind::kStepInvariant:
        break;
    }
    return expr->type();
  }

 private:
  void Fail(PositionRange range, std::string message) {
    if (!error_.has_value()) {
      error_ = ParseError{range, std::move(message)};
    }
  }

  void ExpectType(Expr* expr, ValueType wanted, const std::string& where) {
    const ValueType type = Check(expr);
    if (type != wanted) {
      Fail(expr->range, "expected type " + std::string(DocumentedTypeName(wanted)) + " in " +
                            where + ", got " + std::string(DocumentedTypeName(type)));
    }
  }

  void CheckAggregate(AggregateExpr* aggregate) {
    ExpectType(aggregate->expr.get(), ValueType::kVector, "aggregation expression");
    if (aggregate->param != nullptr) {
      const bool text = aggregate->op == AggregateOp::kCountValues;
      ExpectType(aggregate->param.get(), text ? ValueType::kString : ValueType::kScalar,
                 "aggregation parameter");
    }
  }

  void CheckUnary(UnaryExpr* unary) {
    const ValueType type = Check(unary->expr.get());
    if (!IsNumeric(type)) {
      Fail(unary->range,
           "unary expression only allowed on expressions of type scalar or instant vector, got " +
               Quoted(DocumentedTypeName(type)));
    }
  }

  void CheckSubquery(SubqueryExpr* subquery) {
    const ValueType type = Check(subquery->expr.get());
    if (type != ValueType::kVector) {
      Fail(subquery->range, "subquery is only allowed on instant vector, got " +
                                std::string(ValueTypeName(type)) + " instead");
    }
  }

  // From the operator to just before the right side, without blanks.
  PositionRange OperatorRange(const BinaryExpr& binary) const {
    PositionRange range{binary.lhs->range.end, binary.rhs->range.start - 1};
    while (IsSpace(query_[static_cast<size_t>(range.start)])) {
      ++range.start;
    }
    while (IsSpace(query_[static_cast<size_t>(range.end)])) {
      --range.end;
    }
    return range;
  }

  void CheckBinary(BinaryExpr* binary) {
    const ValueType left = Check(binary->lhs.get());
    const ValueType right = Check(binary->rhs.get());
    VectorMatching& matching = *binary->matching;
    if (binary->return_bool && !IsComparison(binary->op)) {
      Fail(OperatorRange(*binary), "bool modifier can only be used on comparison operators");
    }
    if (IsComparison(binary->op) && !binary->return_bool && left == ValueType::kScalar &&
        right == ValueType::kScalar) {
      Fail(OperatorRange(*binary), "comparisons between scalars must use BOOL modifier");
    }
    if (IsSetOperator(binary->op) && matching.card == MatchCardinality::kOneToOne) {
      matching.card = MatchCardinality::kManyToMany;
    }
    CheckIncludedLabels(*binary);
    CheckOperandTypes(binary, left, right);
  }

  void CheckIncludedLabels(const BinaryExpr& binary) {
    const VectorMatching& matching = *binary.matching;
    for (const std::string& label : matching.labels) {
      if (matching.on && std::find(matching.include.begin(), matching.include.end(), label) !=
                             matching.include.end()) {
        Fail(OperatorRange(binary),
             "label " + Quoted(label) + " must not occur in ON and GROUP clause at once");
      }
    }
  }

  void CheckOperandTypes(BinaryExpr* binary, ValueType left, ValueType right) {
    static constexpr const char kMessage[] =
        "binary expression must contain only scalar and instant vector types";
    if (!IsNumeric(left)) {
      Fail(binary->lhs->range, kMessage);
    }
    if (!IsNumeric(right)) {
      Fail(binary->rhs->range, kMessage);
    }
    if (left != ValueType::kVector || right != ValueType::kVector) {
      CheckMatchingIsUnused(*binary);
      binary->matching.reset();
    } else if (IsSetOperator(binary->op)) {
      CheckSetOperation(*binary);
    }
    if ((left == ValueType::kScalar || right == ValueType::kScalar) && IsSetOperator(binary->op)) {
      Fail(binary->range, "set operator " + Quoted(BinaryOpName(binary->op)) +
                              " not allowed in binary scalar expression");
    }
  }

  void CheckMatchingIsUnused(const BinaryExpr& binary) {
    if (!binary.matching->labels.empty()) {
      Fail(binary.range, "vector matching only allowed between instant vectors");
    }
    if (binary.matching->fill_left.has_value() || binary.matching->fill_right.has_value()) {
      Fail(binary.range, "filling in missing series only allowed between instant vectors");
    }
  }

  void CheckSetOperation(const BinaryExpr& binary) {
    const VectorMatching& matching = *binary.matching;
    if (matching.card != MatchCardinality::kManyToMany) {
      Fail(binary.range,
           "no grouping allowed for " + Quoted(BinaryOpName(binary.op)) + " operation");
    }
    if (matching.fill_left.has_value() || matching.fill_right.has_value()) {
      Fail(binary.range, "filling in missing series not allowed for set operators");
    }
  }

  void CheckCall(Call* call) {
    CheckArgumentCount(*call);
    if (call->function->id == FunctionId::kInfo && call->args.size() > 1) {
      CheckInfoSelector(call->args[1].get());
    }
    const std::string where = "call to function " + Quoted(call->function->name);
    const std::span<const ValueType> types = call->function->arg_types;
    for (size_t i = 0; i < call->args.size(); ++i) {
      if (i >= types.size() && call->function->variadic == 0) {
        break;
      }
      ExpectType(call->args[i].get(), types[std::min(i, types.size() - 1)], where);
    }
  }

  void CheckArgumentCount(const Call& call) {
    const auto got = static_cast<int>(call.args.size());
    const auto listed = static_cast<int>(call.function->arg_types.size());
    const int variadic = call.function->variadic;
    std::string expected;
    if (variadic == 0 && got != listed) {
      expected = "expected " + std::to_string(listed);
    } else if (variadic != 0 && got < listed - 1) {
      expected = "expected at least " + std::to_string(listed - 1);
    } else if (variadic > 0 && got > listed - 1 + variadic) {
      expected = "expected at most " + std::to_string(listed - 1 + variadic);
    }
    if (!expected.empty()) {
      Fail(call.range, expected + " argument(s) in call to " + Quoted(call.function->name) +
                           ", got " + std::to_string(got));
    }
  }

  // The second argument of info() is a list of matchers, written as a selector without a name.
  void CheckInfoSelector(Expr* arg) {
    auto* selector = TryAs<VectorSelector>(arg);
    if (selector == nullptr) {
      if (arg->type() != ValueType::kVector) {
        return;  // the type error says more
      }
      Fail(arg->range, "expected label selectors only");
    } else if (!selector->name.empty()) {
      Fail(arg->range, "expected label selectors only, got vector selector instead");
    } else {
      selector->bypass_empty_matcher_check = true;
    }
  }

  void CheckSelector(const VectorSelector& selector) {
    if (!selector.name.empty()) {
      // The last matcher is the one for the name itself.
      for (size_t i = 0; i + 1 < selector.matchers.size(); ++i) {
        if (selector.matchers[i].name() == model::kMetricName) {
          Fail(selector.range, "metric name must not be set twice: " + Quoted(selector.name) +
                                   " or " + Quoted(selector.matchers[i].value()));
        }
      }
      return;
    }
    const bool selective =
        std::any_of(selector.matchers.begin(), selector.matchers.end(),
                    [](const model::Matcher& matcher) { return !matcher.MatchesEmpty(); });
    if (!selective && !selector.bypass_empty_matcher_check) {
      Fail(selector.range, "vector selector must contain at least one non-empty matcher");
    }
  }

  const std::string_view query_;
  std::optional<ParseError> error_;
};

}  // namespace

std::optional<ParseError> CheckTypes(Expr* expr, std::string_view query) {
  TypeChecker checker(query);
  checker.Check(expr);
  return checker.TakeError();
}

}  // namespace sb::promql
